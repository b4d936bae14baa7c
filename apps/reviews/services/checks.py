"""Answers of the operator's verification service come back into cases by themselves."""

import logging
from datetime import datetime
from time import monotonic

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.common.instants import written_instant, written_or_none
from apps.identity.models import FactorStatus, VerificationCheck
from apps.identity.providers.service import ServiceAnswer, ServiceFault, ServiceUnanswered, service_ask
from apps.identity.records import VerificationRecord
from apps.identity.services.checks import (
    check_answered,
    check_give_up,
    check_postpone,
    check_take_due,
    is_of_number,
    question_of,
)
from apps.reviews.services.verification import AccountUnknown, verification_receive

SERVICE = system("verification service")
# The name that a factor carries which the service has spoken on.
PROVIDER = "verification-service"
# A run leaves the sender, which it shares with webhooks, after that long and one question.
RUN_SECONDS = 10.0

logger = logging.getLogger(__name__)


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
    try:
        return _asked(check, now)
    except ServiceUnanswered as unanswered:
        check_postpone(check, unanswered.fault, now=now)
    except AccountUnknown:
        check_give_up(check, ServiceFault.NUMBER_GONE, now=now)
    except Exception:  # one check that cannot be put must not hold up the others
        logger.exception("Check %s could not be put", check.pk)
        check_postpone(check, ServiceFault.FAILED, now=now)
    return False


def _asked(check: VerificationCheck, now: datetime) -> bool:
    client = ApiClient.objects.get(pk=check.client_id)
    question = question_of(check, client.name)
    if question is None:
        check_give_up(check, ServiceFault.NUMBER_GONE, now=now)
        return False
    answer = service_ask(question, now=now)
    if answer.status is FactorStatus.PENDING:
        check_postpone(check, None, now=now)
        return False
    return _take(check, answer, now)


@transaction.atomic
def _take(check: VerificationCheck, answer: ServiceAnswer, now: datetime) -> bool:
    """Write what the service found as the client would have told it: what is told last counts.

    That the service could not tell (`unverified`) leaves the factor as it is,
    and so does an answer about a number that was replaced while it was asked.
    Of two processes that asked at once the second finds the check ended.
    Raises AccountUnknown.
    """
    if not is_of_number(check):
        check_give_up(check, ServiceFault.NUMBER_GONE, now=now)
        return False
    if not check_answered(check, answer.status, answer.provider_reference, now=now):
        return False
    if answer.status is not FactorStatus.UNVERIFIED:
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
