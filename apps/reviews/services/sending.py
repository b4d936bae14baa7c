"""Requests for information and escalations go out when they can no longer be undone; decisions are `settle`'s."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

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

_POSTPONED_BY = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def sendings_due(*, now: datetime, limit: int = 200) -> int:
    """Send what can no longer be undone, the oldest of each kind first; returns how much.

    One that fails unexpectedly is tried again later and does not stop the others.
    """
    return sum(_sent(rows, send, now=now, limit=limit) for rows, send in _kinds())


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


def _kinds() -> Iterator[tuple[QuerySet[InformationRequest] | QuerySet[Escalation], Callable[[int, datetime], bool]]]:
    yield requests_on_their_way(), _request_send
    yield escalations_on_their_way(), _escalation_send


def _sent(
    rows: QuerySet[InformationRequest] | QuerySet[Escalation],
    send: Callable[[int, datetime], bool],
    *,
    now: datetime,
    limit: int,
) -> int:
    sent = 0
    due = rows.filter(settles_at__lte=now).order_by("settles_at", "id")
    for row_id in list(due.values_list("pk", flat=True)[:limit]):
        try:
            sent += send(row_id, now)
        except Exception:
            logger.exception("%s %s could not be sent", rows.model.__name__, row_id)
            rows.filter(pk=row_id).update(settles_at=now + _POSTPONED_BY)
    return sent


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
