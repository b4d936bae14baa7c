"""Risk factors as the pages show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from apps.console import wording
from apps.console.presenters.case_page import FactorRow, RecordLink
from apps.risk.factors import Unweighed
from apps.risk.sentences import factor_sentence, factor_title, factor_words

STRONGEST = 2
RECORDS_SHOWN = 8
HEAVY_POINTS = 20
NOTABLE_POINTS = 10

UNWEIGHED_RULES = frozenset(Unweighed)

Document = Mapping[str, Any]


def strongest(factors: Sequence[Document]) -> list[str]:
    """Return the names of the two factors that weigh most against the refund."""
    weighed = [factor for factor in _against(factors) if factor["rule"] != Unweighed.FAILED]
    return [factor_title(factor["code"], wording.active_language()) for factor in weighed[:STRONGEST]]


def strongest_sentence(factors: Sequence[Document]) -> str:
    """Return the sentence of the factor that weighs most, of one that failed when none does, empty without either."""
    against = _against(factors)
    return factor_sentence(against[0], wording.active_language()) if against else ""


def factor_rows(factors: Sequence[Document]) -> list[FactorRow]:
    """Return every factor, the heaviest first, those in the customer's favour last."""
    ordered = sorted(factors, key=lambda factor: -factor["points"])
    heaviest = max((abs(factor["points"]) for factor in ordered), default=0) or 1
    return [_row(factor, heaviest) for factor in ordered]


def points_words(factor: Document) -> str:
    """Return the points with their sign; a dash where nothing could be weighed, which is not the same as nothing."""
    points = factor["points"]
    if points:
        return f"+{points}" if points > 0 else f"−{-points}"
    return "–" if factor["rule"] in UNWEIGHED_RULES else "0"


def _against(factors: Sequence[Document]) -> list[Document]:
    against = [factor for factor in factors if factor["points"] >= 0 and factor["rule"] != Unweighed.UNKNOWN]
    return sorted(against, key=lambda factor: -factor["points"])


def _row(factor: Document, heaviest: int) -> FactorRow:
    words = factor_words(factor, wording.active_language())
    points = factor["points"]
    records = [_record(record) for record in factor["records"][:RECORDS_SHOWN]]
    base_rate = factor.get("base_rate")
    return FactorRow(
        code=factor["code"],
        title=words.title,
        points=points_words(factor),
        share=round(100 * abs(points) / heaviest),
        tone=_tone(points),
        observed=words.observed,
        sentence=words.sentence,
        threshold=words.threshold,
        window=words.window,
        innocent=words.innocent,
        base_rate=wording.base_rate_words(base_rate, factor.get("base_accounts")) if base_rate is not None else "",
        records=records,
        records_more=len(factor["records"]) - len(records),
    )


def _tone(points: int) -> str:
    if points < 0:
        return "good"
    return "bad" if points >= HEAVY_POINTS else "warn" if points >= NOTABLE_POINTS else ""


def _record(record: Mapping[str, str]) -> RecordLink:
    """Refunds and rings are ours and have a page; the client's ids of accounts and orders lead to a search."""
    kind, identifier = record["kind"], record["id"]
    if kind == "refund":
        return RecordLink(wording.shortened(identifier), reverse("console:refund", args=[identifier]))
    if kind in ("account", "order"):
        return RecordLink(wording.shortened(identifier), wording.search_address(identifier))
    if kind == "ring":
        return RecordLink(wording.shortened(identifier), reverse("console:ring", args=[identifier]))
    return RecordLink(wording.line_name(identifier), "")
