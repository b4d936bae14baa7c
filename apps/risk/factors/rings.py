"""Membership of rings: one factor a kind, of the ring that weighs most."""

from typing import Any

from apps.rings.kinds import AT_THE_EDGE, Kind
from apps.risk.factors.factor import Factor, Record, RecordKind, Unit, weighs
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts, RingFacts
from apps.risk.policy import Care, FactorCode, Points
from apps.risk.policy.links import DenseBlock, FanIn, FanOut, MoneyCycle, PassThrough, RingPoints

CODE_OF_KIND = {
    Kind.CYCLE: FactorCode.MONEY_CYCLE,
    Kind.FAN_IN: FactorCode.FAN_IN,
    Kind.FAN_OUT: FactorCode.FAN_OUT,
    Kind.PASS_THROUGH: FactorCode.PASS_THROUGH,
    Kind.DENSE_BLOCK: FactorCode.DENSE_BLOCK,
    Kind.SHARED_IDENTITY: FactorCode.SHARED_IDENTITY,
    Kind.SELF_DEALING: FactorCode.SHOP_BUYER_LINK,
}


def ring_factor(facts: RefundFacts, kind: Kind, settings: RingPoints, care: Care) -> Factor | None:
    """Return the factor of the ring of one kind that weighs most."""
    found = [
        (points, ring)
        for ring in facts.rings or ()
        if ring.kind is kind and (points := weighs(_points(ring, settings), care)) is not None
    ]
    if not found:
        return None
    points, ring = max(found, key=lambda pair: pair[0])
    return Factor(
        code=CODE_OF_KIND[kind],
        rule=_rule(ring),
        points=points,
        observed=ring.score,
        threshold=None,
        unit=Unit.NONE,
        window_hours=0,
        numbers={"ring": kind.value, "role": ring.role.value},
        records=(Record(RecordKind.RING, ring.id),),
    )


def is_edge(ring: RingFacts) -> bool:
    """Tell whether the buyer is no more than touched by the ring."""
    return ring.is_through_shop or ring.role in AT_THE_EDGE


def _points(ring: RingFacts, settings: RingPoints) -> Points:
    if ring.is_confirmed:
        return settings.suspected if is_edge(ring) else settings.confirmed
    return settings.edge if is_edge(ring) else settings.suspected


def _rule(ring: RingFacts) -> str:
    if is_edge(ring):
        return "ring_edge_confirmed" if ring.is_confirmed else "ring_edge"
    return "ring_confirmed" if ring.is_confirmed else "ring"


def money_cycle(facts: RefundFacts, settings: MoneyCycle, care: Care) -> Factor | None:
    """In a circle of money."""
    return ring_factor(facts, Kind.CYCLE, settings.ring, care)


def fan_in(facts: RefundFacts, settings: FanIn, care: Care) -> Factor | None:
    """In a fan-in."""
    return ring_factor(facts, Kind.FAN_IN, settings.ring, care)


def fan_out(facts: RefundFacts, settings: FanOut, care: Care) -> Factor | None:
    """In a fan-out."""
    return ring_factor(facts, Kind.FAN_OUT, settings.ring, care)


def pass_through(facts: RefundFacts, settings: PassThrough, care: Care) -> Factor | None:
    """Passes on what comes in."""
    return ring_factor(facts, Kind.PASS_THROUGH, settings.ring, care)


def dense_block(facts: RefundFacts, settings: DenseBlock, care: Care) -> Factor | None:
    """In a dense block of accounts and shops."""
    return ring_factor(facts, Kind.DENSE_BLOCK, settings.ring, care)


RULES: tuple[Rule[Any], ...] = (
    Rule(MoneyCycle, money_cycle),
    Rule(FanIn, fan_in),
    Rule(FanOut, fan_out),
    Rule(PassThrough, pass_through),
    Rule(DenseBlock, dense_block),
)
