"""What is wrong with a body before anybody asks what it says: (bytes made of a valid body, status, code, pointer)."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """How a valid body is spoilt, and what the refusal says of it."""

    spoil: Callable[[dict[str, Any]], bytes]
    status: int
    code: str
    pointer: str


def _written(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _with(member: str) -> Callable[[dict[str, Any]], bytes]:
    """Put a member, as it is written, before all others."""
    return lambda body: b"{" + member.encode("utf-8", "surrogatepass") + b", " + _written(body)[1:]


def _bytes(raw: bytes) -> Callable[[dict[str, Any]], bytes]:
    return lambda _body: raw


def _first_member_twice(body: dict[str, Any]) -> bytes:
    name = next(iter(body))
    return _with(f'"{name}": {json.dumps(body[name])}')(body)


UNREADABLE: dict[str, Flaw] = {
    "half an object": Flaw(_bytes(b"{"), 400, "malformed", ""),
    "white space": Flaw(_bytes(b"  \n"), 400, "malformed", ""),
    "no JSON": Flaw(_bytes(b"amount=1"), 400, "malformed", ""),
    "a comma too many": Flaw(lambda body: _written(body)[:-1] + b",}", 400, "malformed", ""),
    "trailing garbage": Flaw(lambda body: _written(body) + b"x", 400, "malformed", ""),
    "two bodies": Flaw(lambda body: _written(body) * 2, 400, "malformed", ""),
    "a byte order mark": Flaw(lambda body: b"\xef\xbb\xbf" + _written(body), 400, "malformed", ""),
    "latin-1": Flaw(
        lambda body: json.dumps(body | {"x": "é"}, ensure_ascii=False).encode("latin-1", "replace"),
        400,
        "malformed",
        "",
    ),
    "utf-16": Flaw(lambda body: json.dumps(body).encode("utf-16"), 400, "malformed", ""),
    "an overlong byte sequence": Flaw(_bytes(b'{"x": "\xc0\x80"}'), 400, "malformed", ""),
    "a raw NUL": Flaw(_with('"x": "\x00"'), 400, "malformed", ""),
    "a raw lone surrogate": Flaw(_with('"x": "\ud800"'), 400, "malformed", ""),
    "an escaped NUL": Flaw(_with(r'"x": "a\u0000b"'), 400, "text", "/x"),
    "a NUL in a name": Flaw(_with(r'"\u0000": 1'), 400, "text", "/\x00"),
    "an escaped lone surrogate": Flaw(_with(r'"x": ["\udead"]'), 400, "text", "/x/0"),
    "a pair in the wrong order": Flaw(_with(r'"x": "\udc00\ud800"'), 400, "text", "/x"),
    "a member twice": Flaw(_first_member_twice, 400, "duplicate_member", ""),
    "a member twice, deep down": Flaw(_with('"x": [{"y": {"z": 1, "z": 1}}]'), 400, "duplicate_member", "/x/0/y/z"),
    "NaN": Flaw(_with('"x": NaN'), 400, "number_out_of_range", "/x"),
    "infinity": Flaw(_with('"x": [-Infinity]'), 400, "number_out_of_range", "/x/0"),
    "1e400": Flaw(_with('"x": 1e400'), 400, "number_out_of_range", "/x"),
    "5,000 digits": Flaw(_with(f'"x": {"9" * 5000}'), 400, "number_out_of_range", "/x"),
    "500,000 digits": Flaw(_with(f'"x": -{"9" * 500_000}'), 400, "number_out_of_range", "/x"),
    "a number with a leading zero": Flaw(_with('"x": 007'), 400, "malformed", ""),
    "arrays 100 deep": Flaw(_with(f'"x": {"[" * 100}{"]" * 100}'), 400, "nested_too_deep", "/x" + "/0" * 31),
    "objects 100 deep": Flaw(
        _with('"x": ' + '{"y": ' * 100 + "1" + "}" * 100), 400, "nested_too_deep", "/x" + "/y" * 31
    ),
    "arrays 100,000 deep": Flaw(_bytes(b"[" * 100_000), 400, "nested_too_deep", ""),
    "20,000 members": Flaw(
        _with(", ".join(f'"m{number}": 1' for number in range(20_000))), 400, "too_many_members", ""
    ),
}
WRONG: dict[str, Flaw] = {
    "an array": Flaw(lambda body: _written([body]), 422, "object_expected", ""),
    "a number": Flaw(_bytes(b"1"), 422, "object_expected", ""),
    "a string": Flaw(_bytes(b'"text"'), 422, "object_expected", ""),
    "null": Flaw(_bytes(b"null"), 422, "object_expected", ""),
    "true": Flaw(_bytes(b"true"), 422, "object_expected", ""),
    "an array of 100,000": Flaw(_bytes(_written([0] * 100_000)), 422, "object_expected", ""),
    "an unknown member": Flaw(_with('"amonut": 1'), 422, "unknown_field", "/amonut"),
    "an unknown member with a slash": Flaw(_with('"a/b~c": 1'), 422, "unknown_field", "/a~1b~0c"),
    "an unknown member of a megabyte": Flaw(_with(f'"x": "{"x" * 1_000_000}"'), 422, "unknown_field", "/x"),
    "an unknown member in Chinese": Flaw(_with('"金额": 1'), 422, "unknown_field", "/金额"),
    "900 unknown members": Flaw(
        _with(", ".join(f'"m{number}": 1' for number in range(900))), 422, "unknown_field", "/m0"
    ),
}
