"""Checking what clients send: where it is wrong, by which code, in whose language."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.common.records import FieldProblem, pointer_to, problems_of
from apps.refunds.records import PastRefundRecord, RefundRecord


def line(**changed: Any) -> dict[str, Any]:
    """Return an order line."""
    whole = {"id": "1", "title": "点券", "category": "top_up", "quantity": 1, "unit_amount": 648, "amount": 648}
    return whole | changed


def order(**changed: Any) -> dict[str, Any]:
    """Return an order."""
    whole = {
        "id": "O-1",
        "account_id": "A-1",
        "shop_id": "S-1",
        "placed_at": "2026-11-21T08:15:00+08:00",
        "currency": "CNY",
        "lines": [line()],
        "payments": [
            {
                "id": "P-1",
                "paid_at": "2026-11-21T08:15:05+08:00",
                "amount": 648,
                "instrument": {"type": "wallet", "fingerprint": "w-1"},
            }
        ],
    }
    return whole | changed


def refund(**changed: Any) -> dict[str, Any]:
    """Return a refund with its order."""
    whole = {
        "reference": "RF-1",
        "requested_at": "2026-11-22T08:15:00+08:00",
        "amount": 648,
        "currency": "CNY",
        "reason": {"code": "accidental_purchase", "text": "孩子误操作"},
        "channel": "app",
        "order": order(),
    }
    return whole | changed


def problems(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return pointers and codes, the same from an object and from its text."""
    with pytest.raises(ValidationError) as from_object:
        RefundRecord.model_validate(body)
    with pytest.raises(ValidationError) as from_text:
        RefundRecord.model_validate_json(json.dumps(body))
    found = [(problem.pointer, problem.code) for problem in problems_of(from_object.value)]
    assert found == [(problem.pointer, problem.code) for problem in problems_of(from_text.value)]
    return found


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"amont": 1}, [("/amont", "unknown_field")]),
        ({"a/b~c": 1}, [("/a~1b~0c", "unknown_field")]),
        ({"amount": "648"}, [("/amount", "integer_expected")]),
        ({"amount": 648.0}, [("/amount", "integer_expected")]),
        ({"amount": True}, [("/amount", "integer_expected")]),
        ({"amount": float("inf")}, [("/amount", "integer_expected")]),
        ({"amount": 0}, [("/amount", "too_small")]),
        ({"amount": -1}, [("/amount", "too_small")]),
        ({"amount": 10**15 + 1}, [("/amount", "too_large")]),
        ({"amount": 10**400}, [("/amount", "too_large")]),
        ({"currency": "XXX"}, [("/currency", "currency")]),
        ({"currency": "ZZZ"}, [("/currency", "currency")]),
        ({"currency": "cny"}, [("/currency", "currency")]),
        ({"reference": ""}, [("/reference", "too_short")]),
        ({"reference": "x" * 129}, [("/reference", "too_long")]),
        ({"reference": "a\x00b"}, [("/reference", "control_character")]),
        ({"reference": "a\nb"}, [("/reference", "control_character")]),
        ({"reference": 7}, [("/reference", "string_expected")]),
        ({"channel": "fax"}, [("/channel", "choice")]),
        ({"channel": 1}, [("/channel", "choice")]),
        ({"reason": "none"}, [("/reason", "object_expected")]),
        ({"reason": {"code": "other", "text": "a\x00b"}}, [("/reason/text", "text")]),
        ({"requested_at": 1763770500}, [("/requested_at", "string_expected")]),
        ({"requested_at": "1763770500"}, [("/requested_at", "instant")]),
        ({"requested_at": "2026-11-22T08:15:00"}, [("/requested_at", "instant")]),
        ({"requested_at": "2026-11-22"}, [("/requested_at", "instant")]),
        ({"requested_at": "2026-02-30T08:15:00Z"}, [("/requested_at", "instant")]),
        ({"requested_at": "0000-01-01T00:00:00Z"}, [("/requested_at", "instant")]),
        ({"requested_at": "2100-01-01T00:00:00Z"}, [("/requested_at", "instant")]),
        ({"requested_at": "2026-11-22T23:59:60Z"}, [("/requested_at", "instant")]),
        ({"requested_at": "2026-11-22T08:15:00+16:00"}, [("/requested_at", "instant")]),
        ({"order": {}}, [("/order/id", "required")]),
        ({"order": {"id": ""}}, [("/order/id", "too_short")]),
        ({"order": 3}, [("/order", "object_expected")]),
        ({"order": order(lines=[line(amount=-1)])}, [("/order/lines/0/amount", "too_small")]),
        ({"order": order(lines=[line(quantity=0)])}, [("/order/lines/0/quantity", "too_small")]),
        ({"order": order(lines=[line(), line()])}, [("/order/lines/1/id", "duplicate_id")]),
        ({"order": order(lines=[])}, [("/order/lines", "too_few")]),
        ({"order": order(lines={})}, [("/order/lines", "array_expected")]),
        (
            {"order": order(lines=[line(consumption={"percent": 101})])},
            [("/order/lines/0/consumption/percent", "too_large")],
        ),
        ({"order": order(context={"ip": "1.2.3.4.5"})}, [("/order/context/ip", "address")]),
        ({"context": {"ip": "fe80::1%eth0"}}, [("/context/ip", "address")]),
        ({"account": {"id": "A", "is_minor": 1}}, [("/account/is_minor", "boolean_expected")]),
        (
            {"account": {"id": "A", "verification": {"phone": {"status": "verified", "last4": "12345"}}}},
            [("/account/verification/phone/last4", "last4")],
        ),
        ({"lines": [{"id": "1", "amount": 647}]}, [("/amount", "lines_sum")]),
        ({"lines": [{"id": "1", "amount": 324}, {"id": "1", "amount": 324}]}, [("/lines/1/id", "duplicate_id")]),
        ({"lines": []}, [("/lines", "too_few")]),
        ({"currency": "x", "amount": 0}, [("/amount", "too_small"), ("/currency", "currency")]),
    ],
)
def test_points_at_what_is_wrong(changed: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert problems(refund(**changed)) == found


def test_names_each_missing_field() -> None:
    body = refund()
    del body["reference"], body["order"]["account_id"]

    assert problems(body) == [("/reference", "required"), ("/order/account_id", "required")]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_refuses_half_a_surrogate_pair(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RefundRecord.model_validate(refund(reason={"code": "other", "text": text}))

    assert [(one.pointer, one.code) for one in problems_of(refused.value)] == [("/reason/text", "text")]


def test_refuses_half_a_surrogate_pair_in_a_name_with_a_pointer_that_utf8_can_carry() -> None:
    with pytest.raises(ValidationError) as refused:
        RefundRecord.model_validate(refund(**{"a\ud800": 1}))

    (problem,) = problems_of(refused.value)
    assert problem.code == "text"
    problem.pointer.encode()


def test_tells_problems_in_both_languages() -> None:
    with pytest.raises(ValidationError) as refused:
        RefundRecord.model_validate(refund(amount=0, channel="fax"))

    with translation.override("en"):
        assert problems_of(refused.value) == [
            FieldProblem("/amount", "too_small", "Must be at least 1."),
            FieldProblem(
                "/channel", "choice", "Must be one of: web, app, mini_program, agent, app_store, play_store, other."
            ),
        ]
    with translation.override("zh-hans"):
        assert [problem.detail for problem in problems_of(refused.value)] == [
            "不得小于 1。",
            "必须是以下之一：web, app, mini_program, agent, app_store, play_store, other。",
        ]


def test_takes_an_order_whole_or_by_its_id() -> None:
    whole = RefundRecord.model_validate(refund())
    by_id = RefundRecord.model_validate(refund(order={"id": "O-1"}))

    assert whole.sent_order is not None
    assert whole.sent_order.paid_amount == 648
    assert by_id.sent_order is None
    assert by_id.order.id == "O-1"


def test_reads_instants_with_their_offset() -> None:
    record = RefundRecord.model_validate(refund(requested_at="2026-11-22t08:15:00.123456789+08:00"))

    assert record.requested_at == datetime(2026, 11, 22, 0, 15, 0, 123456, tzinfo=UTC)


def test_takes_an_ipv4_address_in_ipv6_clothes_for_what_it_is() -> None:
    record = RefundRecord.model_validate(refund(context={"ip": "::ffff:203.0.113.7"}))

    assert record.context is not None
    assert record.context.ip == "203.0.113.7"


def test_knows_a_bare_reference() -> None:
    bare = RefundRecord.model_validate(refund(account={"id": "A-1"}, shop={"id": "S-1", "name": None}))

    assert bare.account is not None
    assert bare.account.is_bare
    assert bare.shop is not None
    assert not bare.shop.is_bare


def test_hides_personal_values_when_printed() -> None:
    factor = {"status": "verified", "number": "110101199001011234"}
    account = {"id": "A", "phone": "+8613800138000", "email": "a@example.com", "verification": {"id_document": factor}}

    written = repr(RefundRecord.model_validate(refund(account=account)))

    assert "110101199001011234" not in written
    assert "13800138000" not in written
    assert "example.com" not in written


def test_a_past_refund_adds_its_outcome() -> None:
    with pytest.raises(ValidationError) as refused:
        PastRefundRecord.model_validate(refund(outcome="approved"))

    assert [(one.pointer, one.code) for one in problems_of(refused.value)] == [
        ("/outcome", "choice"),
        ("/decided_at", "required"),
    ]


@given(st.lists(st.one_of(st.text(), st.integers(min_value=0))))
def test_pointers_lead_back(path: list[int | str]) -> None:
    pointer = pointer_to(tuple(path))

    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    assert steps == [str(step).encode("utf-8", "replace").decode() for step in path]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(refund())), json_values)
def test_never_fails_otherwise_than_by_naming_problems(field: str, value: Any) -> None:
    try:
        RefundRecord.model_validate(refund(**{field: value}))
    except ValidationError as error:
        found = problems_of(error)
        assert found
        assert all(problem.code != "invalid" for problem in found)
        assert all(problem.pointer == "" or problem.pointer.startswith("/") for problem in found)
