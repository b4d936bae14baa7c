"""Forgetting what is old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from ulid import ULID

from apps.webhooks.models import EndpointHour

# The contract promises thirty days.
KEPT = timedelta(days=31)
_AT_ONCE = 2_000

# Events are found by their identifier, which begins with the time at which they were written.
# SKIP LOCKED: what somebody works with is forgotten the next time.
_FORGET = """
WITH old AS MATERIALIZED (
    SELECT id FROM webhooks_event event
    WHERE id < %(before)s
        AND NOT EXISTS (
            SELECT FROM webhooks_webhookdelivery delivery WHERE delivery.event_id = event.id AND status = 'pending'
        )
    ORDER BY id
    LIMIT %(at_once)s
    FOR UPDATE OF event SKIP LOCKED
), delivery AS (
    DELETE FROM webhooks_webhookdelivery USING old WHERE event_id = old.id RETURNING webhooks_webhookdelivery.id
), attempt AS (
    DELETE FROM webhooks_webhookattempt USING delivery WHERE delivery_id = delivery.id
), event AS (
    DELETE FROM webhooks_event USING old WHERE webhooks_event.id = old.id
)
SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM delivery)
"""
# A delivery can be written while its endpoint is being switched off; nobody would ever send it.
_GIVE_UP = """
UPDATE webhooks_webhookdelivery delivery
SET status = 'dead', next_attempt_at = NULL, leased_until = NULL, finished_at = %(now)s
FROM webhooks_webhookendpoint endpoint
WHERE endpoint.id = delivery.endpoint_id AND delivery.status = 'pending'
    AND (endpoint.status <> 'enabled' OR endpoint.removed_at IS NOT NULL)
"""


@dataclass(frozen=True)
class Forgotten:
    """How many rows were deleted, and how many stranded deliveries given up."""

    events: int
    deliveries: int
    given_up: int


def deliveries_forget_old(*, now: datetime) -> Forgotten:
    """Delete events that are older than clients may ask for, with their deliveries, unless one is still pending."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, {"now": now})
        given_up = cursor.rowcount
        events = deliveries = 0
        more = True
        while more:
            cursor.execute(_FORGET, {"before": first_identifier_at(now - KEPT), "at_once": _AT_ONCE})
            (events_now, deliveries_now) = cursor.fetchone()
            events += events_now
            deliveries += deliveries_now
            more = events_now == _AT_ONCE
    EndpointHour.objects.filter(hour__lt=now - KEPT).delete()
    return Forgotten(events, deliveries, given_up)


def first_identifier_at(moment: datetime) -> str:
    """Return what sorts before every event's identifier made at that moment or later."""
    return f"evt_{str(ULID.from_datetime(moment)).lower()[:10]}"
