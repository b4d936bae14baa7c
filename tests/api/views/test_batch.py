"""/refunds/batch: a result for each item, in their order, under one idempotency key."""

from typing import Any

import pytest

from apps.refunds.models import Refund
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.refund_bodies import order_body, refund_body
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> Caller:
    return make_caller()


def batch(*refunds: Any) -> dict[str, Any]:
    return {"refunds": list(refunds)}


def test_needs_an_idempotency_key(caller: Caller) -> None:
    problem(caller.post("/refunds/batch", batch(refund_body()), Idempotency_Key=""), 400, "idempotency_key_missing")

    assert Refund.objects.count() == 0


def test_needs_the_scope() -> None:
    caller = make_caller("refunds:read")

    problem(caller.post("/refunds/batch", batch(refund_body())), 403, "scope_missing")

    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/refunds"),
        ({"refunds": []}, "/refunds"),
        ({"refunds": {}}, "/refunds"),
        ({"refunds": [{}] * 1001}, "/refunds"),
        ({"refunds": [{}], "refund": {}}, "/refund"),
    ],
)
def test_refuses_what_is_no_batch(caller: Caller, body: dict[str, Any], pointer: str) -> None:
    before = everything_that_moves()

    document = problem(caller.post("/refunds/batch", body), 422, "content_invalid")

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert everything_that_moves() == before


def test_answers_each_item_for_itself(caller: Caller) -> None:
    good, same = refund_body("RF-1"), refund_body("RF-1")
    misspelt = refund_body("RF-2", currencie="CNY")
    too_much = refund_body("RF-3", amount=15_001, lines=None)
    del too_much["lines"]

    response = caller.post("/refunds/batch", batch(good, misspelt, 17, same, too_much, refund_body("RF-4")))

    assert response.status_code == 200
    results = content(response)["results"]
    assert [result["index"] for result in results] == [0, 1, 2, 3, 4, 5]
    assert [result["status"] for result in results] == [201, 422, 422, 409, 422, 201]
    assert results[0]["refund"] == content(caller.get(f"/refunds/{results[0]['refund']['id']}"))
    assert [error["pointer"] for error in results[1]["problem"]["errors"]] == ["/refunds/1/currencie"]
    assert [error["pointer"] for error in results[2]["problem"]["errors"]] == ["/refunds/2"]
    assert results[3]["problem"]["code"] == "reference_used"
    assert results[3]["problem"]["refund_id"] == results[0]["refund"]["id"]
    assert [error["pointer"] for error in results[4]["problem"]["errors"]] == ["/refunds/4/amount"]
    assert sorted(Refund.objects.values_list("reference", flat=True)) == ["RF-1", "RF-4"]


def test_speaks_of_refused_items_in_chinese(caller: Caller) -> None:
    response = caller.post("/refunds/batch", batch(17), Accept_Language="zh-Hans")

    assert response["Content-Language"] == "zh-Hans"
    assert content(response)["results"][0]["problem"]["title"] == "内容不正确"


def test_gives_the_first_answer_again(caller: Caller) -> None:
    body = batch(refund_body("RF-1"), 17)

    first = caller.post("/refunds/batch", body, Idempotency_Key='"batch-1"')
    again = caller.post("/refunds/batch", body, Idempotency_Key='"batch-1"')

    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert Refund.objects.count() == 1


def test_takes_a_thousand(caller: Caller) -> None:
    order = order_body("O-large", payments=[{**order_body()["payments"][0], "amount": 15_000_000}])
    plain = refund_body(amount=10, order=order)
    del plain["lines"]
    caller.post("/refunds", plain | {"reference": "RF-first"})

    response = caller.post(
        "/refunds/batch", batch(*(plain | {"reference": f"RF-{n}", "order": {"id": "O-large"}} for n in range(1000)))
    )

    assert {result["status"] for result in content(response)["results"]} == {201}
    assert Refund.objects.count() == 1001
