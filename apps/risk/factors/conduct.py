"""What the customer did: used the goods, refunds much, often, at once."""

from collections.abc import Sequence
from typing import Any

from apps.risk.factors.factor import Factor, RecordKind, Unit, earned, hit_of, records, unknown, weighs
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts
from apps.risk.policy import Band, Care, FactorCode
from apps.risk.policy.conduct import (
    FastRefund,
    RefundAfterConsumption,
    RefundCountShare,
    RefundValueShare,
    RefundVelocity,
)


def refund_after_consumption(facts: RefundFacts, settings: RefundAfterConsumption, care: Care) -> Factor | None:
    """Used or viewed before the request; whichever weighs more."""
    if facts.goods.consumed_percent is None and facts.goods.viewed_amount is None:
        return unknown(settings.code, "goods.consumed_percent")
    candidates = [
        factor for factor in (_consumed(facts, settings, care), _viewed(facts, settings, care)) if factor is not None
    ]
    return max(candidates, key=lambda factor: factor.points, default=None)


def _consumed(facts: RefundFacts, settings: RefundAfterConsumption, care: Care) -> Factor | None:
    goods = facts.goods
    if goods.consumed_percent is None:
        return None
    hit = hit_of(settings.consumed, goods.consumed_percent, care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.REFUND_AFTER_CONSUMPTION,
        rule="consumed",
        points=hit.points,
        observed=goods.consumed_percent,
        threshold=hit.threshold,
        unit=Unit.PERCENT,
        window_hours=0,
        numbers={"known_percent": goods.known_percent, "amount": goods.asked_amount, "currency": facts.currency},
        records=records(RecordKind.LINE, goods.consumed_lines),
    )


def _viewed(facts: RefundFacts, settings: RefundAfterConsumption, care: Care) -> Factor | None:
    goods = facts.goods
    points = weighs(settings.viewed, care)
    if not goods.viewed_amount or points is None:
        return None
    return Factor(
        code=FactorCode.REFUND_AFTER_CONSUMPTION,
        rule="viewed",
        points=points,
        observed=round(100 * goods.viewed_amount / goods.asked_amount, 2),
        threshold=None,
        unit=Unit.PERCENT,
        window_hours=0,
        numbers={"amount": goods.viewed_amount, "currency": facts.currency},
        records=records(RecordKind.LINE, goods.viewed_lines),
    )


def value_share(facts: RefundFacts, settings: RefundValueShare, care: Care) -> Factor | None:
    """Refunded ÷ bought in value, over enough orders to mean something."""
    habits = facts.habits
    if habits.orders < settings.least_orders or habits.baskets < settings.least_baskets:
        return None
    return _share(
        facts,
        care,
        code=FactorCode.REFUND_VALUE_SHARE,
        bands=settings.bands,
        part=habits.refunded,
        whole=habits.bought,
    )


def count_share(facts: RefundFacts, settings: RefundCountShare, care: Care) -> Factor | None:
    """Refunded ÷ bought in orders; common among lawful customers, so it weighs little."""
    habits = facts.habits
    if habits.orders < settings.least_orders:
        return None
    return _share(
        facts,
        care,
        code=FactorCode.REFUND_COUNT_SHARE,
        bands=settings.bands,
        part=habits.baskets,
        whole=habits.orders,
    )


def _share(
    facts: RefundFacts, care: Care, *, code: FactorCode, bands: Sequence[Band], part: int, whole: int
) -> Factor | None:
    if whole <= 0:
        return None
    # Compared as whole numbers: a share of exactly the threshold reaches it.
    hit = earned(next((band for band in bands if 100 * part >= band.threshold * whole), None), care)
    if hit is None:
        return None
    habits = facts.habits
    return Factor(
        code=code,
        rule="share",
        points=hit.points,
        observed=round(100 * part / whole, 2),
        threshold=hit.threshold,
        unit=Unit.PERCENT,
        window_hours=24 * habits.days,
        numbers={
            "orders": habits.orders,
            "baskets": habits.baskets,
            "bought": habits.bought,
            "refunded": habits.refunded,
            "currency": habits.currency,
        },
        records=records(RecordKind.REFUND, habits.refund_ids),
    )


def velocity(facts: RefundFacts, settings: RefundVelocity, care: Care) -> Factor | None:
    """Baskets refunded within a window; the band that weighs most counts."""
    windows = {window.hours: window for window in facts.habits.windows}
    hits = [
        (points, band, windows[band.hours])
        for band in settings.bands
        if windows[band.hours].baskets >= band.baskets and (points := weighs(band.points, care)) is not None
    ]
    if not hits:
        return None
    points, band, window = max(hits, key=lambda hit: hit[0])
    return Factor(
        code=FactorCode.REFUND_VELOCITY,
        rule="baskets",
        points=points,
        observed=window.baskets,
        threshold=band.baskets,
        unit=Unit.COUNT,
        window_hours=band.hours,
        numbers={},
        records=records(RecordKind.REFUND, window.refund_ids),
    )


def fast_refund(facts: RefundFacts, settings: FastRefund, care: Care) -> Factor | None:
    """Asked back soon after the last payment."""
    minutes = facts.payment.minutes_since
    if minutes is None:
        return unknown(settings.code, "payment.minutes_since")
    hit = earned(next((band for band in settings.bands if minutes <= band.threshold), None), care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.FAST_REFUND,
        rule="minutes",
        points=hit.points,
        observed=minutes,
        threshold=hit.threshold,
        unit=Unit.MINUTES,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ORDER, [facts.order_id]),
    )


RULES: tuple[Rule[Any], ...] = (
    Rule(RefundAfterConsumption, refund_after_consumption),
    Rule(RefundValueShare, value_share),
    Rule(RefundCountShare, count_share),
    Rule(RefundVelocity, velocity),
    Rule(FastRefund, fast_refund),
)
