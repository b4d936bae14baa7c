"""Membership of rings: one factor a kind, of the ring that weighs most."""

from typing import Any

from apps.rings.kinds import AT_THE_EDGE, Kind
from apps.risk.factors.factor import Factor, Record, RecordKind, Unit, weighs
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts, RingFacts
from apps.risk.policy import Care, FactorCode, Points
from apps.risk.policy.links import DenseBlock, FanIn, FanOut, MoneyCycle, PassThrough, RingPoints, RingSettings

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


def _rule_of(settings: type[RingSettings], kind: Kind) -> Rule[Any]:
    def weigh(facts: RefundFacts, settings: RingSettings, care: Care) -> Factor | None:
        return ring_factor(facts, kind, settings.ring, care)

    return Rule(settings, weigh)


RULES: tuple[Rule[Any], ...] = (
    _rule_of(MoneyCycle, Kind.CYCLE),
    _rule_of(FanIn, Kind.FAN_IN),
    _rule_of(FanOut, Kind.FAN_OUT),
    _rule_of(PassThrough, Kind.PASS_THROUGH),
    _rule_of(DenseBlock, Kind.DENSE_BLOCK),
)
