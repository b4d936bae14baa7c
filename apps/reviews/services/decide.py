"""A person decides. Locks in the order case, order, refund, hold."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.refunds.models import Refund
from apps.reviews.errors import SecondReviewDue
from apps.reviews.models import CaseStatus, Claim, ClaimEnd, DecisionDraft, DecisionOutcome, Proposal, ProposalState
from apps.reviews.placeholders import filled
from apps.reviews.selectors import case_locked
from apps.reviews.services.claim import claim_end, live_claim
from apps.reviews.services.effect import refund_covered
from apps.reviews.services.settle import proposal_settle
from apps.reviews.verdicts import ANY_HOLD, Amounts, Verdict, verdict_check
from apps.risk.policy import SecondReviewRule
from apps.risk.selectors.policies import policy_in_force
from apps.risk.services.second import second_review_rules
from apps.staff.models import Person


@transaction.atomic
def case_decide(
    case_id: str,
    verdict: Verdict,
    *,
    person: Person,
    token: int,
    actor: Actor,
    now: datetime,
    undo_for: timedelta = timedelta(),
    batch: str = "",
) -> Proposal:
    """Record a decision. It takes effect (held, released or denied) when the time to undo it is over.

    `token` is the fencing token of the claim under which the page was opened.
    Where the policy in force asks for a second person the case returns to its
    queue instead, for anybody else. Raises CaseUnknown, CaseNotOpen, ClaimLost,
    SecondReviewDue and the refusals for what is filled in; ApprovalExceedsOrder
    and ApprovalExceedsLine when other refunds of the order were approved
    meanwhile; then nothing has changed.
    """
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    if case.is_second:
        raise SecondReviewDue
    # Asked for only where a person chose a time.
    bounds = policy_in_force().policy.hold_bounds if verdict.hold_until is not None else ANY_HOLD
    verdict_check(verdict, now=now, bounds=bounds)
    refund, amounts = refund_covered(case, verdict)
    amount = refund.amount if amounts.total is None else amounts.total
    rules = second_rules(refund, verdict.outcome, amount, case_id)
    proposal = _write(verdict, refund, amounts, rules, claim=claim, now=now, undo_for=undo_for, batch=batch)
    claim_end(claim, ClaimEnd.DECIDED, case=case, now=now)
    DecisionDraft.objects.filter(case=case, person=person).delete()
    audit_record(
        Action.CASE_DECIDED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={
            "outcome": verdict.outcome.value,
            "reason_code": verdict.reason_code.value,
            "approved_amount": amounts.total,
            "currency": refund.currency,
            "token": token,
        },
        reason=verdict.internal_note,
    )
    if undo_for:
        case.status = CaseStatus.SETTLING
        case.save(update_fields=["status"])
    else:
        proposal_settle(proposal, case, refund, amounts, actor=actor, now=now)
    return proposal


def second_rules(refund: Refund, outcome: DecisionOutcome, amount: int, case_id: str) -> list[SecondReviewRule]:
    """Return why another person has to confirm a decision; `amount` is what is approved, or what is denied."""
    # Fixed for a case, so that deciding again does not draw again.
    draw = int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8]) % 100
    return second_review_rules(refund.assessment, outcome=outcome.value, amount=amount, draw=draw)


def _write(
    verdict: Verdict,
    refund: Refund,
    amounts: Amounts,
    rules: list[SecondReviewRule],
    *,
    claim: Claim,
    now: datetime,
    undo_for: timedelta,
    batch: str,
) -> Proposal:
    return Proposal.objects.create(
        case_id=claim.case_id,
        claim=claim,
        person_id=claim.person_id,
        state=ProposalState.SETTLING,
        outcome=verdict.outcome,
        reason_code=verdict.reason_code,
        customer_message=filled(verdict.customer_message.strip(), refund),
        internal_note=verdict.internal_note.strip(),
        approved_amount=amounts.total,
        lines=amounts.told,
        hold_until=verdict.hold_until,
        proposed_at=now,
        settles_at=now + undo_for,
        second_reasons=[rule.reason for rule in rules],
        is_blind=any(rule.blind for rule in rules),
        batch=batch,
    )
