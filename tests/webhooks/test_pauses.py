from datetime import timedelta

import pytest

from apps.clients.models import ApiClient
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.retries import pause_asked_by
from apps.webhooks.selectors import delivery_lag
from apps.webhooks.services.endpoints import EndpointChanges, endpoint_change
from apps.webhooks.services.replay import delivery_redeliver
from tests.support.factories import client_actor
from tests.support.receiver import Receiver, Response
from tests.webhooks.outbox import NOW, make_endpoint, publish_many, seconds, send

pytestmark = pytest.mark.loopback


@pytest.mark.parametrize(
    ("status_code", "wait_asked", "pause"),
    [
        (None, None, None),
        (500, None, None),
        (503, None, None),
        (404, seconds(60), None),
        (429, None, seconds(5)),
        (502, None, seconds(5)),
        (504, None, seconds(5)),
        (429, seconds(1), seconds(5)),
        (429, seconds(90), seconds(90)),
        (503, seconds(90), seconds(90)),
        (429, timedelta(hours=24), timedelta(hours=1)),
    ],
)
def test_pauses_for_overload_and_for_patience_that_is_asked(
    status_code: int | None, wait_asked: timedelta | None, pause: timedelta | None
) -> None:
    assert pause_asked_by(status_code, wait_asked) == pause


def throttled(client: ApiClient, receiver: Receiver) -> WebhookEndpoint:
    """Return an endpoint that has just answered 429, with deliveries that it was not asked yet."""
    endpoint, _secret = make_endpoint(client, receiver.url)
    publish_many(client, 40)
    receiver.otherwise = Response(429, headers={"Retry-After": "120"})
    send()
    receiver.otherwise = Response()
    endpoint.refresh_from_db()
    return endpoint


def test_sends_nothing_more_to_a_receiver_that_asks_for_patience(
    client: ApiClient, receiver: Receiver, other_receiver: Receiver
) -> None:
    _other, _secret = make_endpoint(client, other_receiver.url)
    endpoint = throttled(client, receiver)
    # As many as were under way when the first 429 came back; the rest was never sent.
    assert len(receiver.received) == 16
    assert len(other_receiver.received) == 40
    assert endpoint.paused_until is not None
    assert seconds(119) < endpoint.paused_until - NOW < seconds(125)
    assert send(NOW + seconds(118)).attempts == 0
    assert delivery_lag(now=NOW + seconds(118)) == timedelta()
    assert send(NOW + seconds(126)).delivered == 40
    assert len(other_receiver.received) == 40


def test_ends_a_pause_for_somebody_who_wants_it_tried_now(client: ApiClient, receiver: Receiver) -> None:
    endpoint = throttled(client, receiver)
    delivery = endpoint.deliveries.filter(failures=1).first()
    assert delivery is not None
    delivery_redeliver(delivery.pk, client_id=client.pk, actor=client_actor(client), now=NOW + seconds(10))
    endpoint.refresh_from_db()
    assert endpoint.paused_until is None
    assert send(NOW + seconds(11)).delivered == 25


def test_does_not_pause_the_receiver_that_an_endpoint_was_moved_to(client: ApiClient, receiver: Receiver) -> None:
    endpoint = throttled(client, receiver)
    moved = EndpointChanges(url="https://example.com/new")
    changed = endpoint_change(endpoint.pk, client_id=client.pk, changes=moved, actor=client_actor(client), now=NOW)
    assert changed.paused_until is None
