"""Figures as tables of Markdown, to print and to put into docs/risk.md."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_CAUGHT = ("refunds", "reviewed", "held", "recalled", "in_ring", "either")


def tables(figures: dict[str, Any]) -> Iterator[str]:
    """Yield all lines."""
    yield "\nPlanted: shares of the refunds of each technique"
    yield from _table(
        ("", "refunds", "to review", "held", "recalled", "in a ring", "review, recall or ring"),
        _caught(figures["planted"]),
    )
    yield "\nLawful: shares of refunds that were stopped, and of refunds whose account is in any ring"
    yield from _table(
        ("", "refunds", "to review", "held", "recalled", "in a ring", "any"),
        _caught([*figures["lawful"], figures["lawful_without_minors"]]),
    )
    yield f"\nPrecision of review, minors' lane left out: {_percent(figures['review_precision'])}"
    first = figures["first_cases"]
    yield f"Days {first['days']}, cases a day {first['cases_a_day']}; precision among the first of a day, by score:"
    yield from _table(
        ("first", "precision"), [(str(n), _percent(first[f"precision_of_first_{n}"])) for n in (5, 10, 20, 50)]
    )
    yield "\nRings raised"
    yield from _table(
        ("kind", "rings", "right", "accounts", "planted"),
        [
            (
                row["name"],
                str(row["rings"]),
                _percent(row["right_rings"]),
                str(row["accounts"]),
                _percent(row["right_accounts"]),
            )
            for row in figures["rings"]
        ],
    )
    yield "\nPlanted groups of two accounts or more, and those that a ring of a fitting kind points at"
    yield from _table(
        ("group", "groups", "found", "accounts", "of them in a ring"),
        [
            (
                row["name"],
                str(row["groups"]),
                str(row["found"]),
                str(row["accounts"]),
                _percent(row["accounts_in_rings"]),
            )
            for row in figures["groups"]
        ],
    )


def _caught(rows: Iterable[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [(row["name"], str(row["refunds"]), *(_percent(row[name]) for name in _CAUGHT[1:])) for row in rows]


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
