"""The customer takes the request back. Locks in the order case, refund, hold."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.payouts.services.hold import hold_cancel
from apps.refunds.errors import RefundBusy
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import refund_move
from apps.reviews.models import CaseStatus, ClaimEnd, InformationRequest, ReviewCase
from apps.reviews.selectors import case_of_refund_locked
from apps.reviews.services.claim import claim_drop
from apps.reviews.services.effect import case_close
from apps.reviews.services.sending import sendings_drop
from apps.reviews.services.settle import proposals_drop


@transaction.atomic
def refund_withdraw(
    refund_id: str,
    *,
    client_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Refund:
    """Withdraw a refund; its case closes and its hold ends.

    Raises RefundUnknown, VersionStale, IllegalTransition, RefundBusy.
    """
    case = case_of_refund_locked(refund_id, client_id=client_id)
    refund = refund_locked(refund_id, client_id=client_id, expected_version=expected_version)
    # A recall may have opened a case between the two locks; taking its lock now would be out of order.
    if case is None and ReviewCase.objects.filter(refund=refund).exclude(status=CaseStatus.CLOSED).exists():
        raise RefundBusy(refund_id=refund.id)
    refund_move(
        refund,
        Status.WITHDRAWN,
        actor=actor,
        now=now,
        parts={"review": None, "information_request": None, "hold": None},
        reason=reason,
        case_id=case.id if case else "",
    )
    hold_cancel(refund, reason=reason, actor=actor, now=now)
    if case is not None:
        sendings_drop(case, now=now)
        InformationRequest.objects.filter(case=case, ended_at__isnull=True).update(ended_at=now, answered=False)
        claim_drop(case, ClaimEnd.CASE_CLOSED, now=now)
        proposals_drop(case, reason=Status.WITHDRAWN.value, now=now)
        case_close(case, now=now)
        audit_record(
            Action.CASE_CLOSED,
            actor=actor,
            now=now,
            refund_id=refund.id,
            case_id=case.id,
            changes={"because": Status.WITHDRAWN.value},
            reason=reason,
        )
    return refund
