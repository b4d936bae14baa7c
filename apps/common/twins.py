"""A record's twin: the same fields, as a structure that msgspec fills several times faster than pydantic.

For lines that come by the million. A twin takes less than its record does,
never more, as long as whoever uses it also looks at what a twin cannot: that
text holds no control characters and no member occurs twice (`is_plain`,
`says_it_once`), and what the functions in `CHECKED_ELSEWHERE` check. What a
twin does not take is read as a record, which also says what is wrong with it.
"""

import dataclasses
import re
import types
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import msgspec
from msgspec import UNSET, UnsetType
from pydantic import AfterValidator, Strict, StringConstraints, WithJsonSchema
from pydantic.fields import FieldInfo

from apps.common import records
from apps.common.records import Record

# Validators of records that a twin leaves to whoever uses it.
CHECKED_ELSEWHERE = (records.is_known_currency, records.plain_address, records.unique_ids)
_BY_THE_TEXT = (records.NO_CONTROLS, records.NO_NUL)
_ESCAPE = re.compile(rb"\\.")
_CONTROL_ESCAPE = re.compile(rb"\\(?:[bfnrt]|u00[0189][0-9a-fA-F]|u007[fF])")
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")


def is_plain(text: bytes) -> bool:
    """Tell whether JSON text has no control character in any string, as far as one can see without reading it."""
    return not (
        b"\x7f" in text
        or (b"\\" in text and _CONTROL_ESCAPE.search(text))
        or (b"\xc2" in text and _CONTROL.search(text))
    )


def says_it_once(text: bytes, twin: msgspec.Struct) -> bool:
    """Tell whether no member occurs twice in the text that the twin was read from.

    Of members that occur twice one is kept, so what the twin writes has fewer quotes.
    """
    return _quotes(text) == _quotes(msgspec.json.encode(twin))


def _quotes(text: bytes) -> int:
    return (_ESCAPE.sub(b"", text) if b"\\" in text else text).count(b'"')


@cache
def twin_of(record: type[Record], tag: str | None = None) -> type[msgspec.Struct]:
    """Return the record's twin; with a tag there has to be a member `type` that says so.

    What is left out is UNSET, which is false. Instants and choices are text.
    Raises TypeError for what has no counterpart.
    """
    fields = [_field(name, field) for name, field in record.model_fields.items()]
    if tag:
        # A tag of msgspec's own may be left out.
        fields.append(("type", Literal[tag]))
    return msgspec.defstruct(
        f"{record.__name__}Twin",
        # Fields without a default come first.
        sorted(fields, key=len),
        forbid_unknown_fields=True,
        # A twin leads to no cycle.
        gc=False,
    )


def _field(name: str, field: FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind = _type(field.annotation, field.metadata)
    return (name, kind) if field.is_required() else (name, Union[kind, UnsetType], UNSET)  # noqa: UP007 (a value)


def _type(annotation: Any, metadata: list[Any]) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _type(inner, [*more, *metadata])
    if origin in {Union, types.UnionType}:
        return Union[tuple(_type(each, metadata) for each in get_args(annotation))]  # noqa: UP007 (a value)
    if origin is list:
        kind: Any = list[_type(get_args(annotation)[0], [])]  # type: ignore[misc]  # made at run time
    elif isinstance(annotation, type) and issubclass(annotation, Record):
        kind = twin_of(annotation)
    elif annotation is datetime:
        # As text: it is read by `instant_read`, which knows what a record takes.
        return str
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        return Literal[tuple(member.value for member in annotation)]
    else:
        kind = annotation
    bounds = dict(_bounds(metadata)) if annotation is not type(None) else {}
    return Annotated[kind, msgspec.Meta(**bounds)] if bounds else kind


def _bounds(metadata: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what msgspec checks by itself."""
    for each in metadata:
        pattern = getattr(each, "pattern", None)
        match each:
            case annotated_types.Ge() | annotated_types.Le() | annotated_types.MinLen() | annotated_types.MaxLen():
                yield from dataclasses.asdict(each).items()
            case StringConstraints() | FieldInfo():
                yield from _bounds(list(each) if isinstance(each, StringConstraints) else each.metadata)
            case AfterValidator(func=func) if func in CHECKED_ELSEWHERE:
                pass
            case Strict() | WithJsonSchema():
                pass
            case _ if not pattern:
                raise TypeError(each)
            case _ if pattern not in _BY_THE_TEXT:
                yield "pattern", pattern
