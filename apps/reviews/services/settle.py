"""Undoing a decision, and what follows when it can no longer be undone. Locks: case, order, refund, hold."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor, ActorKind
from apps.common.errors import Refusal
from apps.refunds.models import Refund
from apps.reviews.errors import DecisionSettled
from apps.reviews.models import LIVE, CaseStatus, Proposal, ProposalState, ReviewCase
from apps.reviews.selectors import case_locked
from apps.reviews.services.claim import claim_grant
from apps.reviews.services.effect import proposal_effect, refund_covered
from apps.reviews.verdicts import Amounts, verdict_of_proposal
from apps.staff.models import Person
from apps.timers.services import work_off


def proposals_settle_due(*, now: datetime, limit: int = 200) -> int:
    """Let decisions whose time to be undone is over take their course, the oldest first; returns how many."""
    settling = Proposal.objects.filter(state=ProposalState.SETTLING)
    return work_off("decision", settling, lambda key: _settle(key, now), at="settles_at", now=now, limit=limit)


def proposal_settle(
    proposal: Proposal, case: ReviewCase, refund: Refund, amounts: Amounts, *, actor: Actor, now: datetime
) -> None:
    """Let a decision take effect, or ask for a second person; case, order and refund are locked."""
    if not proposal.second_reasons:
        proposal_effect(proposal, case, refund, amounts, actor=actor, now=now)
        return
    proposal.state = ProposalState.SECOND
    proposal.save(update_fields=["state"])
    case.status, case.is_second = CaseStatus.OPEN, True
    case.save(update_fields=["status", "is_second"])
    audit_record(
        Action.SECOND_ASKED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"because": proposal.second_reasons},
    )


@transaction.atomic
def decision_undo(case_id: str, person: Person, *, actor: Actor, now: datetime) -> Proposal:
    """Take back what this person decided a moment ago, and give them the case again, under a new token.

    Raises CaseUnknown, DecisionSettled.
    """
    case = case_locked(case_id)
    proposal = Proposal.objects.filter(case=case, state=ProposalState.SETTLING, person=person).first()
    if proposal is None or proposal.settles_at <= now:
        raise DecisionSettled
    proposal_end(proposal, ProposalState.UNDONE, now=now)
    case.status = CaseStatus.OPEN
    case.save(update_fields=["status"])
    claim_grant(case, person, now=now)
    audit_record(Action.DECISION_UNDONE, actor=actor, now=now, refund_id=case.refund_id, case_id=case.id)
    return proposal


def proposal_end(
    proposal: Proposal, state: ProposalState, *, now: datetime, note: str = "", by: Person | None = None
) -> None:
    """End a live proposal of a locked case without effect."""
    proposal.state, proposal.ended_at, proposal.end_note, proposal.seconded_by = state, now, note, by
    proposal.save(update_fields=["state", "ended_at", "end_note", "seconded_by"])


def proposals_drop(case: ReviewCase, *, reason: str, now: datetime) -> None:
    """End whatever is under way in a locked case that is closed for another reason."""
    for proposal in Proposal.objects.filter(case=case, state__in=LIVE):
        proposal_end(proposal, ProposalState.VOID, now=now, note=reason)


@transaction.atomic
def _settle(proposal_id: int, now: datetime) -> bool:
    case = case_locked(Proposal.objects.values_list("case_id", flat=True).get(pk=proposal_id))
    proposal = Proposal.objects.select_related("person").get(pk=proposal_id)
    # Undone, or the refund withdrawn, between the look and the lock.
    if proposal.state != ProposalState.SETTLING:
        return False
    actor = Actor(ActorKind.PERSON, str(proposal.person), person_id=proposal.person_id)
    try:
        refund, amounts = refund_covered(case, verdict_of_proposal(proposal))
    except Refusal as refusal:
        _return(proposal, case, refusal, actor=actor, now=now)
        return False
    proposal_settle(proposal, case, refund, amounts, actor=actor, now=now)
    return True


def _return(proposal: Proposal, case: ReviewCase, refusal: Refusal, *, actor: Actor, now: datetime) -> None:
    """Give the case back to its queue: what was decided is no longer possible."""
    proposal_end(proposal, ProposalState.VOID, now=now, note=str(refusal.detail))
    case.status = CaseStatus.OPEN
    case.save(update_fields=["status"])
    audit_record(
        Action.DECISION_VOID,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"because": refusal.code},
    )
