import json

import pytest

from apps.clients.models import ApiClient
from apps.webhooks.documents import delivery_document, endpoint_document, event_document
from apps.webhooks.selectors import delivery_of, endpoint_of
from apps.webhooks.services.replay import endpoint_test
from apps.webhooks.services.secrets import secret_rotate
from tests.support.factories import client_actor
from tests.support.receiver import Receiver, Response
from tests.webhooks.outbox import NOW, REFUND, make_endpoint, only_delivery, publish, send


def test_shows_an_event_as_the_contract_words_it(client: ApiClient) -> None:
    event = publish(client, 3)
    assert event_document(event) == {
        "id": event.pk,
        "type": "refund.held",
        "timestamp": "2026-11-22T12:00:00Z",
        "sequence": 3,
        "data": {"refund": {"id": REFUND, "reason": "孩子误操作"}},
    }


def test_shows_a_secret_only_when_it_was_just_made(client: ApiClient) -> None:
    endpoint, secret = make_endpoint(client, "https://example.com/hooks", event_types=["refund.held"])
    assert endpoint_document(endpoint, secret=secret) == {
        "id": endpoint.pk,
        "url": "https://example.com/hooks",
        "description": "",
        "event_types": ["refund.held"],
        "status": "enabled",
        "disabled_reason": None,
        "previous_secret_until": None,
        "created_at": "2026-11-22T12:00:00Z",
        "secret": secret,
    }
    secret_rotate(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    later = endpoint_document(endpoint_of(endpoint.pk, client_id=client.pk))
    assert later["previous_secret_until"] == "2026-11-23T12:00:00Z"
    assert "secret" not in later
    assert "whsec_" not in json.dumps(later)


@pytest.mark.loopback
def test_shows_a_delivery_with_every_try(client: ApiClient, receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(client, receiver.url)
    event = publish(client)
    receiver.script.append(Response(500, b"down"))
    send()
    document = delivery_document(delivery_of(only_delivery(endpoint).pk, client_id=client.pk))
    (attempt,) = document["tries"]
    assert 0 <= attempt.pop("duration_ms") < 1000  # type: ignore[misc]  # what remains is compared
    assert attempt.pop("at").startswith("2026-11-22T12:00:0")  # type: ignore[misc]  # what remains is compared
    assert attempt == {"number": 1, "status_code": 500, "error": None, "response_excerpt": "down"}
    due = document["next_attempt_at"]
    assert due is not None
    assert due.startswith("2026-11-22T12:00:0")
    assert document == document | {
        "endpoint_id": endpoint.pk,
        "event_id": event.pk,
        "event_type": "refund.held",
        "refund_id": REFUND,
        "sequence": 1,
        "status": "pending",
        "attempts": 1,
        "created_at": "2026-11-22T12:00:00Z",
        "finished_at": None,
    }


def test_names_no_refund_for_a_ping(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    assert (
        delivery_document(endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW))[
            "refund_id"
        ]
        is None
    )
