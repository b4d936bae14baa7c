"""From rows to facts: weighing, windows, states. Pure, so that every boundary can be tried without a database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.identity.standing import is_expired
from apps.refunds.lifecycle import NOT_COUNTED, Status
from apps.risk.facts import LISTED, GoodsFacts, HabitFacts, PastFacts, VerificationState, Window

VALUE_DAYS = 90
PAST_DAYS = 365
KEPT_AFTER_DAYS = 30
WINDOW_HOURS = (24, 7 * 24, 30 * 24)


@dataclass(frozen=True)
class AskedLine:
    """An order line and the minor units asked for it."""

    id: str
    amount: int
    is_viewed: bool | None
    viewed_at: datetime | None
    consumed_percent: int | None
    first_used_at: datetime | None


@dataclass(frozen=True)
class PlacedOrder:
    """One order of the account."""

    id: int
    placed_at: datetime
    currency: str
    paid_amount: int
    shop_id: int = 0


@dataclass(frozen=True)
class AskedRefund:
    """One refund of the account, with its order; `amount` is what was approved, else what was asked."""

    id: str
    order: PlacedOrder
    requested_at: datetime
    amount: int
    status: Status
    is_minor_purchase: bool
    category: str = ""
    is_appealed: bool = False


def goods_facts(lines: Sequence[AskedLine], at: datetime) -> GoodsFacts:
    """Weigh the lines by their amounts. What happened after `at` had not happened yet."""
    asked = sum(line.amount for line in lines)
    consumed = {line.id: (line.amount, _percent_before(line, at)) for line in lines}
    known = [(amount, percent) for amount, percent in consumed.values() if percent is not None]
    known_amount = sum(amount for amount, _ in known)
    viewed = {line.id: _viewed_before(line, at) for line in lines}
    is_any_known = any(seen is not None for seen in viewed.values())
    return GoodsFacts(
        asked_amount=asked,
        known_percent=round(100 * known_amount / asked, 2) if asked else 0.0,
        consumed_percent=round(sum(amount * percent for amount, percent in known) / known_amount, 2)
        if known_amount
        else None,
        viewed_amount=sum(line.amount for line in lines if viewed[line.id]) if is_any_known else None,
        consumed_lines=tuple(line_id for line_id, (_, percent) in consumed.items() if percent)[:LISTED],
        viewed_lines=tuple(line_id for line_id, seen in viewed.items() if seen)[:LISTED],
    )


def _percent_before(line: AskedLine, at: datetime) -> int | None:
    if line.first_used_at is not None and line.first_used_at > at:
        return 0
    return line.consumed_percent


def _viewed_before(line: AskedLine, at: datetime) -> bool | None:
    if line.first_used_at is not None and line.first_used_at <= at:
        return True
    if not line.is_viewed:
        return line.is_viewed
    return line.viewed_at is None or line.viewed_at <= at


def minutes_since(moments: Sequence[datetime], at: datetime) -> float | None:
    """Return the minutes from the last of `moments` not after `at`; None when there is none."""
    before = [moment for moment in moments if moment <= at]
    return round((at - max(before)).total_seconds() / 60, 2) if before else None


def age_days(since: datetime | None, at: datetime) -> int | None:
    """Return whole days; None when the beginning is unknown or lies after `at`, as clocks may disagree."""
    if since is None or since > at:
        return None
    return (at - since).days


def verification_state(
    state: VerificationState, name_match: bool | None, expires_at: datetime | None, at: datetime
) -> VerificationState:
    """Return how a factor stood at `at`, the worst first: failed, another name, expired, then as told."""
    if state == VerificationState.FAILED:
        return state
    if name_match is False:
        return VerificationState.NAME_MISMATCH
    return VerificationState.EXPIRED if is_expired(state, expires_at, at) else state


def is_counted(refund: AskedRefund, this_refund: str) -> bool:
    """Tell whether a refund counts as refunded: this one always, others unless denied, withdrawn or a minor's."""
    return refund.id == this_refund or (refund.status not in NOT_COUNTED and not refund.is_minor_purchase)


def habit_facts(
    orders: Collection[PlacedOrder],
    refunds: Collection[AskedRefund],
    *,
    this_refund: str,
    currency: str,
    at: datetime,
    capped_since: datetime | None = None,
) -> HabitFacts:
    """Count what was bought and refunded up to `at`. `capped_since`: nothing older was read."""
    since = at - timedelta(days=VALUE_DAYS)
    if capped_since is not None:
        since = max(since, capped_since)
    counted = [refund for refund in refunds if is_counted(refund, this_refund)]
    valued = [r for r in counted if r.requested_at > since and r.order.currency == currency]
    recent_orders = [order for order in orders if order.placed_at > since]
    bought = {order.id: order.paid_amount for order in recent_orders if order.currency == currency}
    bought |= {refund.order.id: refund.order.paid_amount for refund in valued}
    return HabitFacts(
        since=since,
        days=(at - since).days,
        currency=currency,
        orders=len(bought),
        baskets=len({refund.order.id for refund in valued}),
        bought=sum(bought.values()),
        refunded=sum(refund.amount for refund in valued),
        other_currency_orders=sum(order.currency != currency for order in recent_orders),
        left_out=_left_out([r for r in refunds if r.requested_at > since], this_refund),
        windows=tuple(_window(counted, hours, at) for hours in WINDOW_HOURS),
        refund_ids=tuple(refund.id for refund in valued)[:LISTED],
        is_capped=capped_since is not None,
    )


def _left_out(refunds: Collection[AskedRefund], this_refund: str) -> dict[str, int]:
    left_out = [refund for refund in refunds if not is_counted(refund, this_refund)]
    denied = sum(refund.status == Status.DENIED for refund in left_out)
    withdrawn = sum(refund.status == Status.WITHDRAWN for refund in left_out)
    return {"denied": denied, "withdrawn": withdrawn, "minor": len(left_out) - denied - withdrawn}


def _window(counted: Collection[AskedRefund], hours: int, at: datetime) -> Window:
    since = at - timedelta(hours=hours)
    inside = [refund for refund in counted if refund.requested_at > since]
    return Window(hours, len({refund.order.id for refund in inside}), tuple(r.id for r in inside)[:LISTED])


def past_facts(
    orders: Collection[PlacedOrder],
    refunds: Collection[AskedRefund],
    *,
    this_refund: str,
    currency: str,
    at: datetime,
    capped_since: datetime | None = None,
) -> PastFacts:
    """Count how earlier refunds ended, and the older orders of which nothing was asked back.

    The denial of a purchase by a minor is no mark against the account.
    """
    since = at - timedelta(days=PAST_DAYS)
    if capped_since is not None:
        since = max(since, capped_since)
    earlier = [refund for refund in refunds if refund.id != this_refund]
    denied = [refund for refund in earlier if refund.status == Status.DENIED and not refund.is_minor_purchase]
    asked_back = {refund.order.id for refund in refunds}
    settled = at - timedelta(days=KEPT_AFTER_DAYS)
    kept = [order for order in orders if order.placed_at <= settled and order.id not in asked_back]
    return PastFacts(
        days=(at - since).days,
        denied=len(denied),
        paid=sum(refund.status == Status.PAID for refund in earlier),
        withdrawn=sum(refund.status == Status.WITHDRAWN for refund in earlier),
        denied_ids=tuple(refund.id for refund in denied)[:LISTED],
        kept_orders=len(kept),
        kept_amount=sum(order.paid_amount for order in kept if order.currency == currency),
        kept_after_days=KEPT_AFTER_DAYS,
        upheld=sum(refund.is_appealed for refund in denied),
    )
