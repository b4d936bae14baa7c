"""Writing to the log. Call inside the transaction that makes the change."""

from datetime import datetime
from typing import Any

from apps.audit.models import Action, AuditEvent
from apps.common.actors import Actor
from apps.common.inserting import insert


def audit_event(
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    refund_id: str = "",
    case_id: str = "",
    subject: str = "",
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Return the row, unsaved, for callers that write many at once."""
    return AuditEvent(
        at=now,
        action=action,
        actor_kind=actor.kind,
        actor_name=actor.name,
        person_id=actor.person_id,
        client_id=actor.client_id,
        refund_id=refund_id,
        case_id=case_id,
        subject=subject,
        changes=changes or {},
        reason=reason,
        request_id=actor.request_id,
        address=actor.address,
    )


def audit_record(
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    refund_id: str = "",
    case_id: str = "",
    subject: str = "",
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one event."""
    event = audit_event(
        action,
        actor=actor,
        now=now,
        refund_id=refund_id,
        case_id=case_id,
        subject=subject,
        changes=changes,
        reason=reason,
    )
    audit_record_many([event])


def audit_record_many(events: list[AuditEvent]) -> None:
    """Write several events with one statement, in their order."""
    insert(events)
