"""POST /history."""

import json
from typing import Any

import pytest

from apps.marketplace.models import Account, Order
from apps.refunds.models import Origin, Refund
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.refund_bodies import ago, order_body, refund_body
from tests.api.standing import standing

NDJSON = "application/x-ndjson"


def _lines(*objects: dict[str, Any] | str) -> bytes:
    written = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in objects]
    return "\n".join(written).encode() + b"\n"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-ndjson; charset=gbk"])
def test_refuses_another_media_type(caller: Caller, content_type: str) -> None:
    before = standing()

    document = problem(
        caller.call("POST", "/history", _lines({"type": "account", "id": "A-1"}), content_type=content_type),
        415,
        "unsupported_media_type",
    )

    assert document["detail"] == "Send application/x-ndjson in UTF-8."
    assert standing() == before


def test_refuses_a_compressed_body(caller: Caller) -> None:
    before = standing()

    response = caller.call("POST", "/history", b"\x1f\x8b", content_type=NDJSON, Content_Encoding="gzip")

    problem(response, 415, "unsupported_content_encoding")
    assert standing() == before


def test_wants_the_scope_for_history(caller: Caller) -> None:
    other = make_caller("refunds:write", name=caller.client.name)
    before = standing()

    problem(other.call("POST", "/history", _lines({"type": "account"}), content_type=NDJSON), 403, "scope_missing")

    assert standing() == before


@pytest.mark.django_db(transaction=True)
def test_takes_in_what_it_can_and_tells_which_lines_it_could_not(caller: Caller) -> None:
    past = refund_body("RF-0", order={"id": "O-1"}) | {
        "type": "refund",
        "outcome": "paid",
        "decided_at": ago(minutes=1),
    }
    body = _lines(
        {"type": "account", "id": "A-17", "registered_at": ago(days=400)},
        '{"type": "account", "id": "A-18"',
        {"type": "shop", "id": "S-3", "colour": "red"},
        order_body("O-1") | {"type": "order"},
        past,
        {"type": "transfer"},
    )

    response = caller.call("POST", "/history", body, content_type=NDJSON)

    document = content(response)
    assert response.status_code == 200
    assert (document["accepted"], document["unchanged"], document["rejected"]) == (3, 0, 3)
    assert [rejection["line"] for rejection in document["rejections"]] == [2, 3, 6]
    assert document["rejections"][1]["problem"] == {
        "type": "/api/problems/content_invalid",
        "title": "Invalid content",
        "status": 422,
        "detail": "1 field is wrong.",
        "code": "content_invalid",
        "errors": [{"pointer": "/colour", "code": "unknown_field", "detail": "There is no such field."}],
    }
    assert Order.objects.get().external_id == "O-1"
    assert [(refund.origin, refund.status) for refund in Refund.objects.all()] == [(Origin.HISTORY, "paid")]
    assert content(caller.get("/refunds"))["data"] == []


@pytest.mark.django_db(transaction=True)
def test_finds_the_same_lines_unchanged(caller: Caller) -> None:
    body = _lines({"type": "account", "id": "A-1", "status": "active"}, order_body("O-1") | {"type": "order"})
    caller.call("POST", "/history", body, content_type=NDJSON)
    before = standing()

    document = content(caller.call("POST", "/history", body, content_type=NDJSON))

    assert document == {"accepted": 0, "unchanged": 2, "rejected": 0, "rejections": []}
    assert standing() == before


@pytest.mark.django_db(transaction=True)
def test_takes_a_body_beyond_the_bound_of_other_bodies(caller: Caller) -> None:
    padding = "x" * 400
    lines = [{"type": "account", "id": f"A-{number}", "display_name": padding[:190]} for number in range(30_000)]
    body = _lines(*lines)
    assert len(body) > 5 * 1024 * 1024

    document = content(caller.call("POST", "/history", body, content_type=NDJSON))

    assert (document["accepted"], document["rejected"]) == (30_000, 0)
    assert Account.objects.count() == 30_000


@pytest.mark.django_db(transaction=True)
def test_tells_rejections_in_chinese(caller: Caller) -> None:
    response = caller.call("POST", "/history", _lines({"type": "shop"}), content_type=NDJSON, Accept_Language="zh-Hans")

    assert response["Content-Language"] == "zh-Hans"
    assert content(response)["rejections"][0]["problem"]["detail"] == "有 1 个字段不正确。"


@pytest.mark.django_db(transaction=True)
def test_answers_an_empty_body(caller: Caller) -> None:
    response = caller.call("POST", "/history", b"\n", content_type=NDJSON)

    assert content(response) == {"accepted": 0, "unchanged": 0, "rejected": 0, "rejections": []}
