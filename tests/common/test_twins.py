"""Twins of records."""

from enum import Enum
from typing import Annotated

import msgspec
import pytest
from pydantic import AfterValidator, Field

from apps.common.records import Identifier, Instant, Record
from apps.common.twins import is_plain, says_it_once, twin_of


class Colour(Enum):
    RED = "red"


class Wheel(Record):
    id: Identifier
    seen_at: Instant | None = None


class Cart(Record):
    wheels: Annotated[list[Wheel], Field(min_length=1, max_length=2)]
    colour: Annotated[Colour, Field(strict=False)] | None = None
    load: Annotated[int, Field(ge=0, le=9)] = 0


def read(text: str) -> object:
    return msgspec.json.decode(text, type=twin_of(Cart, "cart"))


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "cart"}',
        '{"type": "barrow", "wheels": [{"id": "1"}]}',
        '{"wheels": [{"id": "1"}]}',
        '{"type": "cart", "wheels": []}',
        '{"type": "cart", "wheels": [{"id": "1"}, {"id": "2"}, {"id": "3"}]}',
        '{"type": "cart", "wheels": [{"id": ""}]}',
        '{"type": "cart", "wheels": [{"id": "1", "spokes": 8}]}',
        '{"type": "cart", "wheels": [{"id": "1"}], "colour": "blue"}',
        '{"type": "cart", "wheels": [{"id": "1"}], "load": 10}',
        '{"type": "cart", "wheels": [{"id": "1"}], "load": null}',
    ],
)
def test_takes_no_more_than_its_record(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(text)


def test_refuses_a_record_with_a_check_that_it_does_not_know() -> None:
    class Odd(Record):
        name: Annotated[str, AfterValidator(str.title)]

    with pytest.raises(TypeError):
        twin_of(Odd)


def test_tells_what_is_left_out_from_null() -> None:
    assert msgspec.json.encode(read('{"type": "cart", "wheels": [{"id": "1", "seen_at": null}]}')) == (
        b'{"wheels":[{"id":"1","seen_at":null}],"type":"cart"}'
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (b'"abc"', True),
        ('"é £ 点券 \u00a0"'.encode(), True),
        (b'"a\\"b \\\\ \\/ \\u70b9 \\u00a0"', True),
        (b'"\\n"', False),
        (b'"\\u0000"', False),
        (b'"\\u001F"', False),
        (b'"\\u009f"', False),
        (b'"\\u007f"', False),
        (b'"\x7f"', False),
        ('"\u0085"'.encode(), False),
    ],
)
def test_sees_control_characters_in_text(text: bytes, plain: bool) -> None:
    assert is_plain(text) is plain


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ('{"type": "cart", "wheels": [{"id": "1"}], "colour": null}', True),
        ('{"type": "cart", "wheels": [{"id": "\\"\\\\\\""}, {"id": "\\u0022"}]}', True),
        ('{"type": "cart", "wheels": [{"id": "\\"\\\\\\""}]}', True),
        ('{"type": "cart", "wheels": [{"id": "1", "id": "2"}]}', False),
        ('{"type": "cart", "wheels": [{"id": "1"}], "load": 1, "load": 1}', False),
        ('{"type": "cart", "type": "cart", "wheels": [{"id": "1"}]}', False),
        ('{"type": "cart", "wheels": [{"id": "1"}], "wheels": [{"id": "1"}]}', False),
    ],
)
def test_sees_members_that_occur_twice(text: str, once: bool) -> None:
    twin = read(text)

    assert isinstance(twin, msgspec.Struct)
    assert says_it_once(text.encode(), twin) is once
