"""How the shop sells, as it was counted last before the request."""

from collections.abc import Sequence

from apps.risk.facts import ShopFacts
from apps.risk.selectors.statements import Reading

_QUERY = """
SELECT days, orders, buyers, top_orders, d.account_id = ANY (top_accounts) AS is_top_buyer, week_orders, usual_week
FROM risk_shopfigures WHERE shop_id = d.shop_id AND computed_at <= d.at
"""


SHOPS = Reading(_QUERY, ShopFacts, dict)


def shop_of(rows: Sequence[ShopFacts]) -> ShopFacts | None:
    """Return the figures; None when the shop was not counted by then."""
    return rows[0] if rows else None
