"""What has changed since a refund was weighed. Pure: from factors then and factors now to the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.risk.factors import Factor, Unit, Unweighed, factor_document
from apps.risk.policy import FactorCode, Level

# What these say of the moment of the request stays as it was, however much later somebody looks.
OF_THE_MOMENT = frozenset({FactorCode.BURST, FactorCode.FAST_REFUND, FactorCode.NEW_ACCOUNT})

_UNWEIGHED = frozenset(Unweighed)

Document = Mapping[str, Any]


@dataclass(frozen=True)
class FactorChange:
    """One code whose factor came (`before` is None), went (`after` is None), or says something else now."""

    code: str
    before: Document | None
    after: Document | None

    @property
    def points(self) -> int:
        """Return by how much it speaks more against the refund now."""
        return _points(self.after) - _points(self.before)


@dataclass(frozen=True)
class Changes:
    """The difference, by the policy that the refund was weighed with; the weightiest change first."""

    score_before: int
    score_after: int
    level_before: str
    level_after: Level
    factors: tuple[FactorChange, ...]


def heavier(then: Sequence[Factor], now: Sequence[Factor]) -> list[Factor]:
    """Return, of each code, the factor that speaks more against the refund.

    `then` are worked out as of the request with what is known today, `now` as
    of today: what was asked for since counts, and nothing is forgotten only
    because its window has moved on.
    """
    found: dict[FactorCode, Factor] = {}
    for factor in (*then, *(factor for factor in now if factor.code not in OF_THE_MOMENT)):
        known = found.get(factor.code)
        if known is None or _weight(factor) > _weight(known):
            found[factor.code] = factor
    return sorted(found.values(), key=lambda factor: (-factor.points, factor.code))


def factor_changes(before: Sequence[Document], after: Sequence[Factor]) -> tuple[FactorChange, ...]:
    """Compare factors as an assessment holds them with those worked out anew."""
    old = {factor["code"]: factor for factor in before}
    new = {factor.code.value: factor_document(factor) for factor in after}
    changes = [
        FactorChange(code, old.get(code), new.get(code))
        for code in sorted(old.keys() | new.keys())
        if _differ(old.get(code), new.get(code))
    ]
    return tuple(sorted(changes, key=lambda change: (-abs(change.points), change.code)))


def _weight(factor: Factor) -> tuple[bool, int]:
    return factor.rule not in _UNWEIGHED, factor.points


def _points(factor: Document | None) -> int:
    points: int = factor["points"] if factor is not None else 0
    return points


def _differ(before: Document | None, after: Document | None) -> bool:
    """Tell whether a person would want to know: a share that moved within its band is the same finding."""
    if before is None or after is None:
        # What was never weighed and is not worth a word now has not changed.
        return any(one is not None and one["rule"] != Unweighed.UNKNOWN for one in (before, after))
    names = ["rule", "points"] + (["observed"] if before["unit"] == Unit.COUNT else [])
    return any(before[name] != after[name] for name in names)
