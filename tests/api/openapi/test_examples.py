"""Examples are true: they fit their schemas, and the API takes those that are sent."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.api.openapi.bodies import example_of
from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.api.asking import asked_refund
from tests.api.callers import Caller, content
from tests.api.openapi.descriptions import faults, operations, resolved, served
from tests.support.factories import DENIAL, Goods, make_order, open_desk, submit


def _media(answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for media in answer.get("content", {}).values():
        for example in media.get("examples", {}).values():
            yield media["schema"], resolved(example)["value"]


def test_every_answer_has_an_example_that_fits_its_schema() -> None:
    for path, method, operation in operations():
        for status, answer in operation["responses"].items():
            where = f"{method} {path} {status}"
            found = list(_media(resolved(answer)))
            assert found or status in ("204", "304") or operation["operationId"] == "readDescription", where
            for schema, value in found:
                assert faults(value, schema) == [], where


def test_every_body_has_an_example_that_fits_its_schema() -> None:
    for path, method, operation in operations():
        if "requestBody" not in operation:
            continue
        for media in operation["requestBody"]["content"].values():
            if "example" in media:
                line = {"$ref": "#/components/schemas/HistoryLine"}
                for text in media["example"].splitlines():
                    assert faults(json.loads(text), line) == [], text
                continue
            assert media["examples"], f"{method} {path}"
            for example in media["examples"].values():
                assert faults(resolved(example)["value"], media["schema"]) == [], f"{method} {path}"


def test_every_webhook_has_an_example_that_fits_its_schema() -> None:
    for kind, item in served()["webhooks"].items():
        media = item["post"]["requestBody"]["content"]["application/json"]
        (example,) = media["examples"].values()
        assert example["value"]["type"] == kind
        assert faults(example["value"], media["schema"]) == [], kind


def test_a_schema_can_tell_a_wrong_value() -> None:
    schema = {"$ref": "#/components/schemas/Refund"}
    assert faults(example_of("refund_pending") | {"status": "lost", "created_at": "yesterday"}, schema) != []


def _sent(caller: Caller, method: str, path: str, name: str) -> Any:
    send = caller.post if method == "POST" else lambda where, body: caller.call(method, where, body)
    answered = send(path, example_of(name))
    assert 200 <= answered.status_code < 300, (name, answered.content)
    return content(answered)


def _fits(document: Any, name: str) -> None:
    assert faults(document, {"$ref": f"#/components/schemas/{name}"}) == []


def test_what_is_shown_of_the_marketplace_is_taken(caller: Caller) -> None:
    _fits(_sent(caller, "PUT", "/accounts/A-17", "account"), "Account")
    _fits(_sent(caller, "PATCH", "/accounts/A-17/verification", "verification"), "Account")
    _fits(_sent(caller, "PUT", "/shops/S-3", "shop"), "Shop")
    _fits(_sent(caller, "PUT", "/orders/O-992", "order"), "Order")
    _fits(_sent(caller, "PUT", "/transfers/T-5", "transfer"), "Transfer")


def test_what_is_shown_of_refunds_is_taken(caller: Caller) -> None:
    refund = _sent(caller, "POST", "/refunds", "refund")
    _fits(refund, "Refund")
    shown = example_of("refund_pending")
    assert refund.keys() == shown.keys()
    assert refund["risk"] == shown["risk"]
    _fits(_sent(caller, "POST", f"/refunds/{refund['id']}/withdraw", "withdrawal"), "Refund")


def test_what_is_shown_of_a_payout_is_taken(caller: Caller) -> None:
    _sent(caller, "PUT", "/orders/O-992", "order")
    cleared = _sent(caller, "POST", "/refunds", "refund_short")
    assert cleared["status"] == "released"
    _fits(_sent(caller, "POST", f"/refunds/{cleared['id']}/payout", "payout_paid"), "Refund")
    _fits(content(caller.get("/refunds")), "RefundList")
    _fits(content(caller.get("/events")), "EventList")


def test_what_is_shown_of_an_information_request_is_taken(caller: Caller) -> None:
    refund = asked_refund(caller)
    _fits(content(caller.get(f"/refunds/{refund.pk}")), "Refund")
    _fits(_sent(caller, "POST", f"/refunds/{refund.pk}/information", "information"), "Refund")


def test_a_payout_that_fails_is_taken_as_shown(caller: Caller) -> None:
    _sent(caller, "PUT", "/orders/O-992", "order")
    cleared = _sent(caller, "POST", "/refunds", "refund_short")
    _fits(_sent(caller, "POST", f"/refunds/{cleared['id']}/payout", "payout_failed"), "Refund")


def test_what_is_shown_of_webhooks_is_taken(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    # Names are not looked up before something is sent, so an example host will do.
    for name in ("endpoint", "endpoint_all"):
        _fits(_sent(caller, "POST", "/webhook-endpoints", name), "WebhookEndpoint")
    endpoint = content(caller.get("/webhook-endpoints"))["data"][0]["id"]
    _sent(caller, "PUT", "/orders/O-992", "order")
    _sent(caller, "POST", "/refunds", "refund_short")
    Event.objects.update(timestamp=timezone.now() - timedelta(minutes=1))
    after = {"after": Event.objects.get().pk}
    assert after.keys() == example_of("replay").keys()
    _fits(content(caller.post(f"/webhook-endpoints/{endpoint}/replay", after)), "Replay")
    _fits(content(caller.post(f"/webhook-endpoints/{endpoint}/test")), "WebhookDelivery")
    _fits(content(caller.get(f"/webhook-endpoints/{endpoint}/deliveries")), "WebhookDeliveryList")
    _fits(content(caller.post(f"/webhook-endpoints/{endpoint}/rotate-secret")), "WebhookEndpoint")
    _fits(_sent(caller, "PATCH", f"/webhook-endpoints/{endpoint}", "endpoint_change"), "WebhookEndpoint")


def test_lines_that_are_shown_are_taken(caller: Caller) -> None:
    body = example_of("history").encode()
    report = content(caller.call("POST", "/history", body, content_type="application/x-ndjson"))
    assert (report["rejected"], report["rejections"]) == (0, [])
    assert Refund.objects.count() == 1
    _fits(report, "HistoryReport")


def test_what_is_shown_of_a_batch_is_taken(caller: Caller) -> None:
    answered = _sent(caller, "POST", "/refunds/batch", "batch")
    _fits(answered, "Batch")
    shown = example_of("batch_answer")
    assert [one["status"] for one in answered["results"]] == [one["status"] for one in shown["results"]]
    assert answered["results"][1]["problem"] == shown["results"][1]["problem"]


def test_what_is_shown_of_an_appeal_is_taken(caller: Caller) -> None:
    now = timezone.now()
    refund = submit(make_order(caller.client, Goods(1000)), RiskOutcome.REVIEW, now=now)
    open_desk(refund, now=now).decide(DENIAL, now=now)
    _fits(_sent(caller, "POST", f"/refunds/{refund.pk}/appeal", "appeal"), "Refund")
