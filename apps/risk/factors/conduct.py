"""What the customer did: used the goods, refunds much, often, at once."""

from collections.abc import Sequence

from apps.risk.factors.factor import Factor, RecordKind, Unit, care_of, reached, records, weighs
from apps.risk.facts import RefundFacts
from apps.risk.policy import Band, FactorCode, Policy


def refund_after_consumption(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Used or viewed before the request; whichever weighs more."""
    candidates = [factor for factor in (_consumed(facts, policy), _viewed(facts, policy)) if factor is not None]
    return max(candidates, key=lambda factor: factor.points, default=None)


def _consumed(facts: RefundFacts, policy: Policy) -> Factor | None:
    goods = facts.goods
    if goods.consumed_percent is None:
        return None
    band = reached(policy.consumed, goods.consumed_percent)
    points = weighs(band.points, care_of(facts, policy)) if band else None
    if band is None or points is None:
        return None
    return Factor(
        code=FactorCode.REFUND_AFTER_CONSUMPTION,
        rule="consumed",
        points=points,
        observed=goods.consumed_percent,
        threshold=band.threshold,
        unit=Unit.PERCENT,
        window_hours=0,
        numbers={"known_percent": goods.known_percent, "amount": goods.asked_amount, "currency": facts.currency},
        records=records(RecordKind.LINE, goods.consumed_lines),
    )


def _viewed(facts: RefundFacts, policy: Policy) -> Factor | None:
    goods = facts.goods
    points = weighs(policy.viewed, care_of(facts, policy))
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


def value_share(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Refunded ÷ bought in value, over enough orders to mean something."""
    habits = facts.habits
    if habits.orders < policy.value_share_orders or habits.baskets < policy.value_share_baskets:
        return None
    return _share(
        facts,
        policy,
        code=FactorCode.REFUND_VALUE_SHARE,
        bands=policy.value_share,
        part=habits.refunded,
        whole=habits.bought,
    )


def count_share(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Refunded ÷ bought in orders; common among lawful customers, so it weighs little."""
    habits = facts.habits
    if habits.orders < policy.count_share_orders:
        return None
    return _share(
        facts,
        policy,
        code=FactorCode.REFUND_COUNT_SHARE,
        bands=policy.count_share,
        part=habits.baskets,
        whole=habits.orders,
    )


def _share(
    facts: RefundFacts, policy: Policy, *, code: FactorCode, bands: Sequence[Band], part: int, whole: int
) -> Factor | None:
    if whole <= 0:
        return None
    # Compared as whole numbers: a share of exactly the threshold reaches it.
    band = next((band for band in bands if 100 * part >= band.threshold * whole), None)
    points = weighs(band.points, care_of(facts, policy)) if band else None
    if band is None or points is None:
        return None
    habits = facts.habits
    return Factor(
        code=code,
        rule="share",
        points=points,
        observed=round(100 * part / whole, 2),
        threshold=band.threshold,
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


def velocity(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Baskets refunded within a window; the band that weighs most counts."""
    care = care_of(facts, policy)
    windows = {window.hours: window for window in facts.habits.windows}
    hits = [
        (points, band, windows[band.hours])
        for band in policy.velocity
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


def fast_refund(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Asked back soon after the last payment."""
    minutes = facts.payment.minutes_since
    if minutes is None:
        return None
    band = next((band for band in policy.fast if minutes <= band.threshold), None)
    points = weighs(band.points, care_of(facts, policy)) if band else None
    if band is None or points is None:
        return None
    return Factor(
        code=FactorCode.FAST_REFUND,
        rule="minutes",
        points=points,
        observed=minutes,
        threshold=band.threshold,
        unit=Unit.MINUTES,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ORDER, [facts.order_id]),
    )
