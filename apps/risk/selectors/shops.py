"""How the shop sells, as it was counted last before the request."""

from collections.abc import Sequence

import msgspec

from apps.risk.facts import ShopFacts
from apps.risk.selectors.statements import Reading

_QUERY = """
SELECT days, orders, buyers, top_orders, d.account_id = ANY (top_accounts) AS is_top_buyer, week_orders, usual_week
FROM risk_shopfigures WHERE shop_id = d.shop_id AND computed_at <= d.at
"""


class ShopRow(msgspec.Struct):
    """The shop's figures."""

    days: int
    orders: int
    buyers: int
    top_orders: int
    is_top_buyer: bool
    week_orders: int
    usual_week: float | None


SHOPS = Reading(_QUERY, ShopRow, dict)


def shop_of(rows: Sequence[ShopRow]) -> ShopFacts | None:
    """Return the figures; None when the shop was not counted by then."""
    if not rows:
        return None
    row = rows[0]
    return ShopFacts(
        days=row.days,
        orders=row.orders,
        buyers=row.buyers,
        top_orders=row.top_orders,
        is_top_buyer=row.is_top_buyer,
        week_orders=row.week_orders,
        usual_week=row.usual_week,
    )
