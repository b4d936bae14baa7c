"""The one door: only here does a refund's status change.

Every passage writes the row, the audit event and the outbox event in the
caller's transaction, so that none of them can exist without the others.
"""

from datetime import datetime
from typing import Any, TypedDict

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.refunds.documents import refund_document
from apps.refunds.errors import IllegalTransition
from apps.refunds.lifecycle import BEGINNINGS, PROMISED, Status, event_of
from apps.refunds.models import Refund
from apps.webhooks.event_types import EventType
from apps.webhooks.services.publish import event_publish

Part = dict[str, Any] | None


class Parts(TypedDict, total=False):
    """The parts of the document that the apps above own; absent means unchanged, None means gone."""

    risk: Part
    review: Part
    information_request: Part
    decision: Part
    hold: Part
    payout: Part


def refund_begin(
    refund: Refund, status: Status, *, actor: Actor, now: datetime, parts: Parts, case_id: str = ""
) -> None:
    """Give a refund that this transaction inserted its first status and tell its first event."""
    refund.approved_amount = refund.amount if status in PROMISED else None
    _write(refund, status, BEGINNINGS[status], now=now, parts=parts)
    audit_record(
        Action.REFUND_RECEIVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case_id,
        changes={"status": [None, status.value], "amount": refund.amount, "currency": refund.currency},
    )


def refund_move(
    refund: Refund,
    to: Status,
    *,
    actor: Actor,
    now: datetime,
    parts: Parts,
    approved_amount: int | None = None,
    reason: str = "",
    case_id: str = "",
) -> None:
    """Move a locked refund (see `selectors.refund_locked`) along the lifecycle table.

    `approved_amount`, in minor units, is needed when money becomes promised;
    it stays while money is promised and goes when it no longer is. Raises
    IllegalTransition, and then nothing has changed.
    """
    before = Status(refund.status)
    event_type = event_of(before, to)
    if event_type is None:
        raise IllegalTransition(before=before.value, after=to.value)
    amount_before = refund.approved_amount
    if to not in PROMISED:
        refund.approved_amount = None
    elif before not in PROMISED:
        refund.approved_amount = approved_amount
    _write(refund, to, event_type, now=now, parts=parts)
    changes: dict[str, Any] = {"status": [before.value, to.value]}
    if amount_before != refund.approved_amount:
        changes["approved_amount"] = [amount_before, refund.approved_amount]
    audit_record(
        Action.REFUND_MOVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case_id,
        changes=changes,
        reason=reason,
    )


def refund_amend(refund: Refund, event_type: EventType, *, now: datetime, parts: Parts) -> None:
    """Change parts of a locked refund and tell it, with the status as it was (``refund.hold_changed``)."""
    _write(refund, Status(refund.status), event_type, now=now, parts=parts)


def _write(refund: Refund, status: Status, event_type: EventType, *, now: datetime, parts: Parts) -> None:
    begins = refund.event_sequence == 0
    if begins or refund.status != status:
        refund.status_at = now
    if not begins:
        refund.version += 1
    refund.status = status.value
    refund.event_sequence += 1
    for name, part in parts.items():
        setattr(refund, name, part)
    refund.save(
        update_fields=["status", "status_at", "version", "event_sequence", "approved_amount", *parts],
        force_update=True,
    )
    event_publish(
        client_id=refund.client_id,
        subject_id=refund.id,
        event_type=event_type.value,
        sequence=refund.event_sequence,
        payload={"refund": refund_document(refund)},
        now=now,
    )
