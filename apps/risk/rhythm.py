"""From an account's orders and refunds to how it buys over time. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

from apps.risk.counting import AskedRefund, PlacedOrder, is_counted
from apps.risk.facts import LISTED, AmountFacts, RepeatFacts, RhythmFacts
from apps.risk.windows import WAKING_DAYS

REPEAT_DAYS = 90
AMOUNT_DAYS = 30
USUAL_DAYS = 90
# Amounts of a currency with decimals that are whole tens: a face value or a price, not what is left of a split.
ROUND = 1000
# What exceeds a whole ten by this much is up to two units below the next: 998, 999.90, as shops price.
PRICED = 800
NEAR_HOURS = 2

_DAY = timedelta(days=1)


def repeat_facts(
    orders: Collection[PlacedOrder],
    refunds: Collection[AskedRefund],
    *,
    this: AskedRefund,
    at: datetime,
    capped_since: datetime | None = None,
) -> RepeatFacts:
    """Count how often the account bought and refunded like goods, and in the same shop.

    `capped_since`: nothing older was read of orders or of refunds. Then older
    ones of the other are left out too, or the share would not be one.
    """
    since = at - timedelta(days=REPEAT_DAYS)
    if capped_since is not None:
        since = max(since, capped_since)
    counted = [one for one in refunds if is_counted(one, this.id) and one.requested_at > since]
    first = {one.order.id: one for one in sorted(counted, key=lambda one: one.requested_at, reverse=True)}
    baskets = sorted(first.values(), key=lambda one: (one.order.placed_at, one.order.id))
    like = [one for one in baskets if _is_like(one, this)]
    bought = {order.id: order for order in orders if order.placed_at > since} | {
        one.order.id: one.order for one in baskets
    }
    here = [one for one in baskets if one.order.shop_id == this.order.shop_id]
    here_bought = sum(order.shop_id == this.order.shop_id for order in bought.values())
    like_ids = {one.order.id for one in like}
    return RepeatFacts(
        days=ceil((at - since) / _DAY),
        like_refunded=len(like),
        like_bought=sum(
            order.id in like_ids or (order.paid_amount, order.currency) == (this.order.paid_amount, this.order.currency)
            for order in bought.values()
        ),
        rounds=_rounds(like),
        refund_ids=_newest(like),
        here_refunded=len(here),
        here_bought=here_bought,
        elsewhere_refunded=len(baskets) - len(here),
        elsewhere_bought=len(bought) - here_bought,
        here_refund_ids=_newest(here),
    )


def _is_like(one: AskedRefund, this: AskedRefund) -> bool:
    return (one.category, one.amount, one.order.currency) == (this.category, this.amount, this.order.currency)


def _rounds(like: Sequence[AskedRefund]) -> int:
    """Count orders placed after one before them had been asked back. `like` is in the order of purchase."""
    rounds = 0
    for place, one in enumerate(like):
        rounds += any(before.requested_at <= one.order.placed_at for before in like[:place])
    return rounds


def rhythm_facts(
    orders: Collection[PlacedOrder], *, this: PlacedOrder, at: datetime, capped_since: datetime | None = None
) -> RhythmFacts:
    """Say when the account buys, seen from this order and the request. `capped_since`: no older order was read."""
    before = [order.placed_at for order in orders if order.placed_at < this.placed_at and order.id != this.id]
    window = at - _DAY
    usual = [order.placed_at for order in orders if window - timedelta(days=USUAL_DAYS) < order.placed_at <= window]
    days = (window - min(usual)) / _DAY if usual else 0.0
    is_usual_unread = capped_since is not None and capped_since > window
    waking = this.placed_at + timedelta(days=WAKING_DAYS)
    return RhythmFacts(
        slept_days=(this.placed_at - max(before)).days if before else None,
        since_waking=sum(this.placed_at <= order.placed_at < waking for order in orders),
        burst_orders=sum(order.placed_at > window for order in orders),
        usual_orders=None if is_usual_unread else round(len(usual) / max(days, 1.0), 4),
        near_hour=sum(_hours_apart(placed, this.placed_at) <= NEAR_HOURS for placed in before),
        timed_orders=len(before),
    )


def _hours_apart(one: datetime, other: datetime) -> float:
    """Return how far two times of day are apart, around the clock."""
    apart = abs((one - other) % _DAY / timedelta(hours=1))
    return min(apart, 24 - apart)


def amount_facts(
    orders: Collection[PlacedOrder], refunds: Collection[AskedRefund], *, this: AskedRefund, at: datetime
) -> AmountFacts:
    """Return the amounts that came once and look like neither a face value nor a shop's price."""
    since, currency = at - timedelta(days=AMOUNT_DAYS), this.order.currency
    return AmountFacts(
        days=AMOUNT_DAYS,
        orders=_single(o.paid_amount for o in orders if o.placed_at > since and o.currency == currency),
        refunds=_single(
            one.amount
            for one in refunds
            if is_counted(one, this.id) and one.requested_at > since and one.order.currency == currency
        ),
    )


def _single(amounts: Iterable[int]) -> tuple[int, ...]:
    times = Counter(amounts)
    return tuple(sorted(amount for amount, n in times.items() if n == 1 and 0 < amount % ROUND < PRICED))


def _newest(refunds: Sequence[AskedRefund]) -> tuple[str, ...]:
    newest = sorted(refunds, key=lambda one: (one.requested_at, one.id), reverse=True)
    return tuple(one.id for one in newest[:LISTED])
