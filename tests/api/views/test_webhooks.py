"""/webhook-endpoints and /deliveries."""

from typing import Any

import pytest

from apps.api.models import IdempotentAnswer
from apps.risk.models import RiskOutcome
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.standing import standing
from tests.support.factories import Goods, make_order, submit

URL = "https://shop.example/hooks"


def _made(caller: Caller, **body: Any) -> dict[str, Any]:
    response = caller.post("/webhook-endpoints", {"url": URL, **body})
    assert response.status_code == 201
    document: dict[str, Any] = content(response)
    return document


def _delivery(caller: Caller) -> WebhookDelivery:
    """Return the delivery of one event to an endpoint of the caller."""
    _made(caller)
    submit(make_order(caller.client, Goods(1000)), RiskOutcome.CLEAR)
    return WebhookDelivery.objects.get()


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "content_invalid", "/url"),
        ({"url": "http://shop.example/hooks"}, "url_not_secure", "/url"),
        ({"url": "https://127.0.0.1/hooks"}, "address_closed", "/url"),
        ({"url": "https://169.254.169.254/latest"}, "address_closed", "/url"),
        ({"url": "https://name:word@shop.example/"}, "url_has_credentials", "/url"),
        ({"url": "ftp://shop.example/"}, "url_invalid", "/url"),
        ({"url": "https://shop.example/" + "a" * 2000}, "content_invalid", "/url"),
        ({"url": URL, "event_types": ["refund.lost"]}, "content_invalid", "/event_types/0"),
        ({"url": URL, "description": "d" * 201}, "content_invalid", "/description"),
        ({"url": URL, "secret": "whsec_mine"}, "content_invalid", "/secret"),
    ],
)
def test_refuses_an_endpoint_that_cannot_be(caller: Caller, body: dict[str, Any], code: str, pointer: str) -> None:
    before = standing()

    document = problem(caller.post("/webhook-endpoints", body), 422, code)

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert standing() == before


def test_refuses_a_missing_idempotency_key(caller: Caller) -> None:
    before = standing()

    problem(caller.post("/webhook-endpoints", {"url": URL}, Idempotency_Key=""), 400, "idempotency_key_missing")

    assert standing() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/webhook-endpoints/{endpoint}", None),
        ("PATCH", "/webhook-endpoints/{endpoint}", {"status": "disabled"}),
        ("DELETE", "/webhook-endpoints/{endpoint}", None),
        ("POST", "/webhook-endpoints/{endpoint}/rotate-secret", None),
        ("POST", "/webhook-endpoints/{endpoint}/test", None),
        ("POST", "/webhook-endpoints/{endpoint}/replay", {"after": "evt_0"}),
        ("GET", "/webhook-endpoints/{endpoint}/deliveries", None),
        ("GET", "/deliveries/{delivery}", None),
        ("POST", "/deliveries/{delivery}/redeliver", None),
    ],
)
def test_shows_and_changes_nothing_of_another_client(
    caller: Caller, stranger: Caller, method: str, path: str, body: dict[str, Any] | None
) -> None:
    delivery = _delivery(stranger)
    before = standing(), WebhookEndpoint.objects.get().version
    addressed = path.format(endpoint=delivery.endpoint_id, delivery=delivery.pk)

    document = content(caller.call(method, addressed, body))

    assert (document["status"], document["code"]) in [(404, "endpoint_unknown"), (404, "delivery_unknown")]
    assert (standing(), WebhookEndpoint.objects.get().version) == before
    assert caller.call("GET", "/webhook-endpoints").content == b'{"data":[],"next_cursor":null}'


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_wants_the_scope_for_webhooks(caller: Caller, method: str) -> None:
    other = make_caller("refunds:read", "events:read", name=caller.client.name)

    response = other.call(method, "/webhook-endpoints", {"url": URL}, Idempotency_Key="k")

    assert problem(response, 403, "scope_missing")["scope"] == "webhooks:manage"


def test_makes_an_endpoint_and_shows_its_secret_this_once(caller: Caller) -> None:
    response = caller.post(
        "/webhook-endpoints", {"url": URL, "description": "主接收端", "event_types": ["refund.released"]}
    )

    document = content(response)
    endpoint = WebhookEndpoint.objects.get()
    secret = document.pop("secret")
    assert response["Location"] == f"/api/v1/webhook-endpoints/{endpoint.pk}"
    assert secret.startswith("whsec_")
    assert document == {
        "id": endpoint.pk,
        "url": URL,
        "description": "主接收端",
        "event_types": ["refund.released"],
        "status": "enabled",
        "disabled_reason": None,
        "previous_secret_until": None,
        "created_at": endpoint.created_at.isoformat().replace("+00:00", "Z"),
    }
    read = caller.get(f"/webhook-endpoints/{endpoint.pk}")
    assert (content(read), read["ETag"]) == (document, '"1"')
    assert content(caller.get("/webhook-endpoints")) == {"data": [document], "next_cursor": None}


def test_repeats_the_secret_to_a_retry_and_stores_it_encrypted(caller: Caller) -> None:
    first = caller.post("/webhook-endpoints", {"url": URL}, Idempotency_Key='"k"')

    second = caller.post("/webhook-endpoints", {"url": URL}, Idempotency_Key='"k"')

    assert content(second)["secret"] == content(first)["secret"]
    assert WebhookEndpoint.objects.count() == 1
    assert content(first)["secret"].encode() not in bytes(IdempotentAnswer.objects.get().body)


def test_changes_what_is_named_and_nothing_else(caller: Caller) -> None:
    made = _made(caller, description="one", event_types=["refund.paid"])

    response = caller.call("PATCH", f"/webhook-endpoints/{made['id']}", {"status": "disabled"})

    changed = content(response)
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert (changed["status"], changed["disabled_reason"]) == ("disabled", "requested")
    assert (changed["description"], changed["event_types"]) == ("one", ["refund.paid"])


def test_clears_a_description_and_the_choice_of_types(caller: Caller) -> None:
    made = _made(caller, description="one", event_types=["refund.paid"])

    changed = content(caller.call("PATCH", f"/webhook-endpoints/{made['id']}", {"description": "", "event_types": []}))

    assert (changed["description"], changed["event_types"], changed["url"]) == ("", [], URL)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": None}, "/url"),
        ({"url": ""}, "/url"),
        ({"status": "paused"}, "/status"),
        ({"event_types": "refund.paid"}, "/event_types"),
    ],
)
def test_refuses_a_change_that_cannot_be(caller: Caller, body: dict[str, Any], pointer: str) -> None:
    made = _made(caller)
    before = standing()

    document = problem(caller.call("PATCH", f"/webhook-endpoints/{made['id']}", body), 422, "content_invalid")

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert standing() == before
    assert WebhookEndpoint.objects.get().version == 1


def test_removes_an_endpoint(caller: Caller) -> None:
    made = _made(caller)

    response = caller.call("DELETE", f"/webhook-endpoints/{made['id']}")

    assert (response.status_code, response.content) == (204, b"")
    problem(caller.get(f"/webhook-endpoints/{made['id']}"), 404, "endpoint_unknown")
    problem(caller.call("DELETE", f"/webhook-endpoints/{made['id']}"), 404, "endpoint_unknown")
    assert content(caller.get("/webhook-endpoints"))["data"] == []


def test_gives_a_new_secret_and_says_until_when_the_old_one_signs(caller: Caller) -> None:
    made = _made(caller)

    rotated = content(caller.post(f"/webhook-endpoints/{made['id']}/rotate-secret"))

    assert rotated["secret"] not in ("", made["secret"])
    assert rotated["previous_secret_until"] is not None


def test_sends_a_ping_and_says_where_to_see_how_it_fares(caller: Caller) -> None:
    made = _made(caller)

    response = caller.post(f"/webhook-endpoints/{made['id']}/test")

    delivery = content(response)
    assert response.status_code == 202
    assert response["Location"] == f"/api/v1/deliveries/{delivery['id']}"
    assert (delivery["event_type"], delivery["status"], delivery["endpoint_id"]) == (
        "webhook.test",
        "pending",
        made["id"],
    )
    assert content(caller.get(f"/deliveries/{delivery['id']}")) == delivery
    assert content(caller.get("/events"))["data"] == []


def test_refuses_to_ping_an_endpoint_that_is_switched_off(caller: Caller) -> None:
    made = _made(caller)
    caller.call("PATCH", f"/webhook-endpoints/{made['id']}", {"status": "disabled"})
    before = standing()

    problem(caller.post(f"/webhook-endpoints/{made['id']}/test"), 409, "endpoint_disabled")

    assert standing() == before


def test_lists_deliveries_by_status(caller: Caller) -> None:
    delivery = _delivery(caller)
    address = f"/webhook-endpoints/{delivery.endpoint_id}/deliveries"

    assert [one["id"] for one in content(caller.get(f"{address}?status=pending"))["data"]] == [delivery.pk]
    assert content(caller.get(f"{address}?status=dead"))["data"] == []
    problem(caller.get(f"{address}?status=lost"), 422, "query_invalid")


def test_sends_one_delivery_again(caller: Caller) -> None:
    delivery = _delivery(caller)

    response = caller.post(f"/deliveries/{delivery.pk}/redeliver")

    assert (response.status_code, content(response)["id"]) == (202, delivery.pk)


def test_replays_what_came_after_an_event(caller: Caller) -> None:
    delivery = _delivery(caller)
    submit(make_order(caller.client, Goods(1000)), RiskOutcome.CLEAR)

    address = f"/webhook-endpoints/{delivery.endpoint_id}/replay"
    response = caller.post(address, {"after": delivery.event_id})

    assert (response.status_code, content(response)) == (202, {"replayed": 1})
    problem(caller.post(address, {"after": "evt_0"}), 422, "event_unknown")
