"""Requests for information and escalations go out when they can no longer be undone; decisions are `settle`'s."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor, ActorKind
from apps.reviews.errors import DecisionSettled
from apps.reviews.models import CaseStatus, Escalation, InformationRequest, Proposal, ReviewCase
from apps.reviews.selectors import case_locked, escalations_on_their_way, requests_on_their_way
from apps.reviews.services.claim import claim_grant
from apps.reviews.services.information import information_send
from apps.reviews.services.pass_on import escalation_send
from apps.reviews.services.settle import decision_undo
from apps.staff.models import Person
from apps.timers.services import work_off


def sendings_due(*, now: datetime, limit: int = 200) -> int:
    """Send what can no longer be undone, the oldest of each kind first; returns how much."""
    requests, escalations = requests_on_their_way(), escalations_on_their_way()
    sent = work_off("request", requests, lambda key: _request_send(key, now), at="settles_at", now=now, limit=limit)
    return sent + work_off(
        "escalation", escalations, lambda key: _escalation_send(key, now), at="settles_at", now=now, limit=limit
    )


@transaction.atomic
def case_undo(
    case_id: str, person: Person, *, actor: Actor, now: datetime
) -> Proposal | InformationRequest | Escalation:
    """Take back what this person did with a case a moment ago, whatever it was, and give them the case again.

    Raises CaseUnknown, DecisionSettled.
    """
    case = case_locked(case_id)
    request = requests_on_their_way().filter(case=case, asked_by=person).first()
    escalation = escalations_on_their_way().filter(case=case, person=person).first()
    undone = request or escalation
    if undone is None:
        return decision_undo(case_id, person, actor=actor, now=now)
    if undone.settles_at <= now:
        raise DecisionSettled
    undone.undone_at = now
    if isinstance(undone, InformationRequest):
        undone.ended_at, undone.answered = now, False
    undone.save()
    case.status = CaseStatus.OPEN
    case.save(update_fields=["status"])
    claim_grant(case, person, now=now)
    audit_record(Action.DECISION_UNDONE, actor=actor, now=now, refund_id=case.refund_id, case_id=case.id)
    return undone


def sendings_drop(case: ReviewCase, *, now: datetime) -> None:
    """Take back what is on its way for a locked case that is closed for another reason."""
    requests_on_their_way().filter(case=case).update(undone_at=now, ended_at=now, answered=False)
    escalations_on_their_way().filter(case=case).update(undone_at=now)


@transaction.atomic
def _request_send(request_id: int, now: datetime) -> bool:
    case = case_locked(InformationRequest.objects.values_list("case_id", flat=True).get(pk=request_id))
    # Undone, or the refund withdrawn, between the look and the lock.
    request = requests_on_their_way().select_related("asked_by").filter(pk=request_id).first()
    if request is None:
        return False
    by = request.asked_by
    information_send(request, case, actor=Actor(ActorKind.PERSON, str(by), person_id=by.pk), now=now)
    return True


@transaction.atomic
def _escalation_send(escalation_id: int, now: datetime) -> bool:
    case = case_locked(Escalation.objects.values_list("case_id", flat=True).get(pk=escalation_id))
    escalation = escalations_on_their_way().select_related("person").filter(pk=escalation_id).first()
    if escalation is None:
        return False
    escalation_send(escalation, case, now=now)
    return True
