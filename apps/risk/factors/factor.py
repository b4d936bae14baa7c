"""What a factor is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from apps.risk.facts import RefundFacts
from apps.risk.policy import Band, Care, FactorCode, Points, Policy


class RecordKind(StrEnum):
    """What kind of record was counted. Refund ids are ours, all others the client's own."""

    ACCOUNT = "account"
    ORDER = "order"
    LINE = "line"
    REFUND = "refund"


class Unit(StrEnum):
    """What `observed` and `threshold` are counted in."""

    PERCENT = "percent"
    MINUTES = "minutes"
    DAYS = "days"
    COUNT = "count"
    NONE = ""


@dataclass(frozen=True)
class Record:
    """One record that was counted."""

    kind: RecordKind
    id: str


Number = int | float | str | None


@dataclass(frozen=True)
class Factor:
    """One reason, with everything needed to say it in words and to check it.

    `rule` tells the ways apart in which one code arises. `window_hours` is 0
    where there is none. `base_rate` is the share of all accounts for which
    the factor holds, None until it is measured.
    """

    code: FactorCode
    rule: str
    points: int
    observed: float | None
    threshold: float | None
    unit: Unit
    window_hours: int
    numbers: dict[str, Number]
    records: tuple[Record, ...]
    base_rate: float | None = None


_ADAPTER = TypeAdapter(Factor)


def factor_document(factor: Factor) -> dict[str, Any]:
    """Return the factor as JSON holds it: its fields, records as {"kind", "id"}."""
    return _ADAPTER.dump_python(factor, mode="json")  # type: ignore[no-any-return]  # a dataclass dumps to a dict


def care_of(facts: RefundFacts, policy: Policy) -> Care:
    """Return how strictly the refund's category is looked at."""
    return policy.care[facts.category]


def reached(bands: Sequence[Band], value: float) -> Band | None:
    """Return the first band whose threshold the value reaches."""
    return next((band for band in bands if value >= band.threshold), None)


def weighs(points: Points, care: Care) -> int | None:
    """Return the points, None when they are none: a factor that weighs nothing is not shown as a reason."""
    return points.under(care) or None


def records(kind: RecordKind, ids: Sequence[str]) -> tuple[Record, ...]:
    """Return records of one kind."""
    return tuple(Record(kind, record_id) for record_id in ids)
