"""What the account bought and had refunded before."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode, Refund
from apps.risk.counting import PAST_DAYS, AskedRefund, PlacedOrder, habit_facts, past_facts
from apps.risk.facts import HabitFacts, PastFacts
from apps.risk.selectors.statements import asked_relation, rows_of

# The newest orders, and as many refunds, that are read; an account with more gets a shorter window.
READ_AT_MOST = 500

# Both halves walk the index (account, time descending) and stop at the limit.
_STATEMENT = """
SELECT d.place, past.*
FROM json_to_recordset(%(asked)s::json) AS d(place integer, account_id bigint, at timestamptz)
CROSS JOIN LATERAL (
    (
        SELECT NULL::text, o.id, o.placed_at, o.currency, o.paid_amount, NULL::timestamptz, NULL::bigint, NULL, NULL
        FROM marketplace_order o
        WHERE o.account_id = d.account_id AND o.client_id = %(client)s
          AND o.placed_at <= d.at AND o.placed_at > d.at - make_interval(days => %(days)s)
        ORDER BY o.placed_at DESC LIMIT %(most)s
    ) UNION ALL (
        SELECT r.id, o.id, o.placed_at, o.currency, o.paid_amount, r.requested_at,
               coalesce(r.approved_amount, r.amount), r.status, r.reason_code
        FROM (
            SELECT * FROM refunds_refund
            WHERE account_id = d.account_id AND client_id = %(client)s AND id <> ALL (%(refunds)s::text[])
              AND requested_at <= d.at AND requested_at > d.at - make_interval(days => %(days)s)
            ORDER BY requested_at DESC LIMIT %(most)s
        ) r JOIN marketplace_order o ON o.id = r.order_id
    )
) past
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


def habits_of(refunds: Sequence[Refund]) -> list[tuple[HabitFacts, PastFacts]]:
    """Read each account's orders and refunds of the last year up to the request.

    The given refunds, stored or not, count as what they say, and each for the others of its account.
    """
    parameters = {
        "asked": asked_relation(refunds, "account_id"),
        "client": refunds[0].client_id,
        "refunds": [refund.pk for refund in refunds],
        "days": PAST_DAYS,
        "most": READ_AT_MOST,
    }
    read: defaultdict[int, list[_Row]] = defaultdict(list)
    for place, *row in rows_of(_STATEMENT, parameters):
        read[place].append(_Row(*row))
    of_account: defaultdict[int, list[AskedRefund]] = defaultdict(list)
    for refund in refunds:
        of_account[refund.account_id].append(_given(refund))
    return [_habits(refund, read[place], of_account[refund.account_id]) for place, refund in enumerate(refunds)]


def _habits(refund: Refund, rows: list[_Row], given: list[AskedRefund]) -> tuple[HabitFacts, PastFacts]:
    at = refund.requested_at
    orders = [row.order for row in rows if row.refund_id is None]
    asked = [_asked(row) for row in rows if row.refund_id is not None]
    asked += [one for one in given if at - timedelta(days=PAST_DAYS) < one.requested_at <= at]
    asked.sort(key=lambda one: (one.requested_at, one.id), reverse=True)
    asked = asked[:READ_AT_MOST]
    read = ([order.placed_at for order in orders], [one.requested_at for one in asked])
    capped_since = max((min(moments) for moments in read if len(moments) == READ_AT_MOST), default=None)
    return (
        habit_facts(orders, asked, this_refund=refund.pk, currency=refund.currency, at=at, capped_since=capped_since),
        past_facts(orders, asked, this_refund=refund.pk, currency=refund.currency, at=at, capped_since=capped_since),
    )


def _given(refund: Refund) -> AskedRefund:
    order = refund.order
    return AskedRefund(
        id=refund.pk,
        order=PlacedOrder(order.pk, order.placed_at, order.currency, order.paid_amount),
        requested_at=refund.requested_at,
        amount=refund.amount if refund.approved_amount is None else refund.approved_amount,
        status=Status(refund.status),
        is_minor_purchase=refund.reason_code == ReasonCode.MINOR_PURCHASE,
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
