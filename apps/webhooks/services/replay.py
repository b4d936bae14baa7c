"""Sending again: one delivery, all dead ones, everything of a range, or a ping."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.identifiers import new_identifier
from apps.webhooks.errors import DeliveryUnderWay, EndpointIsDisabled, ReplayEmpty, ReplayTooLong
from apps.webhooks.event_types import TEST_EVENT_TYPE
from apps.webhooks.models import DeliveryStatus, EndpointStatus, Event, WebhookDelivery, WebhookEndpoint
from apps.webhooks.retries import TRIES
from apps.webhooks.selectors import delivery_of, endpoint_locked, event_of, events_of
from apps.webhooks.services.nudge import nudge
from apps.webhooks.services.publish import delivery_stamp
from apps.webhooks.services.upkeep import first_identifier_at

LONGEST_REPLAY = 100_000

# Events that this endpoint was never sent get a delivery, finished ones begin anew, waiting ones go at once;
# what is being sent at this moment is left to its sender.
_REPLAY = """
INSERT INTO webhooks_webhookdelivery AS delivery
    (id, event_id, endpoint_id, subject_id, sequence, status, attempts, failures, next_attempt_at, created_at)
SELECT %(stamp)s || right(replace(gen_random_uuid()::text, '-', ''), 16),
    event.id, %(endpoint)s, event.subject_id, event.sequence, 'pending', 0, 0, %(now)s, %(now)s
FROM webhooks_event event
WHERE event.id = ANY (%(events)s)
    AND (%(types)s::text[] = '{}' OR event.type = ANY (%(types)s::text[]))
ORDER BY event.position
ON CONFLICT (event_id, endpoint_id) DO UPDATE
SET status = 'pending', failures = 0, next_attempt_at = %(now)s, finished_at = NULL, leased_until = NULL
WHERE delivery.leased_until IS NULL OR delivery.leased_until <= %(now)s
"""
# Nothing is lost when more are dead than this: the rest is still dead, and can be sent again after these.
_REVIVE = """
WITH dead AS (
    SELECT delivery.id
    FROM webhooks_webhookdelivery delivery JOIN webhooks_event event ON event.id = delivery.event_id
    WHERE delivery.endpoint_id = %(endpoint)s AND delivery.status = 'dead' AND event.type <> %(ping)s
    ORDER BY delivery.id
    LIMIT %(most)s
    FOR UPDATE OF delivery
)
UPDATE webhooks_webhookdelivery delivery
SET status = 'pending', failures = 0, next_attempt_at = %(now)s, finished_at = NULL, leased_until = NULL
FROM dead
WHERE delivery.id = dead.id
"""
# Identifiers are drawn just before an event's moment is noted, or long after it where a past is told.
_DRAWN_EARLIER = timedelta(minutes=1)


@dataclass(frozen=True)
class ReplayRange:
    """Which events: those after an event, or from a moment on; up to another moment, or all of them."""

    after: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@transaction.atomic
def delivery_redeliver(delivery_id: str, *, client_id: int, actor: Actor, now: datetime) -> WebhookDelivery:
    """Send a delivery again, whatever became of it, from the foot of the ladder.

    What waits in its lane before it is tried at once as well, else it would
    not move. Raises DeliveryUnknown, EndpointUnknown, EndpointIsDisabled,
    DeliveryUnderWay.
    """
    delivery = delivery_of(delivery_id, client_id=client_id)
    endpoint = _enabled(delivery.endpoint_id, client_id=client_id)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    begun = WebhookDelivery.objects.filter(free, pk=delivery_id).update(
        status=DeliveryStatus.PENDING, failures=0, next_attempt_at=now, finished_at=None, leased_until=None
    )
    if not begun:
        raise DeliveryUnderWay(delivery_id=delivery_id)
    WebhookDelivery.objects.filter(
        endpoint=endpoint,
        subject_id=delivery.subject_id,
        sequence__lt=delivery.sequence,
        status=DeliveryStatus.PENDING,
        leased_until__isnull=True,
    ).update(next_attempt_at=now)
    facts = {"delivery": delivery_id, "type": delivery.event.type}
    audit_record(Action.DELIVERY_REDELIVERED, actor=actor, now=now, subject=endpoint.pk, changes=facts)
    transaction.on_commit(nudge, robust=True)
    return delivery_of(delivery_id, client_id=client_id)


@transaction.atomic
def deliveries_revive(endpoint_id: str, *, client_id: int, actor: Actor, now: datetime) -> int:
    """Send all dead deliveries of an endpoint again, the oldest 100,000 at once; returns how many. Pings stay dead.

    Raises EndpointUnknown, EndpointIsDisabled.
    """
    endpoint = _enabled(endpoint_id, client_id=client_id)
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, {"endpoint": endpoint.pk, "ping": TEST_EVENT_TYPE, "most": LONGEST_REPLAY, "now": now})
        revived: int = cursor.rowcount
    if revived:
        facts = {"dead": revived}
        audit_record(Action.ENDPOINT_REPLAYED, actor=actor, now=now, subject=endpoint.pk, changes=facts)
        transaction.on_commit(nudge, robust=True)
    return revived


@transaction.atomic
def deliveries_replay(endpoint_id: str, *, client_id: int, wanted: ReplayRange, actor: Actor, now: datetime) -> int:
    """Send all events of a range, that the endpoint wants, again; returns how many.

    Raises EndpointUnknown, EndpointIsDisabled, EventUnknown, ReplayEmpty,
    ReplayTooLong.
    """
    endpoint = _enabled(endpoint_id, client_id=client_id)
    events = list(_events_in(wanted, client_id).values_list("pk", flat=True)[: LONGEST_REPLAY + 1])
    if len(events) > LONGEST_REPLAY:
        raise ReplayTooLong(pointer="/after", most=LONGEST_REPLAY)
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLAY,
            {
                "stamp": delivery_stamp(),
                "endpoint": endpoint.pk,
                "events": events,
                "types": endpoint.event_types,
                "now": now,
            },
        )
        replayed: int = cursor.rowcount
    audit_record(
        Action.ENDPOINT_REPLAYED,
        actor=actor,
        now=now,
        subject=endpoint.pk,
        changes={
            **({"after": wanted.after} if wanted.after else {}),
            **({"since": wanted.since.isoformat()} if wanted.since else {}),
            **({"until": wanted.until.isoformat()} if wanted.until else {}),
            "events": replayed,
        },
    )
    transaction.on_commit(nudge, robust=True)
    return replayed


@transaction.atomic
def endpoint_test(endpoint_id: str, *, client_id: int, actor: Actor, now: datetime) -> WebhookDelivery:
    """Send a ping, ``webhook.test``, to this endpoint alone. It is tried once, so that its result is soon there.

    Raises EndpointUnknown, EndpointIsDisabled.
    """
    endpoint = _enabled(endpoint_id, client_id=client_id)
    event_id = new_identifier("evt")
    event = Event.objects.create(
        id=event_id,
        client_id=client_id,
        # A subject of its own: no ping waits for another.
        subject_id=event_id,
        type=TEST_EVENT_TYPE,
        sequence=1,
        timestamp=now,
        payload={"endpoint": {"id": endpoint.pk}},
    )
    delivery = WebhookDelivery.objects.create(
        event=event,
        endpoint=endpoint,
        subject_id=event.subject_id,
        sequence=event.sequence,
        failures=TRIES - 1,
        next_attempt_at=now,
        created_at=now,
    )
    audit_record(Action.ENDPOINT_TESTED, actor=actor, now=now, subject=endpoint.pk)
    transaction.on_commit(nudge, robust=True)
    return delivery_of(delivery.pk, client_id=client_id)


def _enabled(endpoint_id: str, *, client_id: int) -> WebhookEndpoint:
    """Return the endpoint, locked. Whoever sends something again wants it tried now: its pause ends."""
    endpoint = endpoint_locked(endpoint_id, client_id=client_id)
    if endpoint.status != EndpointStatus.ENABLED:
        raise EndpointIsDisabled(endpoint_id=endpoint_id)
    if endpoint.paused_until is not None:
        endpoint.paused_until = None
        endpoint.save(update_fields=["paused_until"])
    return endpoint


def _events_in(wanted: ReplayRange, client_id: int) -> QuerySet[Event]:
    if (wanted.after is None and wanted.since is None) or (
        wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since
    ):
        raise ReplayEmpty(pointer="")
    events = events_of(client_id)
    if wanted.after is not None:
        events = events.filter(position__gt=event_of(wanted.after, client_id=client_id).position)
    if wanted.since is not None:
        # The identifier has an index, and nothing was drawn before its moment.
        earliest = first_identifier_at(wanted.since - _DRAWN_EARLIER)
        events = events.filter(pk__gte=earliest, timestamp__gte=wanted.since)
    if wanted.until is not None:
        events = events.filter(timestamp__lt=wanted.until)
    return events.order_by("position")
