"""Orders laid out as rows, from records and straight from text."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.marketplace.records import OrderRecord
from apps.marketplace.services.order_rows import OrderRows, order_laid_out, order_read
from tests.marketplace.builders import instrument_body, line_body, order_body, payment_body

WHOLE = order_body(
    lines=[
        line_body(
            sku="SKU-1",
            delivery={"status": "viewed", "at": "2026-11-21T16:16:00+08:00"},
            consumption={"percent": 40, "first_used_at": "2026-11-21T09:00:00.5Z", "evidence": "login"},
        ),
        line_body(id="2", sku=None, delivery=None, consumption={"percent": 0, "evidence": None}),
    ],
    payments=[
        payment_body(instrument=instrument_body(last4="1234", brand="银联", holder_account_id="A-2")),
        payment_body(id="P-2", paid_at="2026-11-21t08:15:05z", payer_account_id="A-3"),
    ],
    context={"ip": "::ffff:203.0.113.7", "device_id": "d-55", "user_agent": None},
)


def text_of(body: dict[str, Any], *, ascii_only: bool = False) -> bytes:
    """Return the order as a line of history."""
    return json.dumps({"type": "order", **body}, ensure_ascii=ascii_only).encode()


def said(rows: OrderRows) -> tuple[Any, ...]:
    """Return everything but where it was read from."""
    return rows[:-1]


def altered(old: bytes, new: bytes) -> bytes:
    """Return the whole order's text with one place changed."""
    text = text_of(WHOLE)
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    "text",
    [
        text_of(WHOLE).replace(b'"order"', b'"shop"', 1),
        altered(b'"currency": "CNY"', b'"currency": "CNX"'),
        altered(b'"currency": "CNY"', b'"currency": "cny"'),
        altered(b'"currency": "CNY"', b'"currency": "CNY", "currency": "CNY"'),
        altered(b'"percent": 40', b'"percent": 40, "percent": 41'),
        altered(b'"type": "order"', b'"type": "order", "type": "order"'),
        altered(b'"type": "order", "id": "O-1"', b'"id": "order"'),
        altered(b'"type": "order", "id": "O-1"', b'"id": "O-1", "id": "order"'),
        altered(b'"percent": 40', b'"percent": 40.0'),
        altered(b'"percent": 40', b'"percent": 4e1'),
        altered(b'"percent": 40', b'"percent": true'),
        altered(b'"percent": 40', b'"percent": "40"'),
        altered(b'"percent": 40', b'"percent": 101'),
        altered(b'"quantity": 1', b'"quantity": ' + b"9" * 400),
        altered(b'"SKU-1"', b'"SKU\\n1"'),
        altered(b'"SKU-1"', b'"SKU\\u0085"'),
        altered(b'"SKU-1"', b'"SKU\\u007F"'),
        altered(b'"SKU-1"', b'"SKU\\ud800"'),
        altered(b'"SKU-1"', b'"SKU\x7f"'),
        altered(b'"SKU-1"', b'"SKU\xc2\x85"'),
        altered(b'"SKU-1"', b'"SKU\xff"'),
        altered(b'"SKU-1"', b'"' + b"x" * 129 + b'"'),
        altered(b'"last4": "1234"', b'"last4": "12345"'),
        altered(b'"id": "2"', b'"id": "1"'),
        altered(b'"P-2"', b'"P-1"'),
        altered(b"203.0.113.7", b"203.0.113.256"),
        altered(b"2026-11-21T16:16:00+08:00", b"2026-11-31T16:16:00+08:00"),
        altered(b"2026-11-21T16:16:00+08:00", b"2026-11-21 16:16:00+08:00"),
        altered(b"2026-11-21T16:16:00+08:00", b"2026-11-21T16:16:00"),
        altered(b"2026-11-21T16:16:00+08:00", b"1969-11-21T16:16:00Z"),
        altered(b"2026-11-21T16:16:00+08:00", b"1795421700"),
        altered(b'"sku": null', b'"colour": "red"'),
        altered(b'"sku": null', b'"sku": NaN'),
        text_of(WHOLE) + b"{}",
        text_of(WHOLE)[:-1],
        text_of({**WHOLE, "lines": []}),
        b'["order"]',
        b"\xef\xbb\xbf" + text_of(WHOLE),
    ],
)
def test_does_not_take_text_that_no_record_would(text: bytes) -> None:
    assert order_read(text) is None


@pytest.mark.parametrize("ascii_only", [True, False])
def test_reads_from_text_what_its_record_says(ascii_only: bool) -> None:
    rows = order_read(text_of(WHOLE, ascii_only=ascii_only) + b" \r")

    assert rows is not None
    assert said(rows) == said(order_laid_out(OrderRecord.model_validate(WHOLE)))
    assert rows.record == OrderRecord.model_validate(WHOLE)
    assert rows.head == ("2026-11-21T08:15:00+00:00", "CNY", 1296, "203.0.113.7", "d-55", "")
    assert rows.lines[0][8:] == ("viewed", "2026-11-21T16:16:00+08:00", 40, "2026-11-21T09:00:00.500000+00:00", "login")
    assert rows.lines[1][1:3] == (2, "")
    assert rows.payments[1] == ("P-2", "2026-11-21T08:15:05+00:00", 648)
    assert list(rows.accounts()) == ["A-1", "A-2", "A-3"]


def test_leaves_a_title_of_several_lines_to_the_record() -> None:
    body = order_body(lines=[line_body(title="one\ntwo")])

    assert order_read(text_of(body)) is None
    assert order_laid_out(OrderRecord.model_validate(body)).lines[0][3] == "one\ntwo"


def test_takes_null_for_left_out() -> None:
    with_null = order_body(context=None, lines=[line_body(sku=None, delivery=None)])

    one, other = order_read(text_of(with_null)), order_read(text_of(order_body()))

    assert one is not None
    assert other is not None
    assert one.digest == other.digest


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of everything inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**65),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["2026-02-30T00:00:00Z", "2099-12-31T23:59:59.1234567+15:59", "2100-01-01T00:00:00Z", "\u0085", "é"]
    ),
    st.sampled_from(["1.2.3.4", "fe80::1%eth0", "::1", "game_currency", "USD", "XXX", "KWD", "", "1"]),
    st.just([]),
    st.just({}),
)


@settings(max_examples=400)
@given(st.data())
def test_agrees_with_the_record_whatever_is_sent(data: st.DataObject) -> None:
    body = copy.deepcopy(WHOLE)
    for _change in range(data.draw(st.integers(1, 2))):
        *way, name = data.draw(st.sampled_from(places(body)[1:]))
        holder = body
        for step in way:
            holder = holder[step]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[name]
        else:
            holder[name] = data.draw(ODD)

    rows = order_read(text_of(body, ascii_only=data.draw(st.booleans())))

    try:
        expected = order_laid_out(OrderRecord.model_validate(body))
    except ValidationError:
        assert rows is None
    else:
        assert rows is None or said(rows) == said(expected)
