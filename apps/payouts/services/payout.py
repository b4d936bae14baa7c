"""What the client did with released money."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.instants import written_instant
from apps.payouts.errors import ReasonMissing
from apps.refunds.errors import IllegalTransition
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import refund_move


class PayoutResult(StrEnum):
    """How a payout went."""

    PAID = "paid"
    FAILED = "failed"


@transaction.atomic
def payout_report(
    refund_id: str,
    *,
    client_id: int,
    result: PayoutResult,
    reference: str,
    at: datetime,
    failure_reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Refund:
    """Record that a released refund was paid or could not be.

    Raises RefundUnknown, VersionStale, IllegalTransition.
    """
    refund = refund_locked(refund_id, client_id=client_id, expected_version=expected_version)
    part = {"reference": reference, "result": result.value, "at": written_instant(at)}
    if failure_reason:
        part["failure_reason"] = failure_reason
    to = Status.PAID if result is PayoutResult.PAID else Status.PAYOUT_FAILED
    refund_move(refund, to, actor=actor, now=now, parts={"payout": part}, reason=failure_reason)
    audit_record(
        Action.PAYOUT_REPORTED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        subject=reference[:80],
        changes={"result": result.value, "amount": refund.approved_amount, "currency": refund.currency},
        reason=failure_reason,
    )
    return refund


@transaction.atomic
def payout_retry(refund_id: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Ask the client to pay a refund again whose payout failed. Raises IllegalTransition, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    refund = refund_locked(refund_id)
    # The table lets held and reviewed refunds become released too, by other ways than this.
    if refund.status != Status.PAYOUT_FAILED:
        raise IllegalTransition(before=refund.status, after=Status.RELEASED.value)
    before = refund.payout
    refund_move(refund, Status.RELEASED, actor=actor, now=now, parts={"payout": None}, reason=reason)
    audit_record(
        Action.PAYOUT_RETRIED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        changes={"payout": [before, None]},
        reason=reason,
    )
