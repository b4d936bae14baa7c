"""What clients send: the base of all records, the types their fields share, and what is wrong with one.

Records are checked from Python objects (`model_validate`) and from JSON text
(`model_validate_json`) alike. Nothing is coerced: a number in quotes is not a number.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from apps.common.money import LARGEST_AMOUNT, is_currency

# RFC 3339 with an offset that PostgreSQL reads too; the years that trade on the internet can have.
INSTANT = (
    r"^(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])$"
)
NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$"
NO_NUL = r"^[^\x00]*$"
TAIL = r"^[0-9A-Za-z]{1,4}$"
CURRENCY = r"^[A-Z]{3}$"
_INSTANT_FORM = re.compile(INSTANT)
# Where a field may have one of two shapes, pydantic puts the name of the chosen one into the path.
CHOSEN_SHAPE = "\x00shape:"


class Record(BaseModel):
    """Base: unknown fields are refused, types are strict, a checked record does not change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class _Instant:
    """A string first, then an instant: pydantic alone would also read unix numbers in quotes."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema(
            [
                core_schema.str_schema(pattern=INSTANT, strict=True),
                core_schema.datetime_schema(strict=False, tz_constraint="aware"),
            ]
        )


def is_known_currency(code: str) -> str:
    """Return the code of a currency that amounts can be stated in. Raises PydanticCustomError."""
    if not is_currency(code):
        raise PydanticCustomError("currency", "not a currency")
    return code


@lru_cache(maxsize=4096)
def plain_address(text: str) -> str:
    """Return an address in its one form. Raises PydanticCustomError."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise PydanticCustomError("address", "not an address") from None
    # A zone (fe80::1%eth0) means something on the sender's machine only.
    if "%" in text:
        raise PydanticCustomError("address", "address with a zone")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


@lru_cache(maxsize=16_384)
def instant_read(text: str) -> datetime:
    """Read what the type `Instant` takes. Raises ValueError."""
    if not _INSTANT_FORM.match(text):
        raise ValueError
    return datetime.fromisoformat(text.upper())


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=NO_CONTROLS)]
Instant = Annotated[datetime, _Instant, WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT})]
Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
PositiveAmount = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
CurrencyCode = Annotated[str, StringConstraints(pattern=CURRENCY), AfterValidator(is_known_currency)]
IpAddress = Annotated[
    str,
    StringConstraints(min_length=2, max_length=45, pattern=NO_CONTROLS),
    AfterValidator(plain_address),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
]
Tail = Annotated[str, StringConstraints(pattern=TAIL)]
Name = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
ShortText = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]


class HasId(Protocol):
    """Something that its neighbours must not share the id with."""

    @property
    def id(self) -> str: ...


Items = TypeVar("Items", bound=Sequence[HasId])


def unique_ids(items: Items) -> Items:
    """Return the items, no two of which have one id. Raises PydanticCustomError."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.id in seen:
            raise PydanticCustomError("duplicate_id", "used twice", {"at": [index, "id"]})
        seen.add(item.id)
    return items


UniqueIds = AfterValidator(unique_ids)


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong: `pointer` is a JSON Pointer into the body, `detail` is in the active language."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True)
class _Wording:
    code: str
    sentence: str | Promise


_INSTANT = _Wording("instant", _("Must be an RFC 3339 instant with an offset, from 1970 to 2099."))
_CURRENCY = _Wording("currency", _("Must be the ISO 4217 code of a currency, such as CNY."))
_CHOICE = _Wording("choice", _("Must be one of: {choices}."))
_TEXT = _Wording("text", _("Must be text that UTF-8 can carry, without NUL."))
_AT_LEAST = _Wording("too_small", _("Must be at least {bound}."))
_AT_MOST = _Wording("too_large", _("Must be at most {bound}."))
_INTEGER = _Wording("integer_expected", _("Must be a whole number."))
_OBJECT = _Wording("object_expected", _("Must be an object."))
_INVALID = _Wording("invalid", _("This value is not accepted."))

_BY_TYPE: Mapping[str, _Wording] = {
    "missing": _Wording("required", _("This field is required.")),
    "extra_forbidden": _Wording("unknown_field", _("There is no such field.")),
    "invalid_key": _Wording("unknown_field", _("There is no such field.")),
    "json_invalid": _Wording("malformed", _("Must be well-formed JSON in UTF-8.")),
    "string_type": _Wording("string_expected", _("Must be a string.")),
    "string_unicode": _TEXT,
    "string_too_short": _Wording("too_short", _("Must have {bound} or more characters.")),
    "string_too_long": _Wording("too_long", _("Must have no more than {bound} characters.")),
    "int_type": _INTEGER,
    "int_from_float": _INTEGER,
    "int_parsing": _INTEGER,
    "int_parsing_size": _INTEGER,
    "bool_type": _Wording("boolean_expected", _("Must be true or false.")),
    "list_type": _Wording("array_expected", _("Must be an array.")),
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "greater_than": _Wording("too_small", _("Must be more than {bound}.")),
    "greater_than_equal": _AT_LEAST,
    "less_than_equal": _AT_MOST,
    "too_short": _Wording("too_few", _("Must have {bound} or more items.")),
    "too_long": _Wording("too_many", _("Must have no more than {bound} items.")),
    "currency": _CURRENCY,
    "address": _Wording("address", _("Must be an IPv4 or IPv6 address.")),
    "duplicate_id": _Wording("duplicate_id", _("This id is used twice.")),
    "lines_sum": _Wording("lines_sum", _("The lines do not sum to this amount.")),
}
_BY_PATTERN: Mapping[str, _Wording] = {
    INSTANT: _INSTANT,
    CURRENCY: _CURRENCY,
    NO_CONTROLS: _Wording("control_character", _("Must not contain control characters.")),
    NO_NUL: _TEXT,
    TAIL: _Wording("last4", _("Must be the last one to four letters or digits.")),
}
_BOUNDS = ("gt", "ge", "le", "min_length", "max_length")


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Return everything that is wrong, in the order of the record's fields, in the active language."""
    return [_problem(found) for found in error.errors(include_url=False, include_input=False)]


def pointer_to(path: tuple[int | str, ...]) -> str:
    """Write a path as a JSON Pointer (RFC 6901) that UTF-8 can carry."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    return "".join(f"/{step}" for step in steps).encode("utf-8", "replace").decode()


def _problem(found: ErrorDetails) -> FieldProblem:
    context = found.get("ctx", {})
    wording = _wording(found["type"], context)
    path = tuple(step for step in found["loc"] if not str(step).startswith(CHOSEN_SHAPE))
    detail = str(wording.sentence)
    return FieldProblem(pointer_to(path + tuple(context.get("at", ()))), wording.code, detail.format(**_facts(context)))


def _wording(kind: str, context: Mapping[str, Any]) -> _Wording:
    if kind == "string_pattern_mismatch":
        return _BY_PATTERN.get(context["pattern"], _INVALID)
    if kind.startswith(("datetime", "timezone")):
        return _INSTANT
    return _BY_TYPE.get(kind, _INVALID)


def _facts(context: Mapping[str, Any]) -> dict[str, str]:
    bound = next((context[name] for name in _BOUNDS if name in context), "")
    # pydantic writes the choices as an English enumeration: 'a', 'b' or 'c'.
    return {"bound": str(bound), "choices": ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))}
