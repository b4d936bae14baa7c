"""Answers of the operator's verification service come back into cases by themselves."""

from datetime import datetime
from time import monotonic

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.common.instants import written_instant, written_or_none
from apps.identity.models import CheckState, FactorStatus, VerificationCheck
from apps.identity.providers.service import ServiceAnswer, ServiceUnanswered, service_ask
from apps.identity.records import VerificationRecord
from apps.identity.services.checks import check_end, check_postpone, check_take_due, question_of
from apps.reviews.services.verification import AccountUnknown, verification_receive

SERVICE = system("verification service")
# The name that a factor carries which the service has spoken on.
PROVIDER = "verification-service"
# A run ends well within the time limit of its task, whatever the service takes.
RUN_SECONDS = 45.0


def checks_run_due(*, now: datetime) -> int:
    """Put questions that are due, one after the other; returns how many were answered to the end.

    Taking one on is committed before it is asked, and what follows from the
    answer after. A process that dies in between leaves it to a later run,
    which asks under the same id.
    """
    answered, begun = 0, monotonic()
    while monotonic() - begun < RUN_SECONDS and (check := check_take_due(now=now)) is not None:
        answered += _run(check, now)
    return answered


def _run(check: VerificationCheck, now: datetime) -> bool:
    client = ApiClient.objects.get(pk=check.client_id)
    question = question_of(check, client.name)
    if question is None:
        check_end(check, CheckState.FAILED, now=now, answer=None)
        return False
    try:
        answer = service_ask(question, now=now)
    except ServiceUnanswered as unanswered:
        check_postpone(check, unanswered.fault, now=now)
        return False
    if answer.status is FactorStatus.PENDING:
        check_postpone(check, None, now=now)
        return False
    try:
        return _take(check, answer, now)
    except AccountUnknown:
        check_end(check, CheckState.FAILED, now=now, answer=None)
        return False


@transaction.atomic
def _take(check: VerificationCheck, answer: ServiceAnswer, now: datetime) -> bool:
    """Write what the service says as the client would have told it: what is told last counts.

    Raises AccountUnknown. Of two processes that asked at once the second finds
    the check ended.
    """
    if not check_end(check, CheckState.ANSWERED, now=now, answer=answer.status):
        return False
    told = _told(check.kind, answer, now)
    verification_receive(check.account_id, told, client_id=check.client_id, actor=SERVICE, now=now)
    audit_record(
        Action.VERIFICATION_TOLD,
        actor=SERVICE,
        now=now,
        case_id=check.case_id,
        subject=check.pk,
        changes={"factor": check.kind, "status": answer.status.value, "name_match": answer.name_match},
    )
    return True


def _told(kind: str, answer: ServiceAnswer, now: datetime) -> VerificationRecord:
    """Return the answer as clients write it."""
    is_verified = answer.status is FactorStatus.VERIFIED
    told = {
        "status": answer.status.value,
        "verified_at": written_instant(answer.checked_at or now) if is_verified else None,
        "expires_at": written_or_none(answer.expires_at),
        "provider": PROVIDER,
        "name_match": answer.name_match,
    }
    return VerificationRecord.model_validate({kind: told})
