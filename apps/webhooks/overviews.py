"""What supervisors see of webhooks: every client's endpoints, and how each fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from apps.clients.models import ApiClient
from apps.common.keysets import Page, page_by_id
from apps.webhooks.errors import DeliveryUnknown, EndpointUnknown
from apps.webhooks.models import DeliveryStatus, EndpointHour, EndpointStatus, WebhookDelivery, WebhookEndpoint
from apps.webhooks.selectors import deliveries_whole

# Beyond this a page says "more than": who looks needs to know that it is many, not how many.
MOST_COUNTED = 10_000
DAY = timedelta(hours=24)

# One statement for a whole page of endpoints; each part stops at a bound, however much there is.
_OVERVIEWS = """
SELECT endpoint.id, day.done, day.failed, day.duration_ms, day.slowest_ms, day.taken_in,
    last.failed_at, last.failed_status_code, coalesce(last.failed_error, ''),
    waiting.count, waiting.retrying, waiting.oldest, dead.count
FROM unnest(%(endpoints)s::text[]) AS endpoint (id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(done), 0)::bigint AS done, coalesce(sum(failed), 0)::bigint AS failed,
        coalesce(sum(duration_ms), 0)::bigint AS duration_ms, coalesce(max(slowest_ms), 0) AS slowest_ms,
        max(hour) FILTER (WHERE done > 0) AS taken_in
    FROM webhooks_endpointhour
    WHERE endpoint_id = endpoint.id AND hour > %(since)s
) day
LEFT JOIN LATERAL (
    SELECT failed_at, failed_status_code, failed_error
    FROM webhooks_endpointhour
    WHERE endpoint_id = endpoint.id AND failed > 0
    ORDER BY hour DESC
    LIMIT 1
) last ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS count, count(*) FILTER (WHERE failures > 0) AS retrying, min(created_at) AS oldest
    FROM (
        SELECT created_at, failures
        FROM webhooks_webhookdelivery
        WHERE endpoint_id = endpoint.id AND status = 'pending'
        ORDER BY next_attempt_at
        LIMIT %(most)s
    ) counted
) waiting
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM (
        SELECT FROM webhooks_webhookdelivery WHERE endpoint_id = endpoint.id AND status = 'dead' LIMIT %(most)s
    ) counted
) dead
"""


@dataclass(frozen=True)
class Overview:
    """How an endpoint fares: attempts of the last day, its last failure, what waits (never more than MOST_COUNTED).

    `taken_in` is the last hour of the day in which anything was taken.
    """

    done: int
    failed: int
    duration_ms: int
    slowest_ms: int
    taken_in: datetime | None
    failed_at: datetime | None
    failed_status_code: int | None
    failed_error: str
    waiting: int
    retrying: int
    oldest_waiting_at: datetime | None
    dead: int

    @property
    def is_failing(self) -> bool:
        """Whether something was tried since the last hour in which anything was taken, and all of it failed."""
        if not self.failed or self.failed_at is None:
            return False
        return self.taken_in is None or self.failed_at >= self.taken_in + timedelta(hours=1)


@dataclass(frozen=True)
class EndpointFilter:
    """Which endpoints; None is all of them."""

    client_id: int | None = None
    status: EndpointStatus | None = None


@dataclass(frozen=True)
class DeliveryFilter:
    """Which deliveries of an endpoint; `has_failed` is of those that are still pending."""

    status: DeliveryStatus | None = None
    has_failed: bool | None = None


def endpoints_page(wanted: EndpointFilter, *, limit: int, cursor: str | None) -> Page[WebhookEndpoint]:
    """Return a page of all clients' endpoints, the newest first. Raises CursorUnreadable."""
    rows = _live().select_related("client")
    if wanted.client_id is not None:
        rows = rows.filter(client_id=wanted.client_id)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    return page_by_id(rows, limit=limit, cursor=cursor)


def endpoint_counts(client_id: int | None) -> dict[str, int]:
    """Return how many endpoints there are by state, without those of which there are none."""
    rows = _live() if client_id is None else _live().filter(client_id=client_id)
    return dict(rows.values_list("status").annotate(Count("pk")))


def clients_with_endpoints(*, most: int) -> list[ApiClient]:
    """Return the clients that have endpoints, by name."""
    return list(ApiClient.objects.filter(pk__in=_live().values("client_id")).order_by("name", "pk")[:most])


def endpoint_shown(endpoint_id: str) -> WebhookEndpoint:
    """Return any client's endpoint with its client. Raises EndpointUnknown."""
    found = _live().select_related("client").filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointUnknown(endpoint_id=endpoint_id)
    return found


def overviews_of(endpoints: Sequence[WebhookEndpoint], *, now: datetime) -> dict[str, Overview]:
    """Return how these endpoints fare, with one statement."""
    asked: dict[str, Any] = {
        "endpoints": [endpoint.pk for endpoint in endpoints],
        "since": now - DAY,
        "most": MOST_COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEWS, asked)
        return {endpoint_id: Overview(*rest) for endpoint_id, *rest in cursor.fetchall()}


def hours_of(endpoint: WebhookEndpoint, *, now: datetime) -> list[EndpointHour]:
    """Return the hours of the last day in which something was tried."""
    return list(EndpointHour.objects.filter(endpoint=endpoint, hour__gt=now - DAY).order_by("hour"))


def deliveries_page(
    endpoint: WebhookEndpoint, wanted: DeliveryFilter, *, limit: int, cursor: str | None
) -> Page[WebhookDelivery]:
    """Return a page of an endpoint's deliveries with events and tries, the newest first. Raises CursorUnreadable."""
    rows = deliveries_whole().filter(endpoint=endpoint)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    if wanted.has_failed is not None:
        rows = rows.filter(Q(failures__gt=0) if wanted.has_failed else Q(failures=0))
    return page_by_id(rows, limit=limit, cursor=cursor)


def delivery_shown(delivery_id: str) -> WebhookDelivery:
    """Return any client's delivery with its endpoint, event and tries. Raises DeliveryUnknown."""
    live = deliveries_whole().select_related("event", "endpoint__client")
    found = live.filter(pk=delivery_id, endpoint__removed_at__isnull=True).first()
    if found is None:
        raise DeliveryUnknown(delivery_id=delivery_id)
    return found


def _live() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(removed_at__isnull=True)
