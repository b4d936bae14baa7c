"""Taking due deliveries, and only those that may go now."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from apps.webhooks.models import WebhookDelivery

# Far longer than an attempt may take: a lease that ends belongs to a sender that died.
_LEASE_MARGIN = timedelta(seconds=45)

# Per endpoint, so that the due rows of one that hangs are never read through to find those of another.
# SKIP LOCKED and the lease together let two senders claim at once; the count of attempts tells their
# results apart. The lane: nothing goes out before what precedes it in its subject is done or dead.
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT due.id
    FROM webhooks_webhookendpoint endpoint
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
            )
        ORDER BY delivery.next_attempt_at, delivery.id
        LIMIT %(share)s
        FOR UPDATE OF delivery SKIP LOCKED
    ) due
    WHERE endpoint.status = 'enabled' AND endpoint.removed_at IS NULL AND endpoint.id <> ALL (%(full)s::text[])
    ORDER BY due.next_attempt_at, due.id
    LIMIT %(room)s
)
UPDATE webhooks_webhookdelivery delivery
SET attempts = delivery.attempts + 1, leased_until = %(leased_until)s
FROM picked
WHERE delivery.id = picked.id
RETURNING delivery.id
"""


def deliveries_claim(*, now: datetime, room: int, share: int, full: Collection[str] = ()) -> list[WebhookDelivery]:
    """Lease up to `room` due deliveries, at most `share` of one endpoint and none of the `full` ones.

    They come with event and endpoint, the longest due first. Each is this
    caller's until its lease ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {"now": now, "room": room, "share": share, "full": list(full), "leased_until": now + lease_length()},
        )
        claimed = [row[0] for row in cursor.fetchall()]
    if not claimed:
        return []
    rows = WebhookDelivery.objects.select_related("event", "endpoint").filter(pk__in=claimed)
    return list(rows.order_by("next_attempt_at", "pk"))


def lease_length() -> timedelta:
    """Return how long a sender has for an attempt and for writing down what came of it."""
    return timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS) + _LEASE_MARGIN
