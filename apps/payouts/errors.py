"""Why a hold stays as it is."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


class HoldUnknown(NotFound):
    """There is no such hold."""

    code = "hold_unknown"
    title = _("Unknown hold")
    message = _("There is no such hold.")


class HoldEnded(Conflict):
    """The hold was released, recalled or cancelled before."""

    code = "hold_ended"
    title = _("Hold has ended")
    message = _("This hold has ended already.")


class HoldNotDue(Conflict):
    """The time has not come."""

    code = "hold_not_due"
    title = _("Hold is not due")
    message = _("This hold runs until {release_at}.")


class SecondPersonNeeded(NotPermitted):
    """Who placed a hold may not cut it short."""

    code = "second_person_needed"
    title = _("A second person is needed")
    message = _("You placed this hold, so somebody else has to release it early.")


class ReleaseOutOfBounds(Invalid):
    """The new time is not later than the present one, or beyond the bound."""

    code = "release_out_of_bounds"
    title = _("Time out of bounds")
    message = _("Choose a time after {earliest} and not after {latest}.")


class ReasonMissing(Invalid):
    """Every change of a hold says why."""

    code = "reason_missing"
    title = _("Reason missing")
    message = _("Say why; the next person will want to know.")
