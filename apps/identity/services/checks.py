"""Questions to the operator's service: asked for by people, put by a tick, answered or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.identity.errors import CheckUnderWay, NoProvider, NumberUnknown
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
    if subject is None or not number_of(subject, kind):
        raise NumberUnknown
    try:
        with transaction.atomic():
            check = VerificationCheck.objects.create(
                subject=subject,
                kind=kind.value,
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
    """Return what to ask; None when the number was erased meanwhile."""
    kind = FactorKind(check.kind)
    number = number_of(check.subject, kind)
    if not number:
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


def check_end(check: VerificationCheck, state: CheckState, *, now: datetime, answer: FactorStatus | None) -> bool:
    """End a check that is still under way; False when it was ended by another process meanwhile."""
    open_check = VerificationCheck.objects.filter(pk=check.pk, ended_at__isnull=True)
    return bool(
        open_check.update(
            state=state, answer=answer.value if answer is not None else "", due_at=None, ended_at=now, error=""
        )
    )


def check_postpone(check: VerificationCheck, fault: ServiceFault | None, *, now: datetime) -> None:
    """Ask again later, or give up; `fault` is None when the service is not done yet."""
    error = fault.value if fault is not None else ""
    open_check = VerificationCheck.objects.filter(pk=check.pk, ended_at__isnull=True)
    if check.tries > len(GAPS):
        open_check.update(state=CheckState.FAILED, due_at=None, ended_at=now, error=error)
    else:
        open_check.update(due_at=now + GAPS[check.tries - 1], error=error)
