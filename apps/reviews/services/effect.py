"""Decisions take effect: the refund is held, released or denied, and its client told.

Only here does a decision move money. The caller holds the locks of case, order and refund, in that order.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from apps.common.actors import Actor
from apps.common.instants import written_instant
from apps.payouts.models import HoldCause
from apps.payouts.services.hold import hold_insert, hold_part
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund, RefundLine
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import Parts, refund_move
from apps.refunds.services.promises import approval_check, order_of_refund_locked
from apps.reviews.models import CaseStatus, Decision, DecisionOutcome, Proposal, ProposalState, ReviewCase
from apps.reviews.reasons import is_telling
from apps.reviews.verdicts import Amounts, Verdict, verdict_amounts


def refund_covered(case: ReviewCase, verdict: Verdict) -> tuple[Refund, Amounts]:
    """Lock order and refund of a locked case; return the refund and what the verdict approves of it.

    Raises PartialNeedsLines, PartialAmountsWrong, ApprovalExceedsOrder, ApprovalExceedsLine.
    """
    order = order_of_refund_locked(case.refund_id)
    refund = refund_locked(case.refund_id)
    amounts = verdict_amounts(verdict, refund)
    if amounts.total is not None:
        approval_check(refund, order, amounts.total, amounts.by_line)
    return refund, amounts


def proposal_effect(
    proposal: Proposal, case: ReviewCase, refund: Refund, amounts: Amounts, *, actor: Actor, now: datetime
) -> Decision:
    """Let what was proposed take effect, and close its case, which nobody holds any more."""
    for part_id, amount in amounts.by_line.items():
        RefundLine.objects.filter(pk=part_id).update(approved_amount=amount)
    proposal.state, proposal.ended_at = ProposalState.EFFECTIVE, now
    proposal.save(update_fields=["state", "ended_at", "seconded_by", "end_note"])
    decision = Decision.objects.create(
        case=case,
        claim_id=proposal.claim_id,
        person_id=proposal.person_id,
        confirmed_by_id=proposal.seconded_by_id,
        outcome=proposal.outcome,
        reason_code=proposal.reason_code,
        customer_message=proposal.customer_message,
        internal_note=proposal.internal_note,
        approved_amount=amounts.total,
        lines=amounts.told,
        hold_until=held_until(proposal, refund, now=now),
        decided_at=now,
    )
    if is_telling(decision.outcome, decision.reason_code):
        case.recall_due_at = now
        case.save(update_fields=["recall_due_at"])
    case_close(case, now=now)
    _move(refund, case, decision, actor=actor, now=now)
    return decision


def case_close(case: ReviewCase, *, now: datetime) -> None:
    """Close a locked case without a live claim."""
    case.status, case.closed_at, case.remaining_seconds, case.is_second = CaseStatus.CLOSED, now, None, False
    case.step_due_at = None
    case.save(update_fields=["status", "closed_at", "remaining_seconds", "is_second", "step_due_at"])


def decision_part(decision: Decision) -> dict[str, Any]:
    """Return the decision as the client sees it: never who, never the internal note."""
    return {
        "outcome": decision.outcome,
        "reason_code": decision.reason_code,
        "message": decision.customer_message,
        "decided_at": written_instant(decision.decided_at),
        "lines": decision.lines,
    }


def held_until(judged: Proposal | Verdict, refund: Refund, *, now: datetime) -> datetime | None:
    """Return until when the money of a decision waits that takes effect now: as was chosen, else as the policy says."""
    if judged.outcome == DecisionOutcome.DENY:
        return None
    if judged.hold_until is not None:
        # The second person may have taken longer than the money was to wait.
        return judged.hold_until if judged.hold_until > now else None
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
                # Whoever decided placed the hold, also where another person confirmed it: they cannot cut it short.
                actor=replace(actor, name=str(decision.person), person_id=decision.person_id),
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
