"""News of an account's verification, sent without being an answer to any request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.errors import NotFound
from apps.identity.models import FactorStatus
from apps.identity.records import VerificationRecord
from apps.marketplace.models import Account
from apps.marketplace.selectors import accounts_whole
from apps.marketplace.services.verification import verification_put
from apps.refunds.selectors import refund_locked
from apps.reviews.models import CaseStatus, InformationRequest
from apps.reviews.selectors import case_locked
from apps.reviews.services.information import case_resume

# A check that has only begun is not what a case waits for.
_UNDER_WAY = frozenset({FactorStatus.UNVERIFIED, FactorStatus.PENDING})


class AccountUnknown(NotFound):
    """The client never sent such an account."""

    code = "account_unknown"
    title = _("Unknown account")
    message = _("There is no account {account_id}.")


@transaction.atomic
def verification_receive(
    account_id: str, verification: VerificationRecord, *, client_id: int, actor: Actor, now: datetime
) -> Account:
    """Take in what the client says of an account's factors, and return the account with what its document needs.

    Each case of the account that waits for one of the factors that are told
    to an end (verified, failed or expired) returns to its queue. Raises
    AccountUnknown.
    """
    account = Account.objects.filter(client_id=client_id, external_id=account_id).first()
    if account is None:
        raise AccountUnknown(account_id=account_id)
    told = [kind.value for kind, factor in verification.factors.items() if factor.status not in _UNDER_WAY]
    waiting = InformationRequest.objects.filter(
        case__refund__account=account, ended_at__isnull=True, items__overlap=told
    ).order_by("case_id")
    for case_id in list(waiting.values_list("case_id", flat=True)):
        _resume(case_id, told, actor, now)
    verification_put(account, verification, now=now)
    return accounts_whole().get(pk=account.pk)


def _resume(case_id: str, told: list[str], actor: Actor, now: datetime) -> None:
    case = case_locked(case_id)
    # It may have been answered, or its time run out, before its row was locked.
    if case.status != CaseStatus.WAITING:
        return
    refund = refund_locked(case.refund_id)
    case_resume(case, refund, answered=True, text="", actor=actor, now=now)
    audit_record(
        Action.INFORMATION_RECEIVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"verification": told, "text": False},
    )
