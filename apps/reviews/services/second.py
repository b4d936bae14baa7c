"""The second person: confirms what the first decided, or disagrees. Locks in the order case, order, refund, hold."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.refunds.selectors import refund_locked
from apps.refunds.services.promises import order_of_refund_locked
from apps.reviews.errors import CaseNotForYou, DisagreementUnexplained, NothingToConfirm
from apps.reviews.models import ClaimEnd, Decision, DecisionDraft, Proposal, ProposalState, ReviewCase
from apps.reviews.selectors import case_locked, proposal_awaiting
from apps.reviews.services.claim import claim_end, live_claim
from apps.reviews.services.effect import proposal_effect, refund_covered
from apps.reviews.services.settle import proposal_end
from apps.reviews.verdicts import Verdict, verdict_amounts, verdict_check, verdict_of_proposal
from apps.staff.models import Person


@transaction.atomic
def second_confirm(
    case_id: str, *, note: str = "", person: Person, token: int, actor: Actor, now: datetime
) -> Decision:
    """Let what the first person decided take effect.

    Raises CaseUnknown, CaseNotOpen, ClaimLost, NothingToConfirm,
    CaseNotForYou, ApprovalExceedsOrder, ApprovalExceedsLine; then nothing has
    changed.
    """
    case = case_locked(case_id)
    proposal = _taken(case, person, token=token, now=now)
    return _confirm(proposal, case, note=note, person=person, actor=actor, now=now)


@transaction.atomic
def second_disagree(case_id: str, *, note: str, person: Person, token: int, actor: Actor, now: datetime) -> None:
    """Send the case to the supervisors with what the second person says; what the first decided has no effect.

    Raises CaseUnknown, CaseNotOpen, ClaimLost, NothingToConfirm, CaseNotForYou, DisagreementUnexplained.
    """
    case = case_locked(case_id)
    proposal = _taken(case, person, token=token, now=now)
    if not note.strip():
        raise DisagreementUnexplained(pointer="/note")
    _disagree(proposal, case, note=note, person=person, actor=actor, now=now)


@transaction.atomic
def second_look(
    case_id: str, verdict: Verdict, *, person: Person, token: int, actor: Actor, now: datetime
) -> Decision | None:
    """Take what the second person would do without knowing what the first did.

    The same outcome and amounts confirm; then the first person's words go out.
    Anything else is a disagreement, and None is returned. Raises as
    `second_confirm`, and the refusals for what is filled in.
    """
    case = case_locked(case_id)
    proposal = _taken(case, person, token=token, now=now)
    verdict_check(verdict, now=now)
    order_of_refund_locked(case.refund_id)
    mine = verdict_amounts(verdict, refund_locked(case.refund_id))
    if (verdict.outcome.value, mine.total, mine.told) == (proposal.outcome, proposal.approved_amount, proposal.lines):
        return _confirm(proposal, case, note=verdict.internal_note, person=person, actor=actor, now=now)
    said = f"{verdict.outcome.label} · {verdict.reason_code.label}"
    note = f"{said}: {verdict.internal_note.strip()}" if verdict.internal_note.strip() else said
    _disagree(proposal, case, note=note, person=person, actor=actor, now=now)
    return None


def _taken(case: ReviewCase, person: Person, *, token: int, now: datetime) -> Proposal:
    """End this person's claim and return what they have to confirm."""
    claim = live_claim(case, person, token=token, now=now)
    proposal = proposal_awaiting(case)
    if proposal is None:
        raise NothingToConfirm
    if proposal.person_id == person.pk:
        raise CaseNotForYou
    claim_end(claim, ClaimEnd.DECIDED, case=case, now=now)
    DecisionDraft.objects.filter(case=case, person=person).delete()
    return proposal


def _confirm(
    proposal: Proposal, case: ReviewCase, *, note: str, person: Person, actor: Actor, now: datetime
) -> Decision:
    refund, amounts = refund_covered(case, verdict_of_proposal(proposal))
    proposal.seconded_by, proposal.end_note = person, note.strip()
    audit_record(
        Action.DECISION_CONFIRMED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"outcome": proposal.outcome, "approved_amount": amounts.total, "currency": refund.currency},
        reason=note.strip(),
    )
    return proposal_effect(proposal, case, refund, amounts, actor=actor, now=now)


def _disagree(proposal: Proposal, case: ReviewCase, *, note: str, person: Person, actor: Actor, now: datetime) -> None:
    proposal_end(proposal, ProposalState.REJECTED, now=now, note=note.strip(), by=person)
    case.is_second, case.is_escalated = False, True
    case.save(update_fields=["is_second", "is_escalated"])
    audit_record(
        Action.SECOND_DISAGREED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"outcome": proposal.outcome},
        reason=note.strip(),
    )
