"""Sending again: one delivery, everything after an event, or a ping."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from apps.common.identifiers import new_identifier
from apps.webhooks.errors import DeliveryUnderWay, EndpointIsDisabled, ReplayTooLong
from apps.webhooks.event_types import TEST_EVENT_TYPE
from apps.webhooks.models import DeliveryStatus, EndpointStatus, Event, WebhookDelivery, WebhookEndpoint
from apps.webhooks.retries import TRIES
from apps.webhooks.selectors import delivery_of, endpoint_locked, event_of, events_of
from apps.webhooks.services.nudge import nudge
from apps.webhooks.services.publish import delivery_stamp

LONGEST_REPLAY = 100_000

# Events that this endpoint was never sent get a delivery, finished ones begin anew, waiting ones go at once;
# what is being sent at this moment is left to its sender.
_REPLAY = """
INSERT INTO webhooks_webhookdelivery AS delivery
    (id, event_id, endpoint_id, subject_id, sequence, status, attempts, failures, next_attempt_at, created_at)
SELECT %(stamp)s || right(replace(gen_random_uuid()::text, '-', ''), 16),
    event.id, %(endpoint)s, event.subject_id, event.sequence, 'pending', 0, 0, %(now)s, %(now)s
FROM webhooks_event event
WHERE event.client_id = %(client)s AND event.position > %(position)s AND event.type <> %(ping)s
    AND (%(types)s::text[] = '{}' OR event.type = ANY (%(types)s::text[]))
ORDER BY event.position
ON CONFLICT (event_id, endpoint_id) DO UPDATE
SET status = 'pending', failures = 0, next_attempt_at = %(now)s, finished_at = NULL, leased_until = NULL
WHERE delivery.leased_until IS NULL OR delivery.leased_until <= %(now)s
"""


@transaction.atomic
def delivery_redeliver(delivery_id: str, *, client_id: int, now: datetime) -> WebhookDelivery:
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
    transaction.on_commit(nudge, robust=True)
    return delivery_of(delivery_id, client_id=client_id)


@transaction.atomic
def deliveries_replay(endpoint_id: str, *, client_id: int, after: str, now: datetime) -> int:
    """Send all events after one, that the endpoint wants, again; returns how many.

    Raises EndpointUnknown, EndpointIsDisabled, EventUnknown, ReplayTooLong.
    """
    endpoint = _enabled(endpoint_id, client_id=client_id)
    position = event_of(after, client_id=client_id).position
    later = events_of(client_id).filter(position__gt=position)
    if later[: LONGEST_REPLAY + 1].count() > LONGEST_REPLAY:
        raise ReplayTooLong(pointer="/after", most=LONGEST_REPLAY)
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLAY,
            {
                "stamp": delivery_stamp(),
                "endpoint": endpoint.pk,
                "client": client_id,
                "position": position,
                "ping": TEST_EVENT_TYPE,
                "types": endpoint.event_types,
                "now": now,
            },
        )
        replayed: int = cursor.rowcount
    transaction.on_commit(nudge, robust=True)
    return replayed


@transaction.atomic
def endpoint_test(endpoint_id: str, *, client_id: int, now: datetime) -> WebhookDelivery:
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
    transaction.on_commit(nudge, robust=True)
    return delivery_of(delivery.pk, client_id=client_id)


def _enabled(endpoint_id: str, *, client_id: int) -> WebhookEndpoint:
    endpoint = endpoint_locked(endpoint_id, client_id=client_id)
    if endpoint.status != EndpointStatus.ENABLED:
        raise EndpointIsDisabled(endpoint_id=endpoint_id)
    return endpoint
