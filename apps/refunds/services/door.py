"""The one door: only here does a refund's status change.

Every passage writes the row, the audit event and the outbox event in the
caller's transaction, so that none of them can exist without the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import F, Model

from apps.audit.models import Action, AuditEvent
from apps.audit.services import audit_event, audit_record, audit_record_many
from apps.common.actors import Actor
from apps.common.inserting import insert_missing_joined
from apps.refunds.documents import refund_document
from apps.refunds.drafts import RefundDraft
from apps.refunds.errors import IllegalTransition
from apps.refunds.lifecycle import BEGINNINGS, PROMISED, Status, event_of
from apps.refunds.models import Refund, RefundLine
from apps.webhooks.event_types import EventType
from apps.webhooks.services.publish import EventDraft, events_joined, events_publish, events_published

Part = dict[str, Any] | None


class Parts(TypedDict, total=False):
    """The parts of the document that the apps above own; absent means unchanged, None means gone."""

    risk: Part
    review: Part
    information_request: Part
    decision: Part
    hold: Part
    payout: Part


@dataclass(frozen=True)
class Beginning:
    """How a refund begins: its first status, the parts that explain it, and what the audit log says beside it."""

    draft: RefundDraft
    status: Status
    parts: Parts
    case_id: str = ""
    recorded: tuple[AuditEvent, ...] = ()


def refunds_begin(
    beginnings: Sequence[Beginning], *, actor: Actor, now: datetime, beside: Sequence[Model] = ()
) -> None:
    """Insert refunds with their first status and tell their first events; one statement, however many.

    `beside` are new rows of the apps above that refer to the refunds. A
    reference is used once: when another transaction used one of these since
    they were checked, ReferencesUsed is raised, and what was inserted has to
    be rolled back.
    """
    if not beginnings:
        return
    refunds = [_begun(beginning, now) for beginning in beginnings]
    lines = [
        RefundLine(refund_id=beginning.draft.refund.id, line_id=part.line.pk, amount=part.amount)
        for beginning in beginnings
        for part in beginning.draft.named
    ]
    recorded = [
        event for beginning in beginnings for event in (*beginning.recorded, _received(beginning, actor=actor, now=now))
    ]
    inserted, is_awaited = insert_missing_joined(
        refunds,
        conflict=["client_id", "reference"],
        returning="id",
        beside=[*lines, *recorded, *beside],
        joined=events_joined([_draft_event(one, BEGINNINGS[Status(one.status)]) for one in refunds], now=now),
    )
    if len(inserted) < len(refunds):
        raise ReferencesUsed([refund.reference for refund in refunds if refund.id not in inserted])
    events_published(is_awaited=is_awaited)


class ReferencesUsed(Exception):
    """Refunds with these references came in while ours were checked."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(references)
        self.references = references


def _begun(beginning: Beginning, now: datetime) -> Refund:
    refund, status = beginning.draft.refund, beginning.status
    refund.approved_amount = refund.amount if status in PROMISED else None
    refund.status, refund.status_at, refund.event_sequence = status.value, now, 1
    for name, part in beginning.parts.items():
        setattr(refund, name, part)
    return refund


def _received(beginning: Beginning, *, actor: Actor, now: datetime) -> AuditEvent:
    refund = beginning.draft.refund
    return audit_event(
        Action.REFUND_RECEIVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=beginning.case_id,
        changes={"status": [None, refund.status], "amount": refund.amount, "currency": refund.currency},
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
    if event_type is EventType.APPEALED:
        refund.is_appealed = True
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


def refunds_move(refunds: Sequence[Refund], to: Status, *, actor: Actor, now: datetime) -> None:
    """Move locked refunds one step along the table that changes neither what was promised nor any part; few statements.

    Raises IllegalTransition when one of them may not, and then nothing has changed.
    """
    drafts, moved = [], []
    for refund in refunds:
        before = Status(refund.status)
        event_type = event_of(before, to)
        if event_type is None or event_type is EventType.APPEALED or {before, to} - PROMISED:
            raise IllegalTransition(before=before.value, after=to.value)
        refund.status, refund.status_at = to.value, now
        refund.version, refund.event_sequence = refund.version + 1, refund.event_sequence + 1
        drafts.append(_draft_event(refund, event_type))
        moved.append(
            audit_event(
                Action.REFUND_MOVED,
                actor=actor,
                now=now,
                refund_id=refund.id,
                changes={"status": [before.value, to.value]},
            )
        )
    Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(
        status=to.value, status_at=now, version=F("version") + 1, event_sequence=F("event_sequence") + 1
    )
    events_publish(drafts, now=now)
    audit_record_many(moved)


def refund_amend(refund: Refund, event_type: EventType, *, now: datetime, parts: Parts) -> None:
    """Change parts of a locked refund and tell it, with the status as it was (``refund.hold_changed``)."""
    _write(refund, Status(refund.status), event_type, now=now, parts=parts)


def refund_rewrite(refund: Refund, *, parts: Parts) -> None:
    """Change parts of a locked refund that no event tells of; who reads the document finds it newer."""
    refund.version += 1
    for name, part in parts.items():
        setattr(refund, name, part)
    refund.save(update_fields=["version", *parts], force_update=True)


def _write(refund: Refund, status: Status, event_type: EventType, *, now: datetime, parts: Parts) -> None:
    if refund.status != status:
        refund.status_at = now
    refund.version += 1
    refund.status = status.value
    refund.event_sequence += 1
    for name, part in parts.items():
        setattr(refund, name, part)
    refund.save(
        update_fields=["status", "status_at", "version", "event_sequence", "approved_amount", "is_appealed", *parts],
        force_update=True,
    )
    events_publish([_draft_event(refund, event_type)], now=now)


def _draft_event(refund: Refund, event_type: EventType) -> EventDraft:
    return EventDraft(
        client_id=refund.client_id,
        subject_id=refund.id,
        event_type=event_type.value,
        sequence=refund.event_sequence,
        payload={"refund": refund_document(refund)},
    )
