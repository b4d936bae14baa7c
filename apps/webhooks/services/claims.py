"""Taking due deliveries, and only those that may go now."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from apps.webhooks.models import Event, WebhookDelivery, WebhookEndpoint

# Far longer than an attempt may take: a lease that ends belongs to a sender that died.
_LEASE_MARGIN = timedelta(seconds=45)

# Per endpoint, so that the due rows of one that hangs are never read through to find those of another.
# SKIP LOCKED and the lease together let two senders claim at once; the count of attempts tells their
# results apart. The lane: nothing goes out before what precedes it in its subject is done or dead.
# OFFSET 0 keeps that look a look into the lane's index: as a join, planned while few rows were pending, it read the
# whole backlog of the endpoint once for each candidate.
# Room goes round: whoever has the least under way comes first, so that many who hang leave their share to the rest.
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id
    FROM (
        SELECT due.id, due.next_attempt_at,
            coalesce(busy.taken, 0)
                + row_number() OVER (PARTITION BY endpoint.id ORDER BY due.next_attempt_at, due.id) AS place
        FROM webhooks_webhookendpoint endpoint
        LEFT JOIN unnest(%(busy)s::text[], %(taken)s::integer[]) AS busy (endpoint_id, taken)
            ON busy.endpoint_id = endpoint.id
        CROSS JOIN LATERAL (
            SELECT delivery.id, delivery.next_attempt_at
            FROM webhooks_webhookdelivery delivery
            WHERE delivery.endpoint_id = endpoint.id
                AND delivery.status = 'pending'
                AND delivery.next_attempt_at <= %(now)s
                AND (delivery.leased_until IS NULL OR delivery.leased_until <= %(now)s)
                AND NOT EXISTS (
                    SELECT FROM webhooks_webhookdelivery earlier
                    WHERE earlier.endpoint_id = endpoint.id AND earlier.subject_id = delivery.subject_id
                        AND earlier.sequence < delivery.sequence AND earlier.status = 'pending'
                    OFFSET 0
                )
            ORDER BY delivery.next_attempt_at, delivery.id
            LIMIT %(most)s
            FOR UPDATE OF delivery SKIP LOCKED
        ) due
        WHERE endpoint.status = 'enabled' AND endpoint.removed_at IS NULL
            AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
            AND coalesce(busy.taken, 0) < %(most)s
    ) candidate
    WHERE place <= %(most)s
    ORDER BY place, next_attempt_at, id
    LIMIT %(room)s
)
UPDATE webhooks_webhookdelivery delivery
SET attempts = delivery.attempts + 1, leased_until = %(leased_until)s
FROM picked, webhooks_event event, webhooks_webhookendpoint endpoint
WHERE delivery.id = picked.id AND event.id = delivery.event_id AND endpoint.id = delivery.endpoint_id
RETURNING delivery.id, delivery.attempts, delivery.failures,
    event.id, event.type, event.sequence, event.timestamp, event.payload,
    endpoint.id, endpoint.url,
    endpoint.secret_encrypted, endpoint.previous_secret_encrypted, endpoint.previous_secret_until
"""


def deliveries_claim(
    *, now: datetime, room: int, most_per_endpoint: int, busy: Mapping[str, int] | None = None
) -> list[WebhookDelivery]:
    """Lease up to `room` due deliveries; each is this caller's until its lease ends.

    `busy` says how many of an endpoint's `most_per_endpoint` places are taken.
    The rows come with what sending needs of event and endpoint, and no more.
    """
    taken = busy or {}
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "leased_until": now + lease_length(),
                "room": room,
                "most": most_per_endpoint,
                "busy": list(taken.keys()),
                "taken": list(taken.values()),
            },
        )
        return [_delivery(row) for row in cursor.fetchall()]


def lease_length() -> timedelta:
    """Return how long a sender has for an attempt and for writing down what came of it."""
    return timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS) + _LEASE_MARGIN


def _delivery(row: Sequence[Any]) -> WebhookDelivery:
    (delivery_id, attempts, failures, event_id, event_type, sequence, timestamp, payload, *of_endpoint) = row
    (endpoint_id, url, secret, previous_secret, previous_secret_until) = of_endpoint
    event = Event(id=event_id, type=event_type, sequence=sequence, timestamp=timestamp, payload=json.loads(payload))
    endpoint = WebhookEndpoint(
        id=endpoint_id,
        url=url,
        secret_encrypted=secret,
        previous_secret_encrypted=previous_secret,
        previous_secret_until=previous_secret_until,
    )
    return WebhookDelivery(id=delivery_id, event=event, endpoint=endpoint, attempts=attempts, failures=failures)
