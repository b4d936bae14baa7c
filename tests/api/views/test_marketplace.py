"""PUT /accounts, /shops, /orders and /transfers."""

from typing import Any
from urllib.parse import quote

import pytest

from apps.identity.models import VerificationFactor
from apps.marketplace.models import Account, Order, Shop, Transfer
from tests.api.asking import asked_refund
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.refund_bodies import ago, order_body
from tests.api.standing import standing

TRANSFER: dict[str, Any] = {
    "at": ago(days=2),
    "amount": 500,
    "currency": "CNY",
    "from_account_id": "A-17",
    "to_account_id": "A-18",
}
BODIES: list[tuple[str, dict[str, Any]]] = [
    ("/accounts/A-17", {"registered_at": ago(days=400)}),
    ("/shops/S-3", {"name": "星海点卡"}),
    ("/orders/O-1", order_body("O-1")),
    ("/transfers/T-1", TRANSFER),
]


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_refuses_an_id_that_is_not_the_addresss(caller: Caller, path: str, body: dict[str, Any]) -> None:
    before = standing()

    document = problem(caller.call("PUT", path, body | {"id": "another"}), 422, "id_differs")

    assert [error["pointer"] for error in document["errors"]] == ["/id"]
    assert standing() == before


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_refuses_an_unknown_field(caller: Caller, path: str, body: dict[str, Any]) -> None:
    before = standing()

    document = problem(caller.call("PUT", path, body | {"colour": "red"}), 422, "content_invalid")

    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [("/colour", "unknown_field")]
    assert standing() == before


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize("sent", [b"[]", b'"text"', b'{"id": 5}'])
def test_refuses_what_is_no_such_object(caller: Caller, path: str, body: dict[str, Any], sent: bytes) -> None:
    before = standing()

    problem(caller.call("PUT", path, sent), 422, "content_invalid")

    assert standing() == before


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_wants_the_scope_for_history(caller: Caller, path: str, body: dict[str, Any]) -> None:
    other = make_caller("refunds:write", "refunds:read", name=caller.client.name)
    before = standing()

    document = problem(other.call("PUT", path, body), 403, "scope_missing")

    assert document["scope"] == "history:write"
    assert standing() == before


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(("path", "body"), BODIES)
def test_does_nothing_but_put(caller: Caller, path: str, body: dict[str, Any], method: str) -> None:
    response = caller.call(method, path, body)

    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "PUT, OPTIONS"


@pytest.mark.parametrize("identifier", ["a" * 129, "%00", "%0A", ""])
def test_finds_no_address_for_what_is_no_identifier(caller: Caller, identifier: str) -> None:
    problem(caller.call("PUT", f"/accounts/{identifier}", {}), 404, "address_unknown")


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_creates_then_leaves_unchanged(caller: Caller, path: str, body: dict[str, Any]) -> None:
    created = caller.call("PUT", path, body)
    after_first = standing()
    again = caller.call("PUT", path, body)

    assert (created.status_code, again.status_code) == (201, 200)
    assert standing() == after_first


def test_answers_an_account_without_its_numbers(caller: Caller) -> None:
    body = {
        "registered_at": "2024-11-22T08:00:00+08:00",
        "display_name": "王小明",
        "phone": "+8613800138000",
        "verification": {"id_document": {"status": "verified", "number": "11010519491231002X"}},
    }

    response = caller.call("PUT", "/accounts/A-17", body)

    assert response.status_code == 201
    assert content(response) == {
        "id": "A-17",
        "registered_at": "2024-11-22T00:00:00Z",
        "status": "",
        "display_name": "王小明",
        "phone_last4": "8000",
        "is_minor": False,
        "verification": {
            "id_document": {
                "status": "verified",
                "verified_at": None,
                "expires_at": None,
                "provider": "",
                "name_match": None,
                "document_type": "",
                "last4": "002X",
            }
        },
    }
    assert b"1949" not in bytes(VerificationFactor.objects.get().number_encrypted)


def test_takes_news_of_one_factor(caller: Caller) -> None:
    caller.call("PUT", "/accounts/A-17", {"verification": {"phone": {"status": "verified", "last4": "8000"}}})

    response = caller.call("PATCH", "/accounts/A-17/verification", {"bank_card": {"status": "failed"}})

    factors = content(response)["verification"]
    assert response.status_code == 200
    assert {kind: factor["status"] for kind, factor in factors.items()} == {"phone": "verified", "bank_card": "failed"}
    assert factors["phone"]["last4"] == "8000"


def test_returns_a_case_that_waits_for_the_factor_to_its_queue(caller: Caller) -> None:
    refund = asked_refund(caller)
    address = f"/accounts/{refund.account.external_id}/verification"

    caller.call("PATCH", address, {"id_document": {"status": "verified"}})

    assert content(caller.get(f"/refunds/{refund.pk}"))["status"] == "pending_review"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"passport": {"status": "verified"}}, "/passport"),
        ({"phone": {"status": "lost"}}, "/phone/status"),
        ({"phone": "verified"}, "/phone"),
        ({"phone": {"status": "verified", "number": ""}}, "/phone/number"),
    ],
)
def test_refuses_news_that_cannot_be(caller: Caller, body: dict[str, Any], pointer: str) -> None:
    caller.call("PUT", "/accounts/A-17", {})
    before = standing()

    document = problem(caller.call("PATCH", "/accounts/A-17/verification", body), 422, "content_invalid")

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert standing() == before


def test_finds_no_account_of_another_client(caller: Caller, stranger: Caller) -> None:
    stranger.call("PUT", "/accounts/A-17", {})
    before = standing()

    response = caller.call("PATCH", "/accounts/A-17/verification", {"phone": {"status": "verified"}})

    problem(response, 404, "account_unknown")
    assert standing() == before


def test_answers_an_order_as_it_now_is(caller: Caller) -> None:
    caller.call("PUT", "/orders/O-1", order_body("O-1"))

    changed = order_body("O-1")
    changed["lines"][0]["consumption"] = {"percent": 40}
    response = caller.call("PUT", "/orders/O-1", changed)

    document = content(response)
    assert (response.status_code, document["id"], document["paid_amount"]) == (200, "O-1", 15_000)
    assert [line["consumption"]["percent"] for line in document["lines"]] == [40, 0]


def test_answers_a_shop(caller: Caller) -> None:
    response = caller.call("PUT", "/shops/S-3", {"name": "星海点卡", "owner_account_id": "A-1"})

    assert content(response) == {
        "id": "S-3",
        "name": "星海点卡",
        "registered_at": None,
        "owner_account_id": "A-1",
    }


def test_answers_what_became_of_a_transfer(caller: Caller) -> None:
    first = caller.call("PUT", "/transfers/T-1", TRANSFER)
    second = caller.call("PUT", "/transfers/T-1", TRANSFER | {"amount": 600})

    assert content(first) == {"id": "T-1", "outcome": "created"}
    assert content(second) == {"id": "T-1", "outcome": "updated"}
    assert Transfer.objects.get().amount == 600


def test_keeps_the_objects_of_two_clients_apart(caller: Caller, stranger: Caller) -> None:
    caller.call("PUT", "/shops/S-3", {"name": "ours"})

    assert stranger.call("PUT", "/shops/S-3", {"name": "theirs"}).status_code == 201

    assert sorted(shop.name for shop in Shop.objects.all()) == ["ours", "theirs"]


@pytest.mark.parametrize("identifier", ["a/b", "买家 17", "100%", "a" * 128, "verification"])
def test_takes_any_identifier_of_the_client(caller: Caller, identifier: str) -> None:
    response = caller.call("PUT", f"/accounts/{quote(identifier, safe='')}", {})

    assert (response.status_code, content(response)["id"]) == (201, identifier)
    assert Account.objects.get().external_id == identifier


def test_accepts_a_body_that_repeats_the_id(caller: Caller) -> None:
    assert caller.call("PUT", "/orders/O-1", order_body("O-1")).status_code == 201
    assert Order.objects.get().external_id == "O-1"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/accounts/A-1"), ("PUT", "/shops/S-1"), ("PUT", "/orders/O-1"), ("PATCH", "/accounts/A-1/verification")],
)
def test_refuses_a_body_that_was_lost_on_the_way(caller: Caller, method: str, path: str) -> None:
    before = standing()
    problem(caller.call(method, path), 400, "malformed")
    assert standing() == before
