"""What a factor is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from apps.risk.policy import Band, Care, FactorCode, Points


class RecordKind(StrEnum):
    """What kind of record was counted. The ids of refunds and rings are ours, all others the client's own."""

    ACCOUNT = "account"
    ORDER = "order"
    LINE = "line"
    REFUND = "refund"
    RING = "ring"


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


class Unweighed(StrEnum):
    """The rules of factors that could not be weighed: they have no points, which is not to say that they weigh none."""

    # What the factor needs to know was not told.
    UNKNOWN = "unknown"
    # Working it out raised an exception, so that a person has to look.
    FAILED = "failed"


Number = int | float | str | None


@dataclass(frozen=True)
class Factor:
    """One reason, with everything needed to say it in words and to check it.

    `rule` tells the ways apart in which one code arises. `window_hours` is 0
    where there is none. `base_rate` is the share of all accounts that show at
    least as much, measured on `base_accounts` of them; None until it is measured.
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
    base_accounts: int | None = None

    @property
    def is_failed(self) -> bool:
        """Whether working the factor out raised an exception."""
        return self.rule == Unweighed.FAILED


def factor_document(factor: Factor) -> dict[str, Any]:
    """Return the factor as JSON holds it: its fields, records as {"kind", "id"}."""
    written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(factor))
    return written


def reached(bands: Sequence[Band], value: float) -> Band | None:
    """Return the first band whose threshold the value reaches."""
    return next((band for band in bands if value >= band.threshold), None)


class Hit(NamedTuple):
    """A band that was reached: what it asks for at least (or at most), and its points."""

    threshold: int
    points: int


def hit_of(bands: Sequence[Band], value: float, care: Care) -> Hit | None:
    """Return the first band whose threshold the value reaches; None when there is none or it weighs nothing."""
    return earned(reached(bands, value), care)


def earned(band: Band | None, care: Care) -> Hit | None:
    """Return a band with its points; None when there is none or it weighs nothing."""
    points = weighs(band.points, care) if band is not None else None
    return Hit(band.threshold, points) if band is not None and points is not None else None


def weighs(points: Points, care: Care) -> int | None:
    """Return the points, None when they are none: a factor that weighs nothing is not shown as a reason."""
    return points.under(care) or None


def records(kind: RecordKind, ids: Sequence[str]) -> tuple[Record, ...]:
    """Return records of one kind."""
    return tuple(Record(kind, record_id) for record_id in ids)


def unknown(code: FactorCode, fact: str) -> Factor:
    """Return that a factor cannot be told, as this fact (`payment.minutes_since`) is unknown."""
    return _unweighed(code, Unweighed.UNKNOWN, {"fact": fact})


def failed(code: FactorCode, error: Exception) -> Factor:
    """Return that working a factor out failed. Of the error only its class is kept: its text may hold what was paid."""
    return _unweighed(code, Unweighed.FAILED, {"error": type(error).__name__})


def _unweighed(code: FactorCode, rule: Unweighed, numbers: dict[str, Number]) -> Factor:
    return Factor(
        code=code,
        rule=rule.value,
        points=0,
        observed=None,
        threshold=None,
        unit=Unit.NONE,
        window_hours=0,
        numbers=numbers,
        records=(),
    )
