from datetime import datetime, timedelta

import pytest
from ulid import ULID

from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.webhooks.models import (
    DeliveryStatus,
    DisabledReason,
    Event,
    WebhookAttempt,
    WebhookDelivery,
)
from apps.webhooks.services import publish as publishing
from apps.webhooks.services import upkeep
from apps.webhooks.services.endpoints import endpoint_disable
from apps.webhooks.services.upkeep import Forgotten, deliveries_forget_old
from tests.support.receiver import Receiver
from tests.webhooks.outbox import NOW, OTHER_REFUND, make_endpoint, publish, publish_many, seconds, send


def publish_at(client: ApiClient, moment: datetime, monkeypatch: pytest.MonkeyPatch, **options: str) -> Event:
    """Publish as it was done at that moment, identifiers included."""
    with monkeypatch.context() as patch:
        patch.setattr(
            publishing, "new_identifier", lambda prefix: f"{prefix}_{str(ULID.from_datetime(moment)).lower()}"
        )
        return publish(client, now=moment, **options)  # type: ignore[arg-type]  # only refund is given


@pytest.mark.loopback
def test_forgets_events_after_thirty_days_with_all_that_hangs_on_them(
    client: ApiClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_endpoint(client, receiver.url)
    publish_at(client, NOW, monkeypatch)
    send()
    young = publish_at(client, NOW + timedelta(days=1), monkeypatch, refund=OTHER_REFUND)
    send(NOW + timedelta(days=1))
    assert deliveries_forget_old(now=NOW + timedelta(days=30, hours=23)) == Forgotten(0, 0, 0)
    assert deliveries_forget_old(now=NOW + timedelta(days=31, seconds=1)) == Forgotten(1, 1, 0)
    assert Event.objects.get() == young
    assert WebhookDelivery.objects.get().event == young
    assert WebhookAttempt.objects.get().delivery.event == young


def test_keeps_an_event_that_is_still_on_its_way(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_endpoint(client)
    event = publish_at(client, NOW, monkeypatch)
    assert deliveries_forget_old(now=NOW + timedelta(days=90)) == Forgotten(0, 0, 0)
    assert Event.objects.get() == event


def test_forgets_in_portions_until_nothing_old_is_left(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_AT_ONCE", 3)
    publish_many(client, 7)
    assert deliveries_forget_old(now=NOW + timedelta(days=4000)) == Forgotten(7, 0, 0)


def test_gives_up_what_was_written_while_its_endpoint_was_switched_off(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    endpoint_disable(endpoint.pk, asked_url=endpoint.url, reason=DisabledReason.GONE, actor=system("t"), now=NOW)
    WebhookDelivery.objects.update(status="pending", next_attempt_at=NOW, finished_at=None)
    assert deliveries_forget_old(now=NOW + seconds(5)) == Forgotten(0, 0, 1)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.finished_at) == (DeliveryStatus.DEAD, NOW + seconds(5))
