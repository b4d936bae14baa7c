"""POST /refunds."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Action, AuditEvent
from apps.refunds.models import Refund
from apps.webhooks.models import Event
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.refund_bodies import ago, line_body, order_body, refund_body
from tests.api.standing import standing

Body = dict[str, Any]


def _without(*path: str) -> Callable[[Body], object]:
    def change(body: Body) -> None:
        for step in path[:-1]:
            body = body[step]
        del body[path[-1]]

    return change


def _with(value: Any, *path: str | int) -> Callable[[Body], object]:
    def change(body: Any) -> None:
        for step in path[:-1]:
            body = body[step]
        body[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (_without("reference"), "/reference", "required"),
        (_without("reason", "code"), "/reason/code", "required"),
        (_with("", "reference"), "/reference", "too_short"),
        (_with("r" * 129, "reference"), "/reference", "too_long"),
        (_with("a\nb", "reference"), "/reference", "control_character"),
        (_with("10000", "amount"), "/amount", "integer_expected"),
        (_with(100.5, "amount"), "/amount", "integer_expected"),
        (_with(True, "amount"), "/amount", "integer_expected"),
        (_with(0, "amount"), "/amount", "too_small"),
        (_with(-1, "amount"), "/amount", "too_small"),
        (_with(10**30, "amount"), "/amount", "too_large"),
        (_with("XXZ", "currency"), "/currency", "currency"),
        (_with("cny", "currency"), "/currency", "currency"),
        (_with("refund", "channel"), "/channel", "choice"),
        (_with("because", "reason", "code"), "/reason/code", "choice"),
        (_with("0000-01-01T00:00:00Z", "requested_at"), "/requested_at", "instant"),
        (_with("2026-11-22T08:15:00", "requested_at"), "/requested_at", "instant"),
        (_with("2026-13-22T08:15:00Z", "requested_at"), "/requested_at", "instant"),
        (_with(1763770500, "requested_at"), "/requested_at", "string_expected"),
        (_with(None, "order"), "/order", "object_expected"),
        (_with(1, "notes"), "/notes", "unknown_field"),
        (_with(1, "order", "lines", 0, "colour"), "/order/lines/0/colour", "unknown_field"),
        (_with("plutonium", "order", "lines", 1, "category"), "/order/lines/1/category", "choice"),
        (_with("1", "order", "lines", 1, "id"), "/order/lines/1/id", "duplicate_id"),
        (_with([], "lines"), "/lines", "too_few"),
        (_with(9_999, "lines", 0, "amount"), "/amount", "lines_sum"),
        (_with("999.1.1.1", "context", "ip"), "/context/ip", "address"),
    ],
)
def test_refuses_wrong_content_with_a_pointer_and_moves_nothing(
    caller: Caller, change: Callable[[Body], object], pointer: str, code: str
) -> None:
    body = refund_body()
    change(body)
    before = standing()

    document = problem(caller.post("/refunds", body), 422, "content_invalid")

    assert (pointer, code) in [(error["pointer"], error["code"]) for error in document["errors"]]
    assert standing() == before


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"order": {"id": "O-unknown"}}, "order_unknown", "/order/id"),
        ({"account": {"id": "A-unknown"}}, "account_unknown", "/account/id"),
        ({"lines": [{"id": "9", "amount": 10_000}]}, "line_unknown", "/lines/0/id"),
        ({"currency": "EUR"}, "currency_differs", "/currency"),
        ({"amount": 15_001, "lines": None}, "amount_exceeds_order", "/amount"),
        ({"amount": 10_001, "lines": [{"id": "1", "amount": 10_001}]}, "amount_exceeds_line", "/lines/0/amount"),
        ({"requested_at": ago(days=2)}, "requested_before_order", "/requested_at"),
        ({"requested_at": ago(hours=-25)}, "requested_in_future", "/requested_at"),
    ],
)
def test_refuses_what_cannot_be_and_moves_nothing(caller: Caller, changes: Body, code: str, pointer: str) -> None:
    before = standing()

    document = problem(caller.post("/refunds", refund_body(**changes)), 422, code)

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert standing() == before


def test_refuses_more_than_earlier_refunds_leave_and_says_how_much_is_left(caller: Caller) -> None:
    first = caller.post("/refunds", refund_body(order=order_body("O-1")))
    assert first.status_code == 201
    before = standing()

    response = caller.post("/refunds", refund_body(order={"id": "O-1"}, amount=5_001, lines=None))

    document = problem(response, 422, "amount_exceeds_order")
    assert (document["left_to_refund"], document["currency"]) == (5_000, "CNY")
    assert standing() == before


def test_refuses_a_reference_used_before_and_names_its_refund(caller: Caller) -> None:
    first = content(caller.post("/refunds", refund_body("RF-1")))
    before = standing()

    response = caller.post("/refunds", refund_body("RF-1"))

    assert problem(response, 409, "reference_used")["refund_id"] == first["id"]
    assert standing() == before


def test_refuses_another_clients_order(caller: Caller, stranger: Caller) -> None:
    assert caller.post("/refunds", refund_body(order=order_body("O-1"))).status_code == 201
    before = standing()

    problem(stranger.post("/refunds", refund_body(order={"id": "O-1"}, account=None)), 422, "order_unknown")

    assert standing() == before


def test_refuses_a_missing_idempotency_key_and_moves_nothing(caller: Caller) -> None:
    before = standing()

    problem(caller.post("/refunds", refund_body(), Idempotency_Key=""), 400, "idempotency_key_missing")

    assert standing() == before


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe{}", b'{"amount": 1e400}', b'{"amount": 1, "amount": 2}'])
def test_refuses_malformed_json_and_moves_nothing(caller: Caller, body: bytes) -> None:
    before = standing()

    assert caller.post("/refunds", body).status_code == 400

    assert standing() == before


def test_refuses_ten_megabytes_and_moves_nothing(caller: Caller) -> None:
    before = standing()

    body = json.dumps(refund_body(reason={"code": "other", "text": "x" * 10_000_000})).encode()
    problem(caller.post("/refunds", body), 413, "body_too_large")

    assert standing() == before


def test_refuses_a_key_that_may_only_read(caller: Caller) -> None:
    reader = make_caller("refunds:read", "history:write", name=caller.client.name)
    before = standing()

    problem(reader.post("/refunds", refund_body()), 403, "scope_missing")

    assert standing() == before


def test_takes_in_a_refund_that_the_policy_clears(caller: Caller) -> None:
    response = caller.post("/refunds", refund_body("RF-1", order=order_body("O-1")), X_Request_Id="request-0001")

    refund = Refund.objects.get()
    moment = refund.created_at.isoformat().replace("+00:00", "Z")
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/refunds/{refund.pk}"
    assert response["ETag"] == '"1"'
    assert response["Content-Type"] == "application/json"
    assert content(response) == {
        "id": refund.pk,
        "reference": "RF-1",
        "version": 1,
        "status": "released",
        "status_at": moment,
        "amount": 10_000,
        "approved_amount": 10_000,
        "currency": "CNY",
        "order_id": "O-1",
        "account_id": "A-17",
        "shop_id": "S-3",
        "risk": {"score": 0, "level": "low", "outcome": "clear", "policy_version": 1, "factors": []},
        "review": None,
        "information_request": None,
        "decision": None,
        "hold": None,
        "payout": None,
        "created_at": moment,
    }
    event = Event.objects.get()
    assert (event.type, event.sequence, event.payload) == ("refund.released", 1, {"refund": content(response)})
    audit = AuditEvent.objects.get(action=Action.REFUND_RECEIVED)
    assert (audit.actor_name, audit.client_id, audit.request_id, audit.address) == (
        "platform",
        caller.client.pk,
        "request-0001",
        "127.0.0.1",
    )


def test_queues_a_refund_that_the_policy_picks(caller: Caller) -> None:
    consumed = order_body(lines=[line_body("1", 15_000, consumption={"percent": 100, "first_used_at": ago(hours=20)})])
    body = refund_body(amount=15_000, lines=None, order=consumed, account={"id": "A-17", "registered_at": ago(days=2)})

    document = content(caller.post("/refunds", body))

    assert (document["status"], document["approved_amount"]) == ("pending_review", None)
    assert document["review"]["queue"]
    assert "REFUND_AFTER_CONSUMPTION" in [factor["code"] for factor in document["risk"]["factors"]]


def test_takes_an_order_sent_before_by_its_id(caller: Caller) -> None:
    assert caller.call("PUT", "/orders/O-1", order_body("O-1")).status_code == 201

    response = caller.post("/refunds", refund_body(order={"id": "O-1"}, account=None, shop=None))

    assert response.status_code == 201
    assert content(response)["order_id"] == "O-1"


def test_repeats_the_first_answer_to_the_same_key_and_body(caller: Caller) -> None:
    body = refund_body()
    first = caller.post("/refunds", body, Idempotency_Key='"k"')
    before = standing()

    second = caller.post("/refunds", body, Idempotency_Key='"k"')

    assert (second.status_code, second.content) == (201, first.content)
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert second["Idempotent-Replayed"] == "true"
    assert standing() == before


def test_refuses_the_same_key_for_another_body(caller: Caller) -> None:
    caller.post("/refunds", refund_body(), Idempotency_Key='"k"')
    before = standing()

    problem(caller.post("/refunds", refund_body(), Idempotency_Key='"k"'), 422, "idempotency_key_reused")

    assert standing() == before


@pytest.mark.django_db(transaction=True)
def test_makes_one_refund_of_32_equal_requests_at_the_same_moment(caller: Caller) -> None:
    body, together, answers = refund_body(), threading.Barrier(32), []

    def ask() -> None:
        together.wait(10)
        answers.append(caller.post("/refunds", body, Idempotency_Key='"k"'))
        connection.close()

    _together(ask, 32)

    statuses = [response.status_code for response in answers]
    assert set(statuses) <= {201, 409}
    assert len({response.content for response in answers if response.status_code == 201}) == 1
    assert Refund.objects.count() == 1
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_names_the_refund_when_one_reference_comes_under_several_keys_at_once(caller: Caller) -> None:
    body, together, answers = refund_body(), threading.Barrier(4), []

    def ask() -> None:
        together.wait(10)
        answers.append(caller.post("/refunds", body))
        connection.close()

    _together(ask, 4)

    refund = Refund.objects.get()
    assert sorted(response.status_code for response in answers) == [201, 409, 409, 409]
    refused = [content(response) for response in answers if response.status_code == 409]
    assert {(document["code"], document["refund_id"]) for document in refused} == {("reference_used", refund.pk)}


@pytest.mark.django_db(transaction=True)
def test_never_promises_more_than_was_paid_to_refunds_at_the_same_moment(caller: Caller) -> None:
    caller.call("PUT", "/orders/O-1", order_body("O-1"))
    together, answers = threading.Barrier(4), []

    def ask() -> None:
        together.wait(10)
        body = refund_body(order={"id": "O-1"}, amount=6_000, lines=None, account=None)
        answers.append(caller.post("/refunds", body))
        connection.close()

    _together(ask, 4)

    assert sorted(response.status_code for response in answers) == [201, 201, 422, 422]
    assert sum(refund.amount for refund in Refund.objects.all()) == 12_000


def _together(ask: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=ask) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_asks_the_database_a_fixed_number_of_times(caller: Caller) -> None:
    caller.post("/refunds", refund_body())
    body = refund_body()

    with CaptureQueriesContext(connection) as asked:
        response = caller.post("/refunds", body)

    assert response.status_code == 201
    assert len(asked) == 11


def test_speaks_of_refusals_in_chinese(caller: Caller) -> None:
    response = caller.post("/refunds", refund_body(amount=-1), Accept_Language="zh-CN,zh;q=0.9")

    document = problem(response, 422, "content_invalid")
    assert response["Content-Language"] == "zh-Hans"
    assert document["title"] == "内容不正确"
