"""What a reviewer fills in, and whether it holds together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.refunds.models import Refund, RefundLine
from apps.reviews.errors import (
    CustomerMessageMissing,
    HoldUntilOutOfBounds,
    PartialAmountsWrong,
    PartialNeedsLines,
    ReasonNotForOutcome,
)
from apps.reviews.models import DecisionOutcome, DecisionReason, Proposal
from apps.reviews.reasons import REASONS_FOR
from apps.risk.policy import HoldBounds

HOLD_GRACE = timedelta(minutes=10)
# Where the policy says nothing.
ANY_HOLD = HoldBounds()


@dataclass(frozen=True)
class Verdict:
    """What a reviewer fills in.

    `lines` gives minor units by the client's line id, for a partial approval.
    `hold_until` None leaves the wait to the policy.
    """

    outcome: DecisionOutcome
    reason_code: DecisionReason
    customer_message: str = ""
    internal_note: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    hold_until: datetime | None = None


@dataclass(frozen=True)
class Amounts:
    """What is approved: in all, None for a denial, and by refund line."""

    total: int | None
    by_line: dict[int, int]
    told: list[dict[str, Any]]


def hold_check(hold_until: datetime | None, bounds: HoldBounds, *, now: datetime) -> None:
    """Raise HoldUntilOutOfBounds for a hold that a reviewer chose otherwise than the policy lets them."""
    if hold_until is None:
        return
    least, most = timedelta(hours=bounds.least_hours), timedelta(hours=bounds.most_hours)
    # A form tells minutes, and takes some to be filled in.
    if not max(now, now + least - HOLD_GRACE) < hold_until <= now + most:
        raise HoldUntilOutOfBounds(pointer="/hold_until", least=bounds.least_hours, most=bounds.most_hours)


def verdict_check(verdict: Verdict, *, now: datetime, bounds: HoldBounds = ANY_HOLD) -> None:
    """Raise ReasonNotForOutcome, CustomerMessageMissing or HoldUntilOutOfBounds for what does not hold together."""
    if verdict.reason_code not in REASONS_FOR[verdict.outcome]:
        raise ReasonNotForOutcome(pointer="/reason_code")
    if verdict.outcome is not DecisionOutcome.APPROVE and not verdict.customer_message.strip():
        raise CustomerMessageMissing(pointer="/customer_message")
    hold_check(verdict.hold_until, bounds, now=now)


def verdict_amounts(verdict: Verdict, refund: Refund) -> Amounts:
    """Return what the verdict approves of the refund. Raises PartialNeedsLines, PartialAmountsWrong."""
    asked = list(refund.lines.select_related("line").order_by("line__position", "id"))
    if verdict.outcome is DecisionOutcome.PARTIAL:
        return _partly(verdict, refund, asked)
    whole = verdict.outcome is DecisionOutcome.APPROVE
    by_line = {part.pk: part.amount if whole else 0 for part in asked}
    return Amounts(refund.amount if whole else None, by_line, _told(asked, by_line))


def verdict_of_proposal(proposal: Proposal) -> Verdict:
    """Return what was filled in."""
    return Verdict(
        outcome=DecisionOutcome(proposal.outcome),
        reason_code=DecisionReason(proposal.reason_code),
        customer_message=proposal.customer_message,
        internal_note=proposal.internal_note,
        lines={part["id"]: part["approved_amount"] for part in proposal.lines},
        hold_until=proposal.hold_until,
    )


def _partly(verdict: Verdict, refund: Refund, asked: list[RefundLine]) -> Amounts:
    if not asked:
        raise PartialNeedsLines(pointer="/lines")
    by_line = {part.pk: verdict.lines.get(part.line.external_id, 0) for part in asked}
    total = sum(by_line.values())
    within = all(0 <= by_line[part.pk] <= part.amount for part in asked)
    named = set(verdict.lines) <= {part.line.external_id for part in asked}
    if not (within and named and 0 < total < refund.amount):
        raise PartialAmountsWrong(pointer="/lines")
    return Amounts(total, by_line, _told(asked, by_line))


def _told(asked: list[RefundLine], by_line: dict[int, int]) -> list[dict[str, Any]]:
    return [{"id": part.line.external_id, "approved_amount": by_line[part.pk]} for part in asked]
