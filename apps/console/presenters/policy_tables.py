"""A policy as tables: its factors with thresholds and points, what levels lead to, and where cases go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.console import wording
from apps.marketplace.models import Category
from apps.risk.differences import differences, leaves
from apps.risk.flaws import path_words
from apps.risk.models import RiskLevel, RiskOutcome
from apps.risk.policy import Care, Policy
from apps.risk.sentences import factor_title

CARES = [care.value for care in Care]
_CARES: dict[str, str | Promise] = {
    Care.STRICT: pgettext_lazy("care", "strict"),
    Care.STANDARD: pgettext_lazy("care", "standard"),
    Care.LENIENT: pgettext_lazy("care", "lenient"),
}

Document = Mapping[str, Any]


@dataclass(frozen=True)
class PointsRow:
    """Points by care, and from what on: `at` is empty where there is no threshold."""

    what: str
    at: str
    points: list[int]


@dataclass(frozen=True)
class FactorTable:
    """One factor of the policy, by the names that its document has."""

    code: str
    title: str
    is_enabled: bool
    when: str
    rows: list[PointsRow]
    others: list[tuple[str, str]]


@dataclass(frozen=True)
class ChangeRow:
    """One value that another version has otherwise."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class PolicyTables:
    """The whole policy."""

    cares: list[str]
    care: list[tuple[str, str]]
    factors: list[FactorTable]
    levels: list[tuple[str, int]]
    consequences: list[tuple[str, str, str, int]]
    holds: list[tuple[str, int]]
    queues: list[tuple[str, str]]
    second_review: list[tuple[str, str]]
    others: list[tuple[str, str]]


def policy_tables(policy: Policy) -> PolicyTables:
    """Write a policy out."""
    document = policy.model_dump(mode="json", exclude_none=True)
    return PolicyTables(
        cares=[str(_CARES[care]) for care in CARES],
        care=[(str(Category(category).label), str(_CARES[care])) for category, care in document["care"].items()],
        factors=[_factor(code, section) for code, section in document["factors"].items()],
        levels=[(str(RiskLevel(level).label), score) for level, score in document["levels"].items()],
        consequences=[
            (
                str(_CARES[care]),
                str(RiskLevel(level).label),
                str(RiskOutcome(consequence["outcome"]).label),
                consequence["hold_hours"],
            )
            for care, levels in document["consequences"].items()
            for level, consequence in levels.items()
        ],
        holds=[(rule["when"] or _("always"), rule["hours"]) for rule in document["holds"]],
        queues=[(rule["when"] or _("always"), rule["queue"]) for rule in document["queues"]],
        second_review=[(rule["when"] or _("always"), rule["reason"]) for rule in document["second_review"]],
        others=[
            (path_words(path), str(value))
            for name in ("circumstances", "minors", "hold_bounds")
            for path, value in leaves(document[name], (name,))
        ],
    )


def change_rows(before: Policy, after: Policy) -> list[ChangeRow]:
    """Say what `after` has otherwise than `before`."""
    documents = [policy.model_dump(mode="json", exclude_none=True) for policy in (before, after)]
    return [
        ChangeRow(path_words(each.path), _value(each.before), _value(each.after)) for each in differences(*documents)
    ]


def _value(value: object) -> str:
    return "–" if value is None or value == "" else str(value)


def _factor(code: str, section: Document) -> FactorTable:
    rows: list[PointsRow] = []
    others: list[tuple[str, str]] = []
    for name, value in section.items():
        if name in ("enabled", "when"):
            continue
        if not _collect(name, value, rows):
            others += [(path_words(path), str(leaf)) for path, leaf in leaves(value, (name,))]
    return FactorTable(
        code=code,
        title=factor_title(code, wording.active_language()),
        is_enabled=section["enabled"],
        when=section["when"],
        rows=rows,
        others=others,
    )


def _collect(name: str, value: Any, rows: list[PointsRow]) -> bool:
    """Take a part apart that holds points; returns whether it did."""
    if isinstance(value, Mapping) and set(value) == set(CARES):
        rows.append(PointsRow(name, "", [value[care] for care in CARES]))
        return True
    if isinstance(value, Sequence) and value and all(isinstance(band, Mapping) and "points" in band for band in value):
        for band in value:
            at = ", ".join(_at(part, number) for part, number in band.items() if part != "points")
            rows.append(PointsRow(name, at, [band["points"][care] for care in CARES]))
        return True
    if isinstance(value, Mapping) and value and all(_is_points(part) for part in value.values()):
        for part, points in value.items():
            rows.append(PointsRow(f"{name}.{part}", "", [points[care] for care in CARES]))
        return True
    return False


def _at(part: str, number: int) -> str:
    return str(number) if part == "threshold" else f"{part} {number}"


def _is_points(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == set(CARES)
