"""Rings in what moves between accounts: circles, fans, and money that is handed on at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from apps.rings.chance import how_many_to_raise, raised_by_surprise
from apps.rings.cycles import find_cycles
from apps.rings.fans import (
    FEWEST,
    REFUNDS_WITHIN_DAYS,
    TRANSFERS_WITHIN_DAYS,
    Fan,
    find_fans,
    first_of_each_pair,
    single_transfers,
)
from apps.rings.findings import Finding
from apps.rings.hops import Hop, OneWay, RecordKind, one_way
from apps.rings.kinds import Kind, Role
from apps.rings.passing import Passing, find_passing
from apps.rings.tails import chances_among

MONEY_KINDS = frozenset({Kind.CYCLE, Kind.FAN_IN, Kind.FAN_OUT, Kind.PASS_THROUGH})


@dataclass(frozen=True)
class Searched:
    """What a search found, and whether it came to its end."""

    findings: list[Finding]
    is_whole: bool = True


def money_in(hops: Sequence[Hop], currency: str, kinds: Collection[Kind]) -> Searched:
    """Return what chance does not explain among the movements of one currency."""
    findings: list[Finding] = []
    is_whole = True
    passing = one_way(hops)
    if Kind.CYCLE in kinds:
        circles = cycles_in(passing, currency)
        findings, is_whole = circles.findings, circles.is_whole
    # Shops are paid by many and pay their suppliers: that is what a shop is, and monitors watch it.
    of_people = [hop for hop in hops if hop.kind is not RecordKind.ORDER]
    transfers = one_way(hop for hop in of_people if hop.kind is RecordKind.TRANSFER)
    refunds = first_of_each_pair(hop for hop in of_people if hop.kind is RecordKind.REFUND)
    if Kind.FAN_IN in kinds:
        findings += _fans(single_transfers(transfers), currency, Kind.FAN_IN, TRANSFERS_WITHIN_DAYS)
        findings += _fans(refunds, currency, Kind.FAN_IN, REFUNDS_WITHIN_DAYS)
    if Kind.FAN_OUT in kinds:
        findings += _fans(single_transfers(transfers), currency, Kind.FAN_OUT, TRANSFERS_WITHIN_DAYS)
    if Kind.PASS_THROUGH in kinds:
        findings += _passing(one_way(of_people), currency)
    return Searched(findings, is_whole)


def cycles_in(passing: OneWay, currency: str) -> Searched:
    """Return the money cycles that chance does not explain."""
    search = find_cycles(passing)
    chances = raised_by_surprise([found.surprise for found in search.found], _surprises_of_cycles, passing)
    return Searched(
        [
            Finding(
                Kind.CYCLE,
                dict.fromkeys(found.members, Role.PASSES_ON),
                chance,
                currency,
                # The same money goes from hand to hand.
                amount=max(hop.amount for hop in found.hops),
                path=found.hops,
                rounds=found.rounds,
                figures={"surprise": round(found.surprise, 2)},
            )
            for found, chance in zip(search.found, chances, strict=False)
        ],
        search.is_whole,
    )


def _surprises_of_cycles(decoy: OneWay) -> list[float]:
    return [found.surprise for found in find_cycles(decoy).found]


def _fans(hops: Sequence[Hop], currency: str, kind: Kind, within_days: int) -> list[Finding]:
    fans = find_fans(hops, into=kind is Kind.FAN_IN, within_days=within_days)
    accounts = {party for hop in hops for party in (hop.source, hop.target)}
    chances = chances_among([fan.surprise for fan in fans], len(accounts))
    raised = how_many_to_raise(chances)
    return [
        _fan(fan, chance, currency, kind)
        for fan, chance in zip(fans[:raised], chances[:raised], strict=True)
        if len(fan.hops) >= FEWEST
    ]


def _fan(fan: Fan, chance: float, currency: str, kind: Kind) -> Finding:
    into = kind is Kind.FAN_IN
    others = {hop.source if into else hop.target: Role.PAYS if into else Role.RECEIVES for hop in fan.hops}
    return Finding(
        kind,
        {**others, fan.centre: Role.COLLECTS if into else Role.SPREADS},
        chance,
        currency,
        amount=sum(hop.amount for hop in fan.hops),
        path=fan.hops,
        figures={"counterparties": len(fan.hops), "surprise": round(fan.surprise, 2)},
    )


def _passing(passing: OneWay, currency: str) -> list[Finding]:
    found = find_passing(passing)
    chances = raised_by_surprise([each.surprise for each in found], _surprises_of_passing, passing)
    return [_passed(each, chance, currency) for each, chance in zip(found, chances, strict=False)]


def _surprises_of_passing(decoy: OneWay) -> list[float]:
    return [each.surprise for each in find_passing(decoy)]


def _passed(found: Passing, chance: float, currency: str) -> Finding:
    coming = [hop for hop in found.hops if hop.target == found.account]
    roles = {hop.target: Role.RECEIVES for hop in found.hops} | {hop.source: Role.PAYS for hop in coming}
    return Finding(
        Kind.PASS_THROUGH,
        {**roles, found.account: Role.PASSES_ON},
        chance,
        currency,
        amount=sum(hop.amount for hop in coming),
        path=found.hops,
        figures={"passed_on": found.passed, "share": round(found.share, 3), "surprise": round(found.surprise, 2)},
    )
