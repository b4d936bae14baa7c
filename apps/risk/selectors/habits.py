"""What the account bought and had refunded before."""

from datetime import datetime
from typing import NamedTuple

from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode, Refund
from apps.risk.counting import PAST_DAYS, AskedRefund, PlacedOrder, habit_facts, past_facts
from apps.risk.facts import HabitFacts, PastFacts
from apps.risk.selectors.statements import rows_of

# The newest orders, and as many refunds, that are read; an account with more gets a shorter window.
READ_AT_MOST = 500

# Both halves walk the index (account, time descending) and stop at the limit.
_STATEMENT = """
(
    SELECT NULL, o.id, o.placed_at, o.currency, o.paid_amount, NULL::timestamptz, NULL::bigint, NULL, NULL
    FROM marketplace_order o
    WHERE o.account_id = %(account)s AND o.client_id = %(client)s
      AND o.placed_at <= %(at)s AND o.placed_at > %(at)s - make_interval(days => %(days)s)
    ORDER BY o.placed_at DESC LIMIT %(most)s
) UNION ALL (
    SELECT r.id, o.id, o.placed_at, o.currency, o.paid_amount, r.requested_at,
           coalesce(r.approved_amount, r.amount), r.status, r.reason_code
    FROM (
        SELECT * FROM refunds_refund
        WHERE account_id = %(account)s AND client_id = %(client)s
          AND requested_at <= %(at)s AND requested_at > %(at)s - make_interval(days => %(days)s)
        ORDER BY requested_at DESC LIMIT %(most)s
    ) r JOIN marketplace_order o ON o.id = r.order_id
)
"""


class _Row(NamedTuple):
    refund_id: str | None
    order_id: int
    placed_at: datetime
    currency: str
    paid_amount: int
    requested_at: datetime
    amount: int
    status: str
    reason_code: str

    @property
    def order(self) -> PlacedOrder:
        return PlacedOrder(self.order_id, self.placed_at, self.currency, self.paid_amount)


def habits_of(refund: Refund) -> tuple[HabitFacts, PastFacts]:
    """Read the account's orders and refunds of the last year up to the request, this refund included."""
    at = refund.requested_at
    parameters = {
        "account": refund.account_id,
        "client": refund.client_id,
        "at": at,
        "days": PAST_DAYS,
        "most": READ_AT_MOST,
    }
    rows = [_Row(*row) for row in rows_of(_STATEMENT, parameters)]
    orders = [row.order for row in rows if row.refund_id is None]
    refunds = sorted(
        (_asked(row) for row in rows if row.refund_id is not None),
        key=lambda asked: (asked.requested_at, asked.id),
        reverse=True,
    )
    read = ([order.placed_at for order in orders], [asked.requested_at for asked in refunds])
    capped_since = max((min(moments) for moments in read if len(moments) == READ_AT_MOST), default=None)
    return (
        habit_facts(orders, refunds, this_refund=refund.pk, currency=refund.currency, at=at, capped_since=capped_since),
        past_facts(orders, refunds, this_refund=refund.pk, currency=refund.currency, at=at, capped_since=capped_since),
    )


def _asked(row: _Row) -> AskedRefund:
    return AskedRefund(
        id=str(row.refund_id),
        order=row.order,
        requested_at=row.requested_at,
        amount=row.amount,
        status=Status(row.status),
        is_minor_purchase=row.reason_code == ReasonCode.MINOR_PURCHASE,
    )
