"""Reading events, endpoints and deliveries."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from apps.common.keysets import Page, decode_cursor, encode_cursor
from apps.webhooks.errors import DeliveryUnknown, EndpointChanged, EndpointUnknown, EventUnknown
from apps.webhooks.event_types import TEST_EVENT_TYPE
from apps.webhooks.models import (
    PUBLISHING_LOCKS,
    DeliveryStatus,
    EndpointHour,
    EndpointStatus,
    Event,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)

# Deliveries to a receiver that has taken nothing for so long go nowhere.
GIVEN_UP_AFTER = timedelta(days=5)

_DRAWN = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM webhooks_event_position"
# A lock's 64-bit key is split over two columns of 32.
_UNDER_WAY = """
SELECT min(((classid::bigint & 65535) << 32) | objid::bigint)
FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = %s AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def settled_position() -> int:
    """Return a position up to which every event is either committed or will never be.

    The order of the two reads is what makes it true. A position at or below
    the one drawn last was drawn under a lock; if the lock is not seen
    afterwards, its transaction has ended, and a statement that begins after
    this function returned sees what it committed. Ask the primary: a replica
    does not have the locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN)
        (drawn,) = cursor.fetchone()
        cursor.execute(_UNDER_WAY, [PUBLISHING_LOCKS])
        (under_way,) = cursor.fetchone()
    return int(drawn if under_way is None else min(drawn, under_way))


def events_after(
    *, client_id: int, after: str | None, event_type: str | None, limit: int, cursor: str | None = None
) -> Page[Event]:
    """Return a client's events in their order, from the one after `after`, or from where `cursor` points.

    A reader who goes on from the last event that it got misses none, however
    late a transaction commits. Raises EventUnknown, CursorUnreadable.
    """
    begin = 0
    if cursor is not None:
        (begin,) = decode_cursor(cursor, [int])
    elif after is not None:
        begin = event_of(after, client_id=client_id).position
    settled = settled_position()
    rows = events_of(client_id).filter(position__gt=begin, position__lte=settled)
    if event_type is not None:
        rows = rows.filter(type=event_type)
    found = list(rows.order_by("position")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], encode_cursor([found[limit - 1].position]) if more else None)


def events_of(client_id: int) -> QuerySet[Event]:
    """What happened to a client's refunds; pings did not happen to any."""
    return Event.objects.filter(client_id=client_id).exclude(type=TEST_EVENT_TYPE)


def event_of(event_id: str, *, client_id: int) -> Event:
    """Return a client's event. Raises EventUnknown."""
    found = events_of(client_id).filter(pk=event_id).first()
    if found is None:
        raise EventUnknown(event_id=event_id)
    return found


def endpoints_of(client_id: int) -> QuerySet[WebhookEndpoint]:
    """A client's endpoints that were not removed."""
    return WebhookEndpoint.objects.filter(client_id=client_id, removed_at__isnull=True)


def endpoint_of(endpoint_id: str, *, client_id: int) -> WebhookEndpoint:
    """Return a client's endpoint. Raises EndpointUnknown, also for a removed one."""
    found = endpoints_of(client_id).filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointUnknown(endpoint_id=endpoint_id)
    return found


def endpoint_locked(endpoint_id: str, *, client_id: int, version: int | None = None) -> WebhookEndpoint:
    """Return a client's endpoint, held against other changes of it and against outcomes of its deliveries.

    Raises EndpointUnknown, and EndpointChanged where it is not in the version that is given.
    """
    found = endpoints_of(client_id).select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointUnknown(endpoint_id=endpoint_id)
    if version is not None and found.version != version:
        raise EndpointChanged(endpoint_id=endpoint_id)
    return found


def endpoint_takes_nothing(endpoint_id: str, *, now: datetime) -> bool:
    """Tell whether all that was tried in the last five days failed, and something was failing already before."""
    hours = EndpointHour.objects.filter(endpoint=endpoint_id)
    since = now - GIVEN_UP_AFTER
    has_taken = hours.filter(done__gt=0, hour__gt=since - timedelta(hours=1)).exists()
    return not has_taken and hours.filter(failed__gt=0, hour__lte=since).exists()


def deliveries_of(endpoint: WebhookEndpoint, *, status: DeliveryStatus | None = None) -> QuerySet[WebhookDelivery]:
    """An endpoint's deliveries with their events and tries, to be ordered by id."""
    rows = deliveries_whole().filter(endpoint=endpoint)
    return rows if status is None else rows.filter(status=status)


def deliveries_whole() -> QuerySet[WebhookDelivery]:
    """Deliveries with what their document needs."""
    tries = Prefetch("tries", WebhookAttempt.objects.order_by("number"))
    return WebhookDelivery.objects.select_related("event").prefetch_related(tries)


def delivery_of(delivery_id: str, *, client_id: int) -> WebhookDelivery:
    """Return a client's delivery. Raises DeliveryUnknown."""
    found = deliveries_whole().filter(pk=delivery_id, endpoint__client_id=client_id).first()
    if found is None:
        raise DeliveryUnknown(delivery_id=delivery_id)
    return found


def delivery_lag(*, now: datetime) -> timedelta:
    """Return for how long the longest waiting delivery that nobody has taken has been due."""
    due = WebhookDelivery.objects.filter(
        Q(endpoint__paused_until__isnull=True) | Q(endpoint__paused_until__lte=now),
        status=DeliveryStatus.PENDING,
        next_attempt_at__lte=now,
        leased_until__isnull=True,
        endpoint__status=EndpointStatus.ENABLED,
        endpoint__removed_at__isnull=True,
    )
    earliest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    return now - earliest if earliest is not None else timedelta()
