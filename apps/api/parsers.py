"""JSON without doubt: what two readers could read differently, or a database not store, is refused."""

import json
import math
import sys
from collections import Counter
from typing import Any

from rest_framework.parsers import BaseParser

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
from apps.common.records import pointer_to

DEEPEST = 32
# Unknown members are told by name, one by one: hundreds of thousands would keep the server busy for seconds.
MOST_MEMBERS = 1_000


class StrictJSONParser(BaseParser):
    """Reads application/json. Raises BodyMalformed and its kinds, BodyTypeUnknown for another charset."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        refuse_foreign_charset(media_type or "", self.media_type)
        return read_json(stream.read())


def refuse_foreign_charset(content_type: str, expected: str) -> None:
    """Raise BodyTypeUnknown when a Content-Type names another charset than UTF-8."""
    for parameter in content_type.split(";")[1:]:
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            raise BodyTypeUnknown(expected=expected)


class _Flaw(Exception):
    """Carries the refusal up the tree; each level adds its step to the path."""

    def __init__(self, refusal: type[BodyMalformed]) -> None:
        super().__init__()
        self.refusal = refusal
        self.path: list[int | str] = []


class _Repeated(dict[str, Any]):
    """An object in which `name` occurred twice."""

    name = ""


class _Crowded(dict[str, Any]):
    """An object with more members than any record could make sense of; they are not kept."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        return _Crowded()
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeated = _Repeated(members)
    counts = Counter(name for name, _value in pairs)
    repeated.name = next(name for name, count in counts.items() if count > 1)
    return repeated


def _whole_number(digits: str) -> int | float:
    # Python turns down longer ones itself, for the time that they would take.
    return int(digits) if len(digits) <= sys.get_int_max_str_digits() else math.inf


_DECODER = json.JSONDecoder(object_pairs_hook=_members)
_PATIENT_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_int=_whole_number)


def read_json(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8."""
    try:
        value = _DECODER.decode(raw.decode())
    except UnicodeDecodeError:
        raise BodyMalformed(pointer="") from None
    except json.JSONDecodeError as broken:
        raise BodyNotParsed(pointer="", line=broken.lineno, column=broken.colno) from None
    except RecursionError:
        raise NestedTooDeep(pointer="", limit=DEEPEST) from None
    except ValueError:
        # An integer of thousands of digits; read again to learn where.
        value = _PATIENT_DECODER.decode(raw.decode())
    try:
        # Without an escape no text can hold NUL or half a surrogate pair.
        _check(value, DEEPEST, texts=b"\\u" in raw)
    except _Flaw as flaw:
        limit = MOST_MEMBERS if flaw.refusal is ObjectCrowded else DEEPEST
        raise flaw.refusal(pointer=pointer_to(tuple(reversed(flaw.path))), limit=limit) from None
    return value


def _check(value: Any, depth: int, *, texts: bool) -> None:
    if isinstance(value, dict | list):
        _check_inside(value, depth, texts=texts)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _Flaw(NumberOutOfRange)
    elif texts and isinstance(value, str):
        _check_text(value)


def _check_inside(value: dict[str, Any] | list[Any], depth: int, *, texts: bool) -> None:
    if depth == 0:
        raise _Flaw(NestedTooDeep)
    if isinstance(value, _Crowded):
        raise _Flaw(ObjectCrowded)
    if isinstance(value, _Repeated):
        flaw = _Flaw(MemberRepeated)
        flaw.path.append(value.name)
        raise flaw
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        try:
            if texts and isinstance(step, str):
                _check_text(step)
            _check(inner, depth - 1, texts=texts)
        except _Flaw as flaw:
            flaw.path.append(step)
            raise


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Flaw(TextUnstorable) from None
    if "\x00" in text:
        raise _Flaw(TextUnstorable)
