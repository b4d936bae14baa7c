"""Writing events, and with each its deliveries, in the transaction of the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from apps.common.cursors import recurring_cursor
from apps.common.identifiers import new_identifier
from apps.common.inserting import Joined
from apps.webhooks.services.nudge import nudge

# Prefix and time of a fresh identifier; the rest is drawn by the database. Hexadecimal digits
# are digits of a ULID as well.
_STAMP_LENGTH = len("dlv_") + 10

# A delivery whose lane waits for a retry is not due before that retry: due rows stay few.
_TABLES = """event AS (
    INSERT INTO webhooks_event (id, client_id, subject_id, type, sequence, timestamp, payload)
    SELECT id, client_id, subject_id, type, sequence, %(now)s, payload
    FROM ROWS FROM (
        json_to_recordset(%(events)s::json)
            AS (id text, client_id bigint, subject_id text, type text, sequence integer, payload jsonb)
    ) WITH ORDINALITY AS draft (id, client_id, subject_id, type, sequence, payload, place)
    ORDER BY place
    RETURNING id, client_id, subject_id, type, sequence
), delivery AS (
    INSERT INTO webhooks_webhookdelivery
        (id, event_id, endpoint_id, subject_id, sequence, status, attempts, failures, next_attempt_at, created_at)
    SELECT %(stamp)s || right(replace(gen_random_uuid()::text, '-', ''), 16),
        event.id, endpoint.id, event.subject_id, event.sequence, 'pending', 0, 0,
        greatest(%(now)s, (
            SELECT max(earlier.next_attempt_at) FROM webhooks_webhookdelivery earlier
            WHERE earlier.endpoint_id = endpoint.id AND earlier.subject_id = event.subject_id
                AND earlier.status = 'pending'
        )), %(now)s
    FROM event JOIN webhooks_webhookendpoint endpoint USING (client_id)
    WHERE endpoint.removed_at IS NULL AND endpoint.status = 'enabled'
        AND (endpoint.event_types = '{}' OR event.type = ANY (endpoint.event_types))
    RETURNING 1
)"""
_IS_AWAITED = "EXISTS (SELECT FROM delivery)"
_PUBLISH = f"WITH {_TABLES} SELECT {_IS_AWAITED}"


@dataclass(frozen=True)
class EventDraft:
    """An event to be: `payload` is its `data` member, `sequence` counts up by one within the subject."""

    client_id: int
    subject_id: str
    event_type: str
    sequence: int
    payload: dict[str, Any]


def events_publish(drafts: Sequence[EventDraft], *, now: datetime) -> list[str]:
    """Write events in their order, and a delivery for each endpoint that wants one; returns the events' ids.

    One statement. The caller's transaction is what makes an event true;
    without one this raises. After the commit the sender is nudged, which may
    fail unnoticed.
    """
    _in_transaction()
    if not drafts:
        return []
    ids, parameters = _written(drafts, now)
    with recurring_cursor() as cursor:
        cursor.execute(_PUBLISH, parameters)
        ((is_awaited,),) = cursor.fetchall()
    events_published(is_awaited=is_awaited)
    return ids


def events_joined(drafts: Sequence[EventDraft], *, now: datetime) -> Joined:
    """Return the same as part of a statement that inserts what the events tell of.

    Its answer goes to `events_published`.
    """
    _in_transaction()
    _ids, parameters = _written(drafts, now)
    return Joined(_TABLES, _IS_AWAITED, parameters)


def events_published(*, is_awaited: bool | None) -> None:
    """Nudge the sender after the commit if anybody awaits what was published."""
    if is_awaited:
        transaction.on_commit(nudge, robust=True)


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is published in the transaction of its change.")


def _written(drafts: Sequence[EventDraft], now: datetime) -> tuple[list[str], dict[str, Any]]:
    ids = [new_identifier("evt") for _draft in drafts]
    events = [
        {
            "id": identifier,
            "client_id": draft.client_id,
            "subject_id": draft.subject_id,
            "type": draft.event_type,
            "sequence": draft.sequence,
            "payload": draft.payload,
        }
        for identifier, draft in zip(ids, drafts, strict=True)
    ]
    return ids, {"now": now, "stamp": delivery_stamp(), "events": msgspec.json.encode(events).decode()}


def delivery_stamp() -> str:
    """Return how the identifiers of deliveries made now begin."""
    return new_identifier("dlv")[:_STAMP_LENGTH]
