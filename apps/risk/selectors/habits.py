"""What the account bought and had refunded before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode, Refund
from apps.risk.counting import PAST_DAYS, AskedRefund, PlacedOrder, habit_facts, past_facts
from apps.risk.facts import AmountFacts, HabitFacts, PastFacts, RepeatFacts, RhythmFacts
from apps.risk.rhythm import amount_facts, repeat_facts, rhythm_facts
from apps.risk.selectors.statements import Reading

# The newest orders, and as many refunds, that are read; an account with more gets a shorter window.
READ_AT_MOST = 500

# Both halves walk the index (account, time descending) and stop at the limit.
_ORDERS = """
SELECT o.id, o.placed_at, o.currency, o.paid_amount, o.shop_id FROM marketplace_order o
WHERE o.account_id = d.account_id AND o.client_id = %(client)s
  AND o.placed_at <= d.at AND o.placed_at > d.at - make_interval(days => %(days)s)
ORDER BY o.placed_at DESC LIMIT %(most)s
"""
_REFUNDS = """
SELECT r.id AS refund_id, r.requested_at, coalesce(r.approved_amount, r.amount) AS amount, r.status, r.reason_code,
    r.category, r.shop_id, r.is_appealed, o.id, o.placed_at, o.currency, o.paid_amount
FROM (
    SELECT * FROM refunds_refund
    WHERE account_id = d.account_id AND client_id = %(client)s AND id <> ALL (%(refunds)s::text[])
      AND requested_at <= d.at AND requested_at > d.at - make_interval(days => %(days)s)
    ORDER BY requested_at DESC LIMIT %(most)s
) r JOIN marketplace_order o ON o.id = r.order_id
"""


class RefundRow(msgspec.Struct):
    """An earlier refund of the account, and the order it was of."""

    refund_id: str
    requested_at: datetime
    amount: int
    status: str
    reason_code: str
    category: str
    shop_id: int
    is_appealed: bool
    id: int
    placed_at: datetime
    currency: str
    paid_amount: int


def _bounds() -> dict[str, int]:
    return {"days": PAST_DAYS, "most": READ_AT_MOST}


PLACED = Reading(_ORDERS, PlacedOrder, _bounds)
REFUNDED = Reading(_REFUNDS, RefundRow, _bounds)


@dataclass(frozen=True)
class Habits:
    """Everything that follows from the account's orders and refunds."""

    habits: HabitFacts
    past: PastFacts
    repeat: RepeatFacts
    rhythm: RhythmFacts
    amounts: AmountFacts


def habits_of(refund: Refund, orders: list[PlacedOrder], rows: list[RefundRow], together: list[Refund]) -> Habits:
    """Weigh the account's orders and refunds of the last year up to the request.

    `together` are the refunds of the account that come in together, this one
    included: they count as what they say.
    """
    at = refund.requested_at
    asked = [_asked(row) for row in rows]
    asked += [_given(one) for one in together if at - timedelta(days=PAST_DAYS) < one.requested_at <= at]
    asked.sort(key=lambda one: (one.requested_at, one.id), reverse=True)
    asked = asked[:READ_AT_MOST]
    orders_since = _capped_since([order.placed_at for order in orders])
    refunds_since = _capped_since([one.requested_at for one in asked])
    capped_since = max((since for since in (orders_since, refunds_since) if since is not None), default=None)
    this = _given(refund)
    whose = {"this_refund": refund.pk, "currency": refund.currency}
    return Habits(
        habits=habit_facts(orders, asked, **whose, at=at, capped_since=capped_since),
        past=past_facts(orders, asked, **whose, at=at, capped_since=capped_since),
        repeat=repeat_facts(orders, asked, this=this, at=at, capped_since=capped_since),
        rhythm=rhythm_facts(orders, this=this.order, at=at, capped_since=orders_since),
        amounts=amount_facts(orders, asked, this=this, at=at),
    )


def _capped_since(read: list[datetime]) -> datetime | None:
    """Return the oldest moment that was read, when there may be older ones."""
    return min(read) if len(read) == READ_AT_MOST else None


def _given(refund: Refund) -> AskedRefund:
    order = refund.order
    return AskedRefund(
        id=refund.pk,
        order=PlacedOrder(order.pk, order.placed_at, order.currency, order.paid_amount, order.shop_id),
        requested_at=refund.requested_at,
        amount=refund.amount if refund.approved_amount is None else refund.approved_amount,
        status=Status(refund.status),
        is_minor_purchase=refund.reason_code == ReasonCode.MINOR_PURCHASE,
        category=refund.category,
        is_appealed=refund.is_appealed,
    )


def _asked(row: RefundRow) -> AskedRefund:
    return AskedRefund(
        id=row.refund_id,
        order=PlacedOrder(row.id, row.placed_at, row.currency, row.paid_amount, row.shop_id),
        requested_at=row.requested_at,
        amount=row.amount,
        status=Status(row.status),
        is_minor_purchase=row.reason_code == ReasonCode.MINOR_PURCHASE,
        category=row.category,
        is_appealed=row.is_appealed,
    )
