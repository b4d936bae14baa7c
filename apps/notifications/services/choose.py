"""What a person chooses: chats, when which kind goes where, quiet hours and digests."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.ciphers import encrypted
from apps.notifications.chat import AddressUnfit, chat_read
from apps.notifications.errors import ChannelUnfit, ChannelUnknown, HoursUnfit, TooManyChannels
from apps.notifications.models import Channel, Dispatch, Notice, NoticeKind, Rest, When, Wish
from apps.notifications.selectors import channels_of
from apps.notifications.services.tell import in_each_language
from apps.staff.models import Person

MOST_CHANNELS = 5
MOST_DIGESTS = 6
LONGEST_LABEL = 60
_TIME = re.compile(r"^([01]?\d|2[0-3])[:：]([0-5]\d)$")


@transaction.atomic
def channel_add(*, person: Person, label: str, address: str, secret: str, actor: Actor, now: datetime) -> Channel:
    """Add a chat of the person's. Raises ChannelUnfit, TooManyChannels."""
    # The person's row keeps two that come at once in turn.
    Person.objects.select_for_update().get(pk=person.pk)
    if len(channels_of(person)) >= MOST_CHANNELS:
        raise TooManyChannels(most=MOST_CHANNELS)
    services = ", ".join(settings.REVIEWCONSOLE_CHATS) or "–"
    label = " ".join(label.split())[:LONGEST_LABEL]
    if not label:
        raise ChannelUnfit(pointer="/label", services=services)
    try:
        chat = chat_read(address[:2000], secret=secret[:200], allowed=settings.REVIEWCONSOLE_CHATS)
    except AddressUnfit:
        raise ChannelUnfit(pointer="/address", services=services) from None
    channel = Channel.objects.create(
        person=person, label=label, service=chat.service, address=encrypted(chat.address), created_at=now
    )
    audit_record(Action.CHANNEL_ADDED, actor=actor, now=now, subject=label, changes={"service": chat.service})
    return channel


@transaction.atomic
def channel_end(channel_id: int, *, person: Person, actor: Actor, now: datetime) -> None:
    """End a chat of the person's, and forget its address. Raises ChannelUnknown."""
    channel = _channel(channel_id, person)
    channel.ended_at, channel.address, channel.failing_since = now, b"", None
    channel.save(update_fields=["ended_at", "address", "failing_since"])
    channel.wishes.all().delete()
    audit_record(
        Action.CHANNEL_ENDED, actor=actor, now=now, subject=channel.label, changes={"service": channel.service}
    )


@transaction.atomic
def channel_try(channel_id: int, *, person: Person, now: datetime) -> None:
    """Send a first message to a chat of the person's, at once. Raises ChannelUnknown."""
    channel = _channel(channel_id, person)
    notice = Notice.objects.create(
        person=person,
        kind=NoticeKind.SYSTEM,
        about=f"channel {channel.pk} tried {now.isoformat()}",
        words=in_each_language(
            lambda: {
                "title": gettext("A trial from the Refund Review Console"),
                "text": gettext("What you chose for %(chat)s will come here.") % {"chat": channel.label},
            }
        ),
        path="/me/notices/",
        created_at=now,
    )
    Dispatch.objects.create(notice=notice, channel=channel, due_at=now)


@transaction.atomic
def wishes_save(*, person: Person, wishes: Mapping[tuple[NoticeKind, int | None], When]) -> None:
    """Keep when the person wants each kind in each place, by kind and channel (None: mail). Raises ChannelUnknown."""
    own = {channel.pk: channel for channel in channels_of(person)}
    if {channel for _kind, channel in wishes if channel is not None} - own.keys():
        raise ChannelUnknown
    for (kind, channel), when in sorted(wishes.items(), key=lambda wish: (wish[0][0], wish[0][1] or 0)):
        place = own[channel] if channel is not None else None
        Wish.objects.update_or_create(person=person, kind=kind, channel=place, defaults={"when": when})


def rest_save(*, person: Person, quiet_from: str, quiet_until: str, digests: str) -> Rest:
    """Keep quiet hours and times of digests, `22:00`, several digests apart by commas. Raises HoursUnfit."""
    begin, end = (
        _minute(text, pointer) for text, pointer in ((quiet_from, "/quiet_from"), (quiet_until, "/quiet_until"))
    )
    if (begin is None) != (end is None) or (begin is not None and begin == end):
        raise HoursUnfit(pointer="/quiet_until", most=MOST_DIGESTS)
    told = [_minute(part, "/digests") for part in re.split(r"[,，;；\s]+", digests.strip()) if part]
    times = sorted({minute for minute in told if minute is not None})
    if len(times) > MOST_DIGESTS:
        raise HoursUnfit(pointer="/digests", most=MOST_DIGESTS)
    rest, _made = Rest.objects.update_or_create(
        person=person, defaults={"quiet_from": begin, "quiet_until": end, "digests_at": times}
    )
    return rest


def _minute(text: str, pointer: str) -> int | None:
    if not text.strip():
        return None
    found = _TIME.match(text.strip())
    if found is None:
        raise HoursUnfit(pointer=pointer, most=MOST_DIGESTS)
    return int(found[1]) * 60 + int(found[2])


def _channel(channel_id: int, person: Person) -> Channel:
    found = Channel.objects.select_for_update().filter(pk=channel_id, person=person, ended_at__isnull=True).first()
    if found is None:
        raise ChannelUnknown
    return found
