"""Asking the customer, and going on when the answer comes or the time runs out. The review clock waits meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from apps.attachments.models import Source
from apps.attachments.services.keep import KeptFile, attachments_insert
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor, system
from apps.common.instants import written_instant
from apps.identity.records import VerificationRecord
from apps.marketplace.services.verification import verification_put
from apps.refunds.errors import IllegalTransition
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import refund_move
from apps.reviews.deadlines import due_at
from apps.reviews.errors import InformationDueOutOfBounds, InformationMessageMissing, ItemsMissing
from apps.reviews.models import (
    CaseStatus,
    ClaimEnd,
    InformationItem,
    InformationRequest,
    ReviewCase,
)
from apps.reviews.placeholders import filled
from apps.reviews.ranking import review_value
from apps.reviews.selectors import calendar_of, case_locked, case_of_refund_locked
from apps.reviews.services.claim import claim_end, live_claim
from apps.reviews.services.intake import review_part
from apps.reviews.steps import answer_by_of, step_set
from apps.reviews.worktime import working_between
from apps.staff.models import Person
from apps.timers.services import work_off

SHORTEST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=14)
_CLOCK = system("information timer")


@transaction.atomic
def case_request_information(
    case_id: str,
    *,
    items: Sequence[InformationItem],
    message: str,
    due: datetime,
    person: Person,
    token: int,
    actor: Actor,
    now: datetime,
    undo_for: timedelta = timedelta(),
) -> InformationRequest:
    """Ask the customer for something, when the time to undo it is over; the case waits and leaves its reviewer.

    Raises CaseUnknown, CaseNotOpen, ClaimLost, ItemsMissing,
    InformationMessageMissing, InformationDueOutOfBounds.
    """
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    if not items:
        raise ItemsMissing(pointer="/items")
    if not message.strip():
        raise InformationMessageMissing(pointer="/message")
    if not now + SHORTEST_WAIT <= due <= now + LONGEST_WAIT:
        raise InformationDueOutOfBounds(pointer="/due_at", days=LONGEST_WAIT.days)
    request = InformationRequest.objects.create(
        case=case,
        asked_by=person,
        items=[item.value for item in dict.fromkeys(items)],
        message=filled(message.strip(), case.refund),
        asked_at=now,
        due_at=due,
        settles_at=now + undo_for,
    )
    claim_end(claim, ClaimEnd.DECIDED, case=case, now=now)
    audit_record(
        Action.INFORMATION_REQUESTED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"items": request.items, "due_at": written_instant(due)},
    )
    if undo_for:
        case.status = CaseStatus.SETTLING
        case.save(update_fields=["status"])
    else:
        information_send(request, case, actor=actor, now=now)
    return request


def information_send(request: InformationRequest, case: ReviewCase, *, actor: Actor, now: datetime) -> None:
    """Let a request go out: the locked case waits for its answer. The review clock stops only now."""
    refund = refund_locked(case.refund_id)
    request.sent_at = now
    request.save(update_fields=["sent_at"])
    case.status = CaseStatus.WAITING
    case.remaining_seconds = int(working_between(calendar_of(case.queue), now, case.due_at).total_seconds())
    case.step_due_at = None
    case.save(update_fields=["status", "remaining_seconds", "step_due_at"])
    part = {"items": request.items, "message": request.message, "due_at": written_instant(request.due_at)}
    refund_move(
        refund,
        Status.INFORMATION_REQUESTED,
        actor=actor,
        now=now,
        parts={"information_request": part, "review": None},
        case_id=case.id,
    )


@transaction.atomic
def information_receive(
    refund_id: str,
    *,
    client_id: int,
    text: str,
    verification: VerificationRecord | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    files: Sequence[KeptFile] = (),
) -> Refund:
    """Take the customer's answer with its files, which are kept already; the case returns to its queue.

    Raises RefundUnknown, VersionStale, IllegalTransition when nothing was
    asked, AttachmentsExhausted, StorageUnavailable.
    """
    case = case_of_refund_locked(refund_id, client_id=client_id)
    refund = refund_locked(refund_id, client_id=client_id, expected_version=expected_version)
    if case is None:
        raise IllegalTransition(before=refund.status, after=Status.PENDING_REVIEW.value)
    information_expected(refund)
    request = InformationRequest.objects.get(case=case, ended_at__isnull=True)
    attachments_insert(files, refund=refund, source=Source.INFORMATION, source_id=request.pk, case_id=case.id, now=now)
    if verification is not None:
        verification_put(refund.account, verification, now=now)
    told = sorted(verification.model_fields_set) if verification is not None else []
    case_resume(case, refund, answered=True, text=text, actor=actor, now=now)
    audit_record(
        Action.INFORMATION_RECEIVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"verification": told, "text": bool(text), "attachments": len(files)},
    )
    return refund


def information_expected(refund: Refund) -> None:
    """Raise IllegalTransition unless the refund waits for its customer's answer."""
    if refund.status != Status.INFORMATION_REQUESTED:
        raise IllegalTransition(before=refund.status, after=Status.PENDING_REVIEW.value)


def information_expire_due(*, now: datetime, limit: int = 200) -> int:
    """Return cases whose customers did not answer in time to their queues; returns how many."""
    sent = InformationRequest.objects.filter(ended_at__isnull=True, sent_at__isnull=False)
    return work_off("information", sent, lambda key: _expire(key, now), at="due_at", now=now, limit=limit)


@transaction.atomic
def _expire(request_id: int, now: datetime) -> bool:
    case = case_locked(InformationRequest.objects.values_list("case_id", flat=True).get(pk=request_id))
    if case.status != CaseStatus.WAITING:
        return False
    refund = refund_locked(case.refund_id)
    case_resume(case, refund, answered=False, text="", actor=_CLOCK, now=now)
    audit_record(Action.INFORMATION_EXPIRED, actor=_CLOCK, now=now, refund_id=refund.id, case_id=case.id)
    return True


def case_resume(case: ReviewCase, refund: Refund, *, answered: bool, text: str, actor: Actor, now: datetime) -> None:
    """Return a locked case that waits to its queue, with the time that was left to it."""
    InformationRequest.objects.filter(case=case, ended_at__isnull=True).update(
        ended_at=now, answered=answered, answer_text=text
    )
    case.status = CaseStatus.OPEN
    answer_by = answer_by_of(case)
    case.counts_from, case.counts_seconds = now, case.remaining_seconds or 0
    case.due_at = due_at(now, timedelta(seconds=case.counts_seconds), answer_by, calendar_of(case.queue))
    case.value = review_value(case.worth, case.score, case.due_at, is_boosted=case.is_boosted)
    case.remaining_seconds = None
    step_set(case, answer_by)
    case.save(
        update_fields=[
            "status",
            "due_at",
            "value",
            "remaining_seconds",
            "counts_from",
            "counts_seconds",
            "step_due_at",
        ]
    )
    refund_move(
        refund,
        Status.PENDING_REVIEW,
        actor=actor,
        now=now,
        parts={"information_request": None, "review": review_part(case, case.queue)},
        case_id=case.id,
    )
