"""Counting what was seen. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from tests.measure.seen import Seen, SeenRefund, SeenRing, Truth
from tests.planted.things import Technique

# Which kinds of ring would be right about which technique.
FITTING: dict[str, frozenset[str]] = {
    Technique.TRADE_CHAIN: frozenset({"self_dealing", "dense_block", "shared_identity", "cycle", "fan_out"}),
    Technique.CIRCULAR_REFUND: frozenset({"shared_identity", "dense_block"}),
    Technique.PAYMENT_LOOP: frozenset({"cycle", "fan_in", "fan_out", "pass_through", "shared_identity"}),
}
FIRST = 50
# Purchases by minors come before a person whatever they score: a lane of their own, and no suspicion.
MINORS = "minor"


@dataclass(frozen=True)
class Caught:
    """Of the refunds of one sort: how many, and the shares of which something came."""

    name: str
    refunds: int
    reviewed: float
    held: float
    recalled: float
    in_ring: float
    either: float


@dataclass(frozen=True)
class RingsRaised:
    """Of the rings of one kind: shares of rings, and of accounts in them, that belong to a technique."""

    name: str
    rings: int
    accounts: int
    right_rings: float
    right_accounts: float


@dataclass(frozen=True)
class GroupsFound:
    """Of the planted groups of one sort with two accounts or more: how many, how many a fitting ring points at."""

    name: str
    groups: int
    found: int
    accounts: int
    accounts_in_rings: float


def share(part: int, whole: int) -> float:
    """Return a share to four digits, 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def caught(name: str, worlds: Sequence[Seen], is_meant: Callable[[Truth], bool]) -> Caught:
    """Count the refunds that are meant."""
    rows = [(one, _is_in_ring(one, seen)) for seen in worlds for one in seen.refunds if is_meant(one.truth)]
    return Caught(
        name,
        len(rows),
        share(sum(refund.outcome == "review" for refund, _ring in rows), len(rows)),
        share(sum(refund.outcome == "hold" for refund, _ring in rows), len(rows)),
        share(sum(refund.is_recalled for refund, _ring in rows), len(rows)),
        share(sum(ring for _refund, ring in rows), len(rows)),
        share(sum(refund.met_a_person or ring for refund, ring in rows), len(rows)),
    )


def _is_in_ring(refund: SeenRefund, seen: Seen) -> bool:
    fitting = FITTING.get(refund.truth.technique)
    return any(refund.account in ring.accounts for ring in seen.rings if fitting is None or ring.kind in fitting)


def by_sort(worlds: Sequence[Seen], *, planted: bool) -> list[Caught]:
    """Count each technique and each of its variations, or each kind of lawful people."""
    truths = {one.truth for seen in worlds for one in seen.refunds if one.truth.is_planted is planted}
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for truth in truths:
        kinds[truth.technique].add(truth.kind)
    rows = []
    for technique in sorted(kinds):
        rows.append(caught(technique, worlds, partial(_is_of, technique, None)))
        rows += [caught(f"  {kind}", worlds, partial(_is_of, technique, kind)) for kind in sorted(kinds[technique])]
    return rows


def _is_of(technique: str, kind: str | None, truth: Truth) -> bool:
    return truth.technique == technique and kind in (None, truth.kind)


def review_precision(worlds: Sequence[Seen]) -> float:
    """Return the share of planted ones among all refunds that were sent to review, minors' lane left out."""
    sent = [one for seen in worlds for one in seen.refunds if one.outcome == "review" and one.truth.kind != MINORS]
    return share(sum(one.truth.is_planted for one in sent), len(sent))


def first_cases(worlds: Sequence[Seen]) -> dict[str, Any]:
    """Return what the first cases of each day are, the highest score first; minors have a lane of their own."""
    days: defaultdict[tuple[int, int], list[SeenRefund]] = defaultdict(list)
    for seen in worlds:
        for refund in seen.refunds:
            if refund.outcome == "review" and refund.truth.kind != MINORS:
                days[seen.seed, refund.day].append(refund)
    figures: dict[str, Any] = {
        "days": len(days),
        "cases_a_day": round(sum(map(len, days.values())) / max(len(days), 1), 1),
    }
    for first in (5, 10, 20, FIRST):
        tops = [refund for cases in days.values() for refund in sorted(cases, key=_by_score)[:first]]
        figures[f"precision_of_first_{first}"] = share(sum(one.truth.is_planted for one in tops), len(tops))
    return figures


def _by_score(refund: SeenRefund) -> tuple[int, str]:
    return -refund.score, refund.reference


def rings_by_kind(worlds: Sequence[Seen]) -> list[RingsRaised]:
    """Count the rings of each kind; a ring is right when half of its accounts belong to a technique."""
    by_kind: defaultdict[str, list[tuple[SeenRing, int]]] = defaultdict(list)
    for seen in worlds:
        for ring in seen.rings:
            by_kind[ring.kind].append((ring, sum(seen.accounts[one].is_planted for one in ring.accounts)))
    return [_raised(kind, rings) for kind, rings in sorted(by_kind.items())]


def _raised(kind: str, rings: Sequence[tuple[SeenRing, int]]) -> RingsRaised:
    accounts = sum(len(ring.accounts) for ring, _right in rings)
    right = sum(2 * right >= len(ring.accounts) for ring, right in rings)
    in_right = sum(right for _ring, right in rings)
    return RingsRaised(kind, len(rings), accounts, share(right, len(rings)), share(in_right, accounts))


def groups_found(worlds: Sequence[Seen]) -> list[GroupsFound]:
    """Count the planted groups that a ring of a fitting kind points at: it holds two of their accounts or more."""
    found: defaultdict[str, list[tuple[bool, int, int]]] = defaultdict(list)
    for seen in worlds:
        for (technique, kind), members in _groups(seen):
            fitting = [ring.accounts & members for ring in seen.rings if ring.kind in FITTING[technique]]
            inside = set().union(*fitting) if fitting else set()
            is_found = any(len(part) >= 2 for part in fitting)
            found[f"{technique}: {kind}"].append((is_found, len(members), len(inside)))
    return [
        GroupsFound(
            name,
            len(rows),
            sum(is_found for is_found, _members, _inside in rows),
            sum(members for _found, members, _inside in rows),
            share(sum(inside for _found, _members, inside in rows), sum(members for _found, members, _inside in rows)),
        )
        for name, rows in sorted(found.items())
    ]


def _groups(seen: Seen) -> Iterable[tuple[tuple[str, str], frozenset[str]]]:
    groups: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for account, truth in seen.accounts.items():
        if truth.is_planted:
            groups[truth.technique, truth.kind, truth.group].add(account)
    return (((technique, kind), frozenset(rows)) for (technique, kind, _), rows in groups.items() if len(rows) > 1)


def figures_of(worlds: Sequence[Seen]) -> dict[str, Any]:
    """Return all figures, JSON-ready."""
    return {
        "planted": [asdict(row) for row in by_sort(worlds, planted=True)],
        "lawful": [asdict(row) for row in by_sort(worlds, planted=False)],
        "lawful_without_minors": asdict(
            caught("lawful, minors left out", worlds, lambda truth: not truth.is_planted and truth.kind != MINORS)
        ),
        "review_precision": review_precision(worlds),
        "first_cases": first_cases(worlds),
        "rings": [asdict(row) for row in rings_by_kind(worlds)],
        "groups": [asdict(row) for row in groups_found(worlds)],
    }
