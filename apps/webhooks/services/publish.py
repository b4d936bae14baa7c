"""Writing events, and with each its deliveries, in the transaction of the change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from apps.common.identifiers import new_identifier
from apps.webhooks.models import Event
from apps.webhooks.services.nudge import nudge

# Prefix and time of a fresh identifier; the rest is drawn by the database. Hexadecimal digits
# are digits of a ULID as well.
_STAMP_LENGTH = len("dlv_") + 10

# A delivery whose lane waits for a retry is not due before that retry: due rows stay few.
_PUBLISH = """
WITH event AS (
    INSERT INTO webhooks_event (id, client_id, subject_id, type, sequence, timestamp, payload)
    SELECT id, client_id, subject_id, type, sequence, %(now)s, payload::jsonb
    FROM unnest(
        %(ids)s::text[], %(client_ids)s::bigint[], %(subject_ids)s::text[], %(types)s::text[],
        %(sequences)s::integer[], %(payloads)s::text[]
    ) WITH ORDINALITY AS draft (id, client_id, subject_id, type, sequence, payload, place)
    ORDER BY place
    RETURNING id, client_id, subject_id, type, sequence, position
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
)
SELECT id, position, EXISTS (SELECT FROM delivery) FROM event
"""


@dataclass(frozen=True)
class EventDraft:
    """An event to be: `payload` is its `data` member, `sequence` counts up by one within the subject."""

    client_id: int
    subject_id: str
    event_type: str
    sequence: int
    payload: dict[str, Any]


def event_publish(
    *, client_id: int, subject_id: str, event_type: str, sequence: int, payload: dict[str, Any], now: datetime
) -> Event:
    """Write one event and a delivery for each endpoint that wants it, inside the caller's transaction."""
    draft = EventDraft(client_id, subject_id, event_type, sequence, payload)
    (event,) = events_publish_many([draft], now=now)
    return event


def events_publish_many(drafts: Sequence[EventDraft], *, now: datetime) -> list[Event]:
    """Write events in their order, and all their deliveries, with one statement.

    The caller's transaction is what makes an event true; without one this
    raises. After the commit the sender is nudged, which may fail unnoticed.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is published in the transaction of its change.")
    if not drafts:
        return []
    ids = [new_identifier("evt") for _draft in drafts]
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            {
                "now": now,
                "stamp": delivery_stamp(),
                "ids": ids,
                "client_ids": [draft.client_id for draft in drafts],
                "subject_ids": [draft.subject_id for draft in drafts],
                "types": [draft.event_type for draft in drafts],
                "sequences": [draft.sequence for draft in drafts],
                "payloads": [json.dumps(draft.payload, ensure_ascii=False) for draft in drafts],
            },
        )
        written = cursor.fetchall()
    if written[0][2]:
        transaction.on_commit(nudge, robust=True)
    positions = {identifier: position for identifier, position, _delivered in written}
    return [
        _event(identifier, draft, positions[identifier], now) for identifier, draft in zip(ids, drafts, strict=True)
    ]


def delivery_stamp() -> str:
    """Return how the identifiers of deliveries made now begin."""
    return new_identifier("dlv")[:_STAMP_LENGTH]


def _event(identifier: str, draft: EventDraft, position: int, now: datetime) -> Event:
    event = Event(
        id=identifier,
        client_id=draft.client_id,
        position=position,
        subject_id=draft.subject_id,
        type=draft.event_type,
        sequence=draft.sequence,
        timestamp=now,
        payload=draft.payload,
    )
    event._state.adding = False
    event._state.db = connection.alias
    return event
