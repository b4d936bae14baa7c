"""JSON without doubt."""

from io import BytesIO

import pytest

from apps.api.body_errors import (
    BodyMalformed,
    BodyNotParsed,
    BodyTypeUnknown,
    MemberRepeated,
    NestedTooDeep,
    NumberOutOfRange,
    ObjectCrowded,
    TextUnstorable,
)
from apps.api.parsers import DEEPEST, StrictJSONParser, read_json


@pytest.mark.parametrize(
    ("raw", "refusal", "pointer"),
    [
        (b"", BodyNotParsed, ""),
        (b"{", BodyNotParsed, ""),
        (b"{} {}", BodyNotParsed, ""),
        (b"{'a': 1}", BodyNotParsed, ""),
        (b'{"a": 1,}', BodyNotParsed, ""),
        (b'{"a": "\x00"}', BodyNotParsed, ""),
        (b'\xef\xbb\xbf{"a": 1}', BodyNotParsed, ""),
        ('{"a": "é"}'.encode("latin-1"), BodyMalformed, ""),
        ('{"a": 1}'.encode("utf-16"), BodyMalformed, ""),
        (b'{"a": "\xed\xa0\x80"}', BodyMalformed, ""),
        (b'{"a": 1, "a": 1}', MemberRepeated, "/a"),
        (b'{"a": [{}, {"b/c": 1, "d": 2, "b/c": 3}]}', MemberRepeated, "/a/1/b~1c"),
        (b'{"a": NaN}', NumberOutOfRange, "/a"),
        (b'{"a": [0, -Infinity]}', NumberOutOfRange, "/a/1"),
        (b'{"a": 1e400}', NumberOutOfRange, "/a"),
        (b'{"a": ' + b"9" * 5000 + b"}", NumberOutOfRange, "/a"),
        (b'{"a": [1, {"b": -' + b"9" * 5000 + b"}]}", NumberOutOfRange, "/a/1/b"),
        (b'{"a": [{' + b",".join(b'"m%d": 1' % number for number in range(1001)) + b"}]}", ObjectCrowded, "/a/0"),
        (b'{"a": "x\\u0000"}', TextUnstorable, "/a"),
        (b'{"a": "\\ud800"}', TextUnstorable, "/a"),
        (b'{"a": ["", "\\udc00\\ud800"]}', TextUnstorable, "/a/1"),
        (b'{"a": {"b\\u0000": 1}}', TextUnstorable, "/a/b\x00"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), NestedTooDeep, "/0" * DEEPEST),
        (b"[" * 100_000, NestedTooDeep, ""),
    ],
)
def test_refuses_what_can_be_read_in_two_ways_or_not_at_all(
    raw: bytes, refusal: type[BodyMalformed], pointer: str
) -> None:
    with pytest.raises(BodyMalformed) as refused:
        read_json(raw)

    assert (type(refused.value), refused.value.pointer) == (refusal, pointer)
    assert refused.value.detail


def test_names_the_line_and_column_of_broken_grammar() -> None:
    with pytest.raises(BodyNotParsed) as refused:
        read_json(b'{\n  "a": ?}')

    assert refused.value.detail == "The body is not well-formed JSON: line 2, column 8."


@pytest.mark.parametrize("content_type", ["application/json; charset=gbk", 'application/json;charset="utf-16"'])
def test_refuses_another_charset_than_utf_8(content_type: str) -> None:
    with pytest.raises(BodyTypeUnknown):
        StrictJSONParser().parse(BytesIO(b"{}"), content_type)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=UTF-8"])
def test_reads_json_in_utf_8(content_type: str) -> None:
    value = StrictJSONParser().parse(BytesIO('{"text": "孩子误操作 \\ud83d\\ude00"}'.encode()), content_type)

    assert value == {"text": "孩子误操作 😀"}


def test_reads_down_to_the_deepest_level() -> None:
    value = read_json(b"[" * DEEPEST + b"]" * DEEPEST)

    for _level in range(DEEPEST - 1):
        (value,) = value
    assert value == []
