"""How the account buys and refunds over time."""

from typing import Any

from apps.risk.factors.factor import Factor, Hit, Number, RecordKind, Unit, hit_of, records, unknown, weighs
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts, RepeatFacts
from apps.risk.policy import Care, FactorCode
from apps.risk.policy.rhythm import Burst, BuyRefundCycle, DormantThenActive, OddHours, Structuring
from apps.risk.windows import WAKING_DAYS


def buy_refund_cycle(facts: RefundFacts, settings: BuyRefundCycle, care: Care) -> Factor | None:
    """Bought, refunded and bought again; refunded like goods; refunded in one shop alone."""
    repeat = facts.repeat
    if repeat is None:
        return None
    ways = [_rounds(repeat, settings, care), _like(repeat, settings, care), _here(repeat, settings, care)]
    return max((way for way in ways if way is not None), key=lambda factor: factor.points, default=None)


def _rounds(repeat: RepeatFacts, settings: BuyRefundCycle, care: Care) -> Factor | None:
    return _cycle(repeat, "rounds", repeat.rounds, hit_of(settings.rounds, repeat.rounds, care))


def _like(repeat: RepeatFacts, settings: BuyRefundCycle, care: Care) -> Factor | None:
    if 100 * repeat.like_refunded < settings.like_least_share * repeat.like_bought:
        return None
    return _cycle(repeat, "like", repeat.like_refunded, hit_of(settings.like, repeat.like_refunded, care))


def _here(repeat: RepeatFacts, settings: BuyRefundCycle, care: Care) -> Factor | None:
    is_much_here = 100 * repeat.here_refunded >= settings.here_least_share * repeat.here_bought
    is_little_elsewhere = 100 * repeat.elsewhere_refunded <= settings.elsewhere_most_share * repeat.elsewhere_bought
    if repeat.elsewhere_bought < settings.elsewhere_least_orders or not (is_much_here and is_little_elsewhere):
        return None
    return _cycle(repeat, "here", repeat.here_refunded, hit_of(settings.here, repeat.here_refunded, care))


def _cycle(repeat: RepeatFacts, rule: str, observed: int, hit: Hit | None) -> Factor | None:
    if hit is None:
        return None
    numbers: dict[str, Number] = {
        "like_refunded": repeat.like_refunded,
        "like_bought": repeat.like_bought,
        "here_bought": repeat.here_bought,
        "elsewhere_refunded": repeat.elsewhere_refunded,
        "elsewhere_bought": repeat.elsewhere_bought,
    }
    return Factor(
        code=FactorCode.BUY_REFUND_CYCLE,
        rule=rule,
        points=hit.points,
        observed=observed,
        threshold=hit.threshold,
        unit=Unit.COUNT,
        window_hours=24 * repeat.days,
        numbers=numbers,
        records=records(RecordKind.REFUND, repeat.here_refund_ids if rule == "here" else repeat.refund_ids),
    )


def structuring(facts: RefundFacts, settings: Structuring, care: Care) -> Factor | None:
    """Amounts that differ and stay just below a limit; the limit with most of them counts."""
    amounts = facts.amounts
    if amounts is None:
        return None
    counts = {
        limit: max(_below(amounts.orders, limit, settings), _below(amounts.refunds, limit, settings))
        for limit in settings.limits.get(facts.currency, ())
    }
    limit, count = max(counts.items(), key=lambda pair: pair[1], default=(0, 0))
    hit = hit_of(settings.bands, count, care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.STRUCTURING,
        rule="below",
        points=hit.points,
        observed=count,
        threshold=hit.threshold,
        unit=Unit.COUNT,
        window_hours=24 * amounts.days,
        numbers={"limit": limit, "currency": facts.currency, "percent": settings.within_percent},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def _below(amounts: tuple[int, ...], limit: int, settings: Structuring) -> int:
    return sum(100 * amount >= (100 - settings.within_percent) * limit and amount < limit for amount in amounts)


def dormant_then_active(facts: RefundFacts, settings: DormantThenActive, care: Care) -> Factor | None:
    """A long time without any order, then several at once."""
    rhythm = facts.rhythm
    if rhythm is None or rhythm.slept_days is None or rhythm.since_waking < settings.least_orders:
        return None
    hit = hit_of(settings.bands, rhythm.slept_days, care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.DORMANT_THEN_ACTIVE,
        rule="slept",
        points=hit.points,
        observed=rhythm.slept_days,
        threshold=hit.threshold,
        unit=Unit.DAYS,
        window_hours=24 * WAKING_DAYS,
        numbers={"orders": rhythm.since_waking},
        records=records(RecordKind.ORDER, [facts.order_id]),
    )


def burst(facts: RefundFacts, settings: Burst, care: Care) -> Factor | None:
    """Many orders in a day, and many more than on a usual one."""
    rhythm = facts.rhythm
    hit = hit_of(settings.bands, rhythm.burst_orders, care) if rhythm is not None else None
    if rhythm is None or hit is None:
        return None
    if rhythm.usual_orders is None:
        return unknown(settings.code, "rhythm.usual_orders")
    if rhythm.burst_orders < settings.least_times_usual * rhythm.usual_orders:
        return None
    return Factor(
        code=FactorCode.BURST,
        rule="orders",
        points=hit.points,
        observed=rhythm.burst_orders,
        threshold=hit.threshold,
        unit=Unit.COUNT,
        window_hours=24,
        numbers={"usual": round(rhythm.usual_orders, 2)},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def odd_hours(facts: RefundFacts, settings: OddHours, care: Care) -> Factor | None:
    """Ordered when the account else hardly ever buys, whatever hour that is on the clock."""
    rhythm = facts.rhythm
    if rhythm is None or rhythm.timed_orders < settings.least_orders:
        return None
    points = weighs(settings.points, care)
    if points is None or 100 * rhythm.near_hour > settings.most_percent * rhythm.timed_orders:
        return None
    return Factor(
        code=FactorCode.ODD_HOURS,
        rule="habit",
        points=points,
        observed=round(100 * rhythm.near_hour / rhythm.timed_orders, 2),
        threshold=settings.most_percent,
        unit=Unit.PERCENT,
        window_hours=365 * 24,
        numbers={"near": rhythm.near_hour, "orders": rhythm.timed_orders},
        records=records(RecordKind.ORDER, [facts.order_id]),
    )


RULES: tuple[Rule[Any], ...] = (
    Rule(BuyRefundCycle, buy_refund_cycle),
    Rule(Structuring, structuring),
    Rule(DormantThenActive, dormant_then_active),
    Rule(Burst, burst),
    Rule(OddHours, odd_hours),
)
