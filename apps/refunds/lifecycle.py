"""The life of a refund, as one table. Status says where the money is, and nothing else."""

from enum import StrEnum

from apps.webhooks.event_types import EventType


class Status(StrEnum):
    """Where the money is."""

    PENDING_REVIEW = "pending_review"
    INFORMATION_REQUESTED = "information_requested"
    HELD = "held"
    RELEASED = "released"
    PAID = "paid"
    PAYOUT_FAILED = "payout_failed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


# How a refund may begin, and the event that says so.
BEGINNINGS: dict[Status, EventType] = {
    Status.PENDING_REVIEW: EventType.PENDING_REVIEW,
    Status.HELD: EventType.HELD,
    Status.RELEASED: EventType.RELEASED,
}

# Status -> where it may go -> the event that says so.
MOVES: dict[Status, dict[Status, EventType]] = {
    Status.PENDING_REVIEW: {
        Status.INFORMATION_REQUESTED: EventType.INFORMATION_REQUESTED,
        Status.HELD: EventType.HELD,
        Status.RELEASED: EventType.RELEASED,
        Status.DENIED: EventType.DENIED,
        Status.WITHDRAWN: EventType.WITHDRAWN,
    },
    Status.INFORMATION_REQUESTED: {
        Status.PENDING_REVIEW: EventType.PENDING_REVIEW,
        Status.DENIED: EventType.DENIED,
        Status.WITHDRAWN: EventType.WITHDRAWN,
    },
    Status.HELD: {
        Status.RELEASED: EventType.RELEASED,
        Status.PENDING_REVIEW: EventType.RECALLED,
        Status.WITHDRAWN: EventType.WITHDRAWN,
    },
    Status.RELEASED: {
        Status.PAID: EventType.PAID,
        Status.PAYOUT_FAILED: EventType.PAYOUT_FAILED,
    },
    Status.PAYOUT_FAILED: {
        Status.RELEASED: EventType.RELEASED,
        Status.WITHDRAWN: EventType.WITHDRAWN,
    },
    Status.DENIED: {
        Status.PENDING_REVIEW: EventType.APPEALED,
    },
    Status.PAID: {},
    Status.WITHDRAWN: {},
}

# Money is promised in these, so an approved amount stands beside them; in the others it does not.
PROMISED = frozenset({Status.HELD, Status.RELEASED, Status.PAID, Status.PAYOUT_FAILED})

# The money can still be stopped in these, so it matters what became known since.
UNDECIDED = frozenset({Status.PENDING_REVIEW, Status.INFORMATION_REQUESTED, Status.HELD})

# These no longer count against what an order's payments leave to refund.
NOT_COUNTED = frozenset({Status.DENIED, Status.WITHDRAWN})


def event_of(before: Status, after: Status) -> EventType | None:
    """Return the event of this move, or None when the table forbids it."""
    return MOVES[before].get(after)


def moves_sql() -> str:
    """Return the table as SQL row values, for the trigger that repeats the rule in the database."""
    return ", ".join(f"('{before}', '{after}')" for before, targets in MOVES.items() for after in targets)
