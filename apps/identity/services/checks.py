"""Questions to the operator's service: asked for by people, put by a tick, answered or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.identity.errors import CheckUnderWay, NoProvider, NumberUnknown
from apps.identity.matching import number_hash
from apps.identity.models import CheckState, FactorKind, FactorStatus, Subject, VerificationCheck, VerificationFactor
from apps.identity.providers.service import Question, ServiceFault, is_set_up
from apps.identity.services.reveal import number_of

# Gaps after an answer that is pending and after none; after the last the check is given up.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720, 1440))
# Above the time that one question may take: meanwhile nobody else puts it.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class AskedFor:
    """Of whose account, and from which refund and case."""

    client_id: int
    account_id: str
    refund_id: str
    case_id: str


def check_request(
    subject: Subject | None, kind: FactorKind, *, asked_for: AskedFor, actor: Actor, now: datetime
) -> VerificationCheck:
    """Have a factor checked by the operator's service; a tick asks within seconds.

    Raises NoProvider, NumberUnknown, CheckUnderWay.
    """
    if not is_set_up():
        raise NoProvider
    number = number_of(subject, kind)
    if subject is None or not number:
        raise NumberUnknown
    try:
        with transaction.atomic():
            check = VerificationCheck.objects.create(
                subject=subject,
                kind=kind.value,
                number_hash=number_hash(kind.value, number),
                client_id=asked_for.client_id,
                account_id=asked_for.account_id,
                case_id=asked_for.case_id,
                asked_by_id=actor.person_id,
                asked_at=now,
                due_at=now,
            )
            audit_record(
                Action.CHECK_REQUESTED,
                actor=actor,
                now=now,
                refund_id=asked_for.refund_id,
                case_id=asked_for.case_id,
                subject=check.pk,
                changes={"factor": kind.value},
            )
    except IntegrityError:
        raise CheckUnderWay from None
    return check


@transaction.atomic
def check_take_due(*, now: datetime) -> VerificationCheck | None:
    """Take on the check that has been due longest, for as long as one question takes. None where there is none."""
    due = VerificationCheck.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now)
    check = due.select_related("subject").order_by("due_at", "pk").first()
    if check is not None:
        check.tries += 1
        check.due_at = now + LEASE
        check.save(update_fields=["tries", "due_at"])
    return check


def question_of(check: VerificationCheck, client_name: str) -> Question | None:
    """Return what to ask; None when the number was erased or replaced meanwhile."""
    kind = FactorKind(check.kind)
    number = number_of(check.subject, kind)
    if number_hash(check.kind, number) != bytes(check.number_hash):
        return None
    factor = VerificationFactor.objects.filter(subject=check.subject, kind=kind).first()
    return Question(
        check_id=check.pk,
        kind=kind.value,
        number=number,
        document_type=factor.document_type if factor is not None else "",
        name=check.subject.display_name,
        client=client_name,
        account_id=check.account_id,
    )


def is_of_number(check: VerificationCheck) -> bool:
    """Tell whether the check is of the number that the factor has now: it may have been replaced meanwhile."""
    present = number_of(Subject.objects.get(pk=check.subject_id), FactorKind(check.kind))
    return number_hash(check.kind, present) == bytes(check.number_hash)


def check_answered(check: VerificationCheck, answer: FactorStatus, reference: str, *, now: datetime) -> bool:
    """End a check with what the service said; False when it was ended by another process meanwhile."""
    ended = {"state": CheckState.ANSWERED, "answer": answer.value, "reference": reference, "error": ""}
    return bool(_still_open(check).update(**ended, due_at=None, ended_at=now))


def check_give_up(check: VerificationCheck, fault: ServiceFault, *, now: datetime) -> None:
    """End a check that is still under way without an answer."""
    _still_open(check).update(state=CheckState.FAILED, due_at=None, ended_at=now, error=fault.value)


def _still_open(check: VerificationCheck) -> QuerySet[VerificationCheck]:
    """Return the check unless it ended, or another process took it on after ours had taken too long."""
    return VerificationCheck.objects.filter(pk=check.pk, ended_at__isnull=True, tries=check.tries)


def check_postpone(check: VerificationCheck, fault: ServiceFault | None, *, now: datetime) -> None:
    """Ask again later, or give up; `fault` is None when the service is not done yet."""
    if check.tries > len(GAPS):
        check_give_up(check, fault or ServiceFault.NOT_DONE, now=now)
    else:
        error = fault.value if fault is not None else ""
        _still_open(check).update(due_at=now + GAPS[check.tries - 1], error=error)
