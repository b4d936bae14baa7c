"""From a body in pieces to records."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marketplace.records import AccountRecord, OrderRecord
from apps.refunds.records import PastRefundRecord
from apps.refunds.services import history_lines
from apps.refunds.services.history_lines import LONGEST_LINE, Line, LineRefused, lines_of, problems_of_line, record_of
from tests.marketplace.builders import order_body


def refused(text: bytes, number: int = 1) -> list[tuple[str, str]]:
    """Return pointers and codes of a line that says nothing."""
    with pytest.raises(LineRefused) as refusal:
        record_of(Line(number, text))
    return [(problem.pointer, problem.code) for problem in problems_of_line(refusal.value.reason)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"{", ("", "malformed")),
        (b"{} {}", ("", "malformed")),
        (b"\xff\xfe{}", ("", "malformed")),
        ('{"type": "account", "id": "A"}'.encode("utf-16"), ("", "malformed")),
        (b'{"type": "order", "id": NaN}', ("", "malformed")),
        (b'{"type": "order", "id": -Infinity}', ("", "malformed")),
        (b'{"type": "transfer", "amount": ' + b"9" * 5000 + b"}", ("", "malformed")),
        (b"[" * 100_000, ("", "malformed")),
        (b"7", ("", "object_expected")),
        (b"[]", ("", "object_expected")),
        (b"null", ("", "object_expected")),
        (b"{}", ("/type", "required")),
        (b'{"type": "basket"}', ("/type", "choice")),
        (b'{"type": ["order"]}', ("/type", "choice")),
        (b'{"type": "account", "id": "A", "id": "B"}', ("/id", "duplicate_member")),
        (
            b'{"type": "account", "id": "A", "verification": {"phone": [1, {"a/b": 1, "a/b": 2}]}}',
            ("/verification/phone/1/a~1b", "duplicate_member"),
        ),
        (b'{"type": "account", "id": "A", "nick": "x"}', ("/nick", "unknown_field")),
        (b'{"type": "account", "id": "\\u0000"}', ("/id", "control_character")),
        (b'{"type": "account", "id": "\\ud800"}', ("/id", "text")),
        (b'{"type": "account", "id": ' + b"[" * 100 + b"]" * 100 + b"}", ("/id", "string_expected")),
    ],
)
def test_names_what_is_wrong_with_a_line(text: bytes, found: tuple[str, str]) -> None:
    assert refused(text) == [found]


def test_reads_each_type() -> None:
    assert isinstance(record_of(Line(1, b'{"type": "account", "id": "A"}')), AccountRecord)
    assert isinstance(record_of(Line(1, json.dumps({"type": "order", **order_body()}).encode())), OrderRecord)
    past = {
        "type": "refund",
        "reference": "R",
        "requested_at": "2026-11-22T08:15:00Z",
        "amount": 1,
        "currency": "CNY",
        "reason": {"code": "other"},
        "channel": "web",
        "order": {"id": "O"},
        "outcome": "paid",
        "decided_at": "2026-11-23T08:15:00Z",
    }
    assert isinstance(record_of(Line(1, json.dumps(past).encode())), PastRefundRecord)


def test_takes_a_byte_order_mark_at_the_beginning_only() -> None:
    marked = b'\xef\xbb\xbf{"type": "account", "id": "A"}'

    assert record_of(Line(1, marked)) == AccountRecord(id="A")
    assert refused(marked, number=2) == [("", "malformed")]


def test_counts_blank_lines_and_takes_any_line_end() -> None:
    found = list(lines_of([b"one\r\n\n   \r\ntwo\n", b"three"]))

    assert found == [Line(1, b"one\r"), Line(4, b"two"), Line(5, b"three")]


def test_never_holds_a_line_that_is_too_long() -> None:
    held = 0

    def pieces() -> Iterator[bytes]:
        yield b"first\n"
        for _piece in range(50):
            yield b"x" * (LONGEST_LINE // 10)
        yield b"x\nlast\n"

    found = []
    for line in lines_of(pieces()):
        found.append(line)
        held = max(held, len(line.text or b""))

    assert found == [Line(1, b"first"), Line(2, None), Line(3, b"last")]
    assert held == 5


def test_tells_a_line_that_is_too_long_also_at_the_end() -> None:
    assert list(lines_of([b"x" * (LONGEST_LINE + 1)])) == [Line(1, None)]
    assert list(lines_of([b"x" * (LONGEST_LINE + 1), b"\n"])) == [Line(1, None)]
    assert list(lines_of([b"x" * LONGEST_LINE])) == [Line(1, b"x" * LONGEST_LINE)]
    with pytest.raises(LineRefused) as refusal:
        record_of(Line(1, None))
    assert [problem.code for problem in problems_of_line(refusal.value.reason)] == ["line_too_long"]


@given(st.binary(max_size=60).map(lambda raw: raw.replace(b"x", b"\n")), st.data())
def test_gives_the_same_lines_wherever_the_body_is_cut(body: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=5)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_lines, "LONGEST_LINE", 7)
        found = list(lines_of(pieces))

    assert found == [
        Line(number, text if len(text) <= 7 else None)
        for number, text in enumerate(body.split(b"\n"), start=1)
        if text.strip() or len(text) > 7
    ]
