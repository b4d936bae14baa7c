"""Why a ring stays as it is."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


class RingUnknown(NotFound):
    """There is no such ring."""

    code = "ring_unknown"
    title = _("Unknown ring")
    message = _("There is no such ring.")


class RingDecidedMeanwhile(Conflict):
    """It does not stand as the person saw it."""

    code = "ring_decided_meanwhile"
    title = _("Ring decided meanwhile")
    message = _("Somebody decided on this ring meanwhile. Look at it again.")


class RingDecidedSo(Conflict):
    """The decision is the one that stands."""

    code = "ring_decided_so"
    title = _("Ring decided already")
    message = _("This ring stands as you want it already.")


class RingReasonMissing(Invalid):
    """Every decision on a ring says why."""

    code = "ring_reason_missing"
    title = _("Reason missing")
    message = _("Say why; the next person will want to know.")


class PersonNeeded(NotPermitted):
    """Whether people are a ring is decided by a person."""

    code = "person_needed"
    title = _("A person is needed")
    message = _("Only a person may decide on a ring.")
