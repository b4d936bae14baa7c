"""The facts by the names that conditions use: `habits.orders`, `verification.phone.state`.

Names and types follow from the dataclasses of facts, so that a new fact can
be used the day it is gathered. A fact that is unknown has no value: a
condition that needs it is unknown too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from cel_expr_python import cel

from apps.rings.kinds import Kind
from apps.risk.counting import WINDOW_HOURS
from apps.risk.facts import (
    InstrumentRole,
    RefundFacts,
    RingFacts,
    SharedInstrument,
    VerificationFacts,
    VerificationKind,
    Window,
)

Getter = Callable[[Any], Any]


@dataclass(frozen=True)
class Variable:
    """A name of a condition. `value_in` returns the fact as CEL takes it, None when it is unknown."""

    type: cel.Type
    value_in: Callable[[RefundFacts], Any]


@dataclass(frozen=True)
class _Several:
    """A part of which there are several: the keys that tell them apart, and what one says that is not there."""

    keys: tuple[str, ...]
    key_of: Callable[[Any], str]
    missing: Mapping[str, Any]


_SEVERAL: dict[type, _Several] = {
    VerificationFacts: _Several(tuple(VerificationKind), lambda part: str(part.kind), {}),
    # Only those are listed that somebody else uses.
    SharedInstrument: _Several(tuple(InstrumentRole), lambda part: str(part.role), {"accounts": 0, "account_ids": ()}),
    # Several rings of one kind stand with the confirmed and surest first.
    RingFacts: _Several(tuple(Kind), lambda part: str(part.kind), {"score": 0, "is_confirmed": False}),
    Window: _Several(tuple(f"hours_{hours}" for hours in WINDOW_HOURS), lambda part: f"hours_{part.hours}", {}),
}

_SIMPLE: dict[type, cel.Type] = {
    bool: cel.Type.BOOL,
    int: cel.Type.INT,
    float: cel.Type.DOUBLE,
    str: cel.Type.STRING,
    datetime: cel.Type.TIMESTAMP,
}


@cache
def fact_variables() -> dict[str, Variable]:
    """Return each fact by its name."""
    return dict(_of_part(RefundFacts, "", lambda facts: facts))


def _of_part(part: Any, prefix: str, found: Getter, missing: Mapping[str, Any] | None = None) -> Iterator[Any]:
    hints = get_type_hints(part)
    for field in fields(part):
        default = (missing or {}).get(field.name)
        getter = _attribute(found, field.name, default)
        yield from _of_field(_bare(hints[field.name]), f"{prefix}{field.name}", getter)


def _of_field(kind: Any, name: str, found: Getter) -> Iterator[tuple[str, Variable]]:
    if is_dataclass(kind):
        yield from _of_part(kind, f"{name}.", found)
    elif get_origin(kind) is tuple:
        yield from _of_items(get_args(kind)[0], name, found)
    elif get_origin(kind) is dict:
        yield name, Variable(cel.Type.Map(cel.Type.STRING, _simple(get_args(kind)[1])), _plain_of(found))
    else:
        yield name, Variable(_simple(kind), _plain_of(found))


def _of_items(kind: Any, name: str, found: Getter) -> Iterator[tuple[str, Variable]]:
    several = _SEVERAL.get(kind)
    if several is not None:
        for key in several.keys:
            yield from _of_part(kind, f"{name}.{key}.", _one_of(found, key, several.key_of), several.missing)
    elif not is_dataclass(kind):
        yield name, Variable(cel.Type.List(_simple(kind)), _plain_of(found))


def _attribute(found: Getter, name: str, default: Any) -> Getter:
    def value_in(facts: Any) -> Any:
        part = found(facts)
        return default if part is None else getattr(part, name)

    return value_in


def _one_of(found: Getter, key: str, key_of: Callable[[Any], str]) -> Getter:
    def value_in(facts: Any) -> Any:
        return next((part for part in found(facts) or () if key_of(part) == key), None)

    return value_in


def _plain_of(found: Getter) -> Getter:
    return lambda facts: _plain(found(facts))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return value


def _simple(kind: Any) -> cel.Type:
    return cel.Type.STRING if issubclass(kind, Enum) else _SIMPLE[kind]


def _bare(kind: Any) -> Any:
    """Return the type without None, which means unknown and is no value."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    return kind
