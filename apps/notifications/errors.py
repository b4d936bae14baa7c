"""Why a wish of where to be told things is refused."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Invalid, NotFound


class ChannelUnfit(Invalid):
    """A chat that nothing can be sent to from here."""

    code = "channel_unfit"
    title = _("Chat does not fit")
    message = _("Give the chat a name, and the address of its robot. Chats that can be used here: {services}.")


class TooManyChannels(Invalid):
    """More chats than one person needs."""

    code = "too_many_channels"
    title = _("Too many chats")
    message = _("One person may have {most} chats.")


class ChannelUnknown(NotFound):
    """There is no such chat of this person."""

    code = "channel_unknown"
    title = _("Unknown chat")
    message = _("There is no such chat.")


class HoursUnfit(Invalid):
    """Times that cannot be read."""

    code = "hours_unfit"
    title = _("Times do not fit")
    message = _(
        "Write times as 22:00. Quiet hours need a beginning and another end; of digests there are {most} a day."
    )
