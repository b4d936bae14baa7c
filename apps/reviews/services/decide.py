"""A person decides. Locks in the order case, refund, hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.instants import written_instant
from apps.payouts.models import HoldCause
from apps.payouts.services.hold import LONGEST_HOLD, hold_insert, hold_part
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund, RefundLine
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import Parts, refund_move
from apps.refunds.services.promises import approval_check, order_of_refund_locked
from apps.reviews.errors import (
    CustomerMessageMissing,
    HoldUntilOutOfBounds,
    PartialAmountsWrong,
    PartialNeedsLines,
    ReasonNotForOutcome,
)
from apps.reviews.models import CaseStatus, Claim, ClaimEnd, Decision, DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.reasons import REASONS_FOR
from apps.reviews.selectors import case_locked
from apps.reviews.services.claim import claim_end, live_claim
from apps.staff.models import Person


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


@transaction.atomic
def case_decide(case_id: str, verdict: Verdict, *, person: Person, token: int, actor: Actor, now: datetime) -> Decision:
    """Record a decision and move the refund: held, released or denied.

    `token` is the fencing token of the claim under which the page was opened.
    Raises CaseUnknown, CaseNotOpen, ClaimLost and the refusals for what is
    filled in; ApprovalExceedsOrder and ApprovalExceedsLine when other refunds
    of the order were approved meanwhile; then nothing has changed.
    """
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    _check(verdict, now)
    order = order_of_refund_locked(case.refund_id)
    refund = refund_locked(case.refund_id)
    amounts = _amounts(verdict, refund)
    if amounts.total is not None:
        approval_check(refund, order, amounts.total, amounts.by_line)
    decision = _write(verdict, amounts, claim=claim, refund=refund, now=now)
    claim_end(claim, ClaimEnd.DECIDED, case=case, now=now)
    case_close(case, now=now)
    _move(refund, case, decision, actor=actor, now=now)
    audit_record(
        Action.CASE_DECIDED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={
            "outcome": verdict.outcome.value,
            "reason_code": verdict.reason_code.value,
            "approved_amount": decision.approved_amount,
            "currency": refund.currency,
            "token": token,
        },
        reason=verdict.internal_note,
    )
    return decision


def case_close(case: ReviewCase, *, now: datetime) -> None:
    """Close a locked case without a live claim."""
    case.status, case.closed_at, case.remaining_seconds = CaseStatus.CLOSED, now, None
    case.save(update_fields=["status", "closed_at", "remaining_seconds"])


def _check(verdict: Verdict, now: datetime) -> None:
    if verdict.reason_code not in REASONS_FOR[verdict.outcome]:
        raise ReasonNotForOutcome(pointer="/reason_code")
    if verdict.outcome is not DecisionOutcome.APPROVE and not verdict.customer_message.strip():
        raise CustomerMessageMissing(pointer="/customer_message")
    if verdict.hold_until is not None and not now < verdict.hold_until <= now + LONGEST_HOLD:
        raise HoldUntilOutOfBounds(pointer="/hold_until", days=LONGEST_HOLD.days)


@dataclass(frozen=True)
class _Amounts:
    """What is approved: in all, None for a denial, and by refund line."""

    total: int | None
    by_line: dict[int, int]
    told: list[dict[str, Any]]


def _amounts(verdict: Verdict, refund: Refund) -> _Amounts:
    asked = list(refund.lines.select_related("line").order_by("line__position", "id"))
    if verdict.outcome is DecisionOutcome.PARTIAL:
        return _partly(verdict, refund, asked)
    whole = verdict.outcome is DecisionOutcome.APPROVE
    by_line = {part.pk: part.amount if whole else 0 for part in asked}
    return _Amounts(refund.amount if whole else None, by_line, _told(asked, by_line))


def _partly(verdict: Verdict, refund: Refund, asked: list[RefundLine]) -> _Amounts:
    if not asked:
        raise PartialNeedsLines(pointer="/lines")
    by_line = {part.pk: verdict.lines.get(part.line.external_id, 0) for part in asked}
    total = sum(by_line.values())
    within = all(0 <= by_line[part.pk] <= part.amount for part in asked)
    named = set(verdict.lines) <= {part.line.external_id for part in asked}
    if not (within and named and 0 < total < refund.amount):
        raise PartialAmountsWrong(pointer="/lines")
    return _Amounts(total, by_line, _told(asked, by_line))


def _told(asked: list[RefundLine], by_line: dict[int, int]) -> list[dict[str, Any]]:
    return [{"id": part.line.external_id, "approved_amount": by_line[part.pk]} for part in asked]


def _write(verdict: Verdict, amounts: _Amounts, *, claim: Claim, refund: Refund, now: datetime) -> Decision:
    for part_id, amount in amounts.by_line.items():
        RefundLine.objects.filter(pk=part_id).update(approved_amount=amount)
    return Decision.objects.create(
        case=claim.case,
        claim=claim,
        person_id=claim.person_id,
        outcome=verdict.outcome,
        reason_code=verdict.reason_code,
        customer_message=verdict.customer_message.strip(),
        internal_note=verdict.internal_note.strip(),
        approved_amount=amounts.total,
        lines=amounts.told,
        hold_until=_hold_until(verdict, refund, now),
        decided_at=now,
    )


def _hold_until(verdict: Verdict, refund: Refund, now: datetime) -> datetime | None:
    if verdict.outcome is DecisionOutcome.DENY:
        return None
    if verdict.hold_until is not None:
        return verdict.hold_until
    minutes = refund.assessment.hold_minutes
    return now + timedelta(minutes=minutes) if minutes else None


def _move(refund: Refund, case: ReviewCase, decision: Decision, *, actor: Actor, now: datetime) -> None:
    parts: Parts = {"review": None, "information_request": None, "decision": decision_part(decision)}
    to = Status.DENIED
    if decision.approved_amount is not None:
        to = Status.RELEASED
        if decision.hold_until is not None:
            to = Status.HELD
            hold = hold_insert(
                refund,
                amount=decision.approved_amount,
                release_at=decision.hold_until,
                cause=HoldCause.DECISION,
                actor=actor,
                now=now,
                case_id=case.id,
            )
            parts["hold"] = hold_part(hold)
    refund_move(
        refund,
        to,
        actor=actor,
        now=now,
        parts=parts,
        approved_amount=decision.approved_amount,
        case_id=case.id,
    )


def decision_part(decision: Decision) -> dict[str, Any]:
    """Return the decision as the client sees it: never who, never the internal note."""
    return {
        "outcome": decision.outcome,
        "reason_code": decision.reason_code,
        "message": decision.customer_message,
        "decided_at": written_instant(decision.decided_at),
        "lines": decision.lines,
    }
