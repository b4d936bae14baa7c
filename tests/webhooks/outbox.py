"""Endpoints and events for tests, made by the services."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from apps.clients.models import ApiClient
from apps.webhooks.event_types import EventType
from apps.webhooks.models import Event, WebhookDelivery, WebhookEndpoint
from apps.webhooks.services.deliver import Sent, deliveries_send_due
from apps.webhooks.services.endpoints import endpoint_create
from apps.webhooks.services.publish import EventDraft, events_publish
from tests.support.factories import client_actor
from tests.support.receiver import trust_at, world_clock

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REFUND = "rfd_00000000000000000000000001"
OTHER_REFUND = "rfd_00000000000000000000000002"


def make_endpoint(
    client: ApiClient, url: str = "http://127.0.0.1:9/hooks", event_types: Sequence[str] = ()
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; returns it with its secret."""
    endpoint, secret = endpoint_create(
        client_id=client.pk, url=url, description="", event_types=event_types, actor=client_actor(client), now=NOW
    )
    trust_at(url, secret)
    return endpoint, secret


def publish(
    client: ApiClient,
    sequence: int = 1,
    *,
    refund: str = REFUND,
    event_type: EventType = EventType.HELD,
    now: datetime = NOW,
) -> Event:
    """Publish one event in a transaction of its own."""
    draft = EventDraft(client.pk, refund, event_type, sequence, {"refund": {"id": refund, "reason": "孩子误操作"}})
    with transaction.atomic():
        (event_id,) = events_publish([draft], now=now)
    return Event.objects.get(pk=event_id)


def publish_many(client: ApiClient, count: int, *, now: datetime = NOW) -> list[Event]:
    """Publish the first event of that many refunds."""
    drafts = [
        EventDraft(client.pk, f"rfd_{number:026d}", EventType.HELD, 1, {"refund": {"id": f"rfd_{number:026d}"}})
        for number in range(count)
    ]
    with transaction.atomic():
        ids = events_publish(drafts, now=now)
    return list(Event.objects.filter(pk__in=ids).order_by("position"))


def send(now: datetime = NOW) -> Sent:
    """Send what is due at this moment, which is the receivers' as well."""
    world_clock.move_to(now)
    return deliveries_send_due(now=now)


def only_delivery(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Return the endpoint's one delivery as it stands."""
    return WebhookDelivery.objects.get(endpoint=endpoint)


def seconds(count: float) -> timedelta:
    """Return that many seconds."""
    return timedelta(seconds=count)
