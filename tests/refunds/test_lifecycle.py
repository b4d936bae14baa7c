import pytest

from apps.refunds.lifecycle import BEGINNINGS, MOVES, NOT_COUNTED, PROMISED, UNDECIDED, Status, event_of, moves_sql
from apps.webhooks.event_types import EventType

ALLOWED = {
    ("pending_review", "information_requested"): "refund.information_requested",
    ("pending_review", "held"): "refund.held",
    ("pending_review", "released"): "refund.released",
    ("pending_review", "denied"): "refund.denied",
    ("pending_review", "withdrawn"): "refund.withdrawn",
    ("information_requested", "pending_review"): "refund.pending_review",
    ("information_requested", "denied"): "refund.denied",
    ("information_requested", "withdrawn"): "refund.withdrawn",
    ("held", "released"): "refund.released",
    ("held", "pending_review"): "refund.recalled",
    ("held", "withdrawn"): "refund.withdrawn",
    ("released", "paid"): "refund.paid",
    ("released", "payout_failed"): "refund.payout_failed",
    ("payout_failed", "released"): "refund.released",
    ("payout_failed", "withdrawn"): "refund.withdrawn",
    ("denied", "pending_review"): "refund.appealed",
}
EVERY_PAIR = [(before, after) for before in Status for after in Status]


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_allows_exactly_the_moves_of_the_contract(before: Status, after: Status) -> None:
    told = ALLOWED.get((before.value, after.value))

    assert event_of(before, after) == (EventType(told) if told else None)


def test_begins_only_in_review_held_or_released() -> None:
    assert {status.value: event.value for status, event in BEGINNINGS.items()} == {
        "pending_review": "refund.pending_review",
        "held": "refund.held",
        "released": "refund.released",
    }


def test_ends_in_paid_and_withdrawn_alone() -> None:
    assert {status for status, targets in MOVES.items() if not targets} == {Status.PAID, Status.WITHDRAWN}


def test_counts_money_as_promised_from_the_approval_on() -> None:
    assert {Status.HELD, Status.RELEASED, Status.PAID, Status.PAYOUT_FAILED} == PROMISED
    assert {Status.DENIED, Status.WITHDRAWN} == NOT_COUNTED
    assert {Status.PENDING_REVIEW, Status.INFORMATION_REQUESTED, Status.HELD} == UNDECIDED


def test_gives_the_database_the_same_table() -> None:
    rows = {tuple(row.strip("()").split(", ")) for row in moves_sql().split("), ")}

    assert rows == {(f"'{before}'", f"'{after}'") for before, after in ALLOWED}
