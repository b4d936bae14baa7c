"""A refund's status as a mark and a word."""

from apps.console.presenters.marks import State
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund

_MARKS = {
    Status.PENDING_REVIEW: ("none", "clock"),
    Status.INFORMATION_REQUESTED: ("warn", "message-2-question"),
    Status.HELD: ("warn", "hourglass"),
    Status.RELEASED: ("good", "send"),
    Status.PAID: ("good", "circle-check"),
    Status.PAYOUT_FAILED: ("bad", "alert-triangle"),
    Status.DENIED: ("bad", "circle-x"),
    Status.WITHDRAWN: ("none", "arrow-back-up"),
}
# How the timeline draws them.
_DRAWN = {
    Status.HELD: "paid",
    Status.RELEASED: "paid",
    Status.PAID: "paid",
    Status.PAYOUT_FAILED: "paid",
    Status.DENIED: "denied",
    Status.WITHDRAWN: "withdrawn",
}


def status_state(refund: Refund) -> State:
    """Return the status as a mark and a word."""
    return State(refund.get_status_display(), *_MARKS[Status(refund.status)])


def drawn_state(refund: Refund) -> str:
    """Return how the timeline draws a refund: asked, paid, denied or withdrawn."""
    return _DRAWN.get(Status(refund.status), "asked")
