"""The orders and refunds that prove what a group of accounts did."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from apps.rings.hops import Hop

# More is no proof that anybody reads.
STEPS_AT_MOST = 200
# Orders that were asked back, then the others; each with its refund.
_TRADE = """
WITH bought AS (
    SELECT o.id, o.external_id, o.account_id, o.shop_id, o.placed_at, o.paid_amount, o.currency,
        EXISTS (
            SELECT FROM refunds_refund r
            WHERE r.order_id = o.id AND r.status <> 'withdrawn' AND r.reason_code <> 'minor_purchase'
        ) AS is_asked_back
    FROM marketplace_order o
    WHERE o.account_id = ANY(%(accounts)s) AND (%(shops)s::bigint[] IS NULL OR o.shop_id = ANY(%(shops)s))
        AND o.placed_at >= %(since)s AND o.paid_amount > 0
    ORDER BY is_asked_back DESC, o.placed_at DESC, o.id LIMIT %(most)s
)
SELECT extract(epoch FROM placed_at)::bigint, account_id, -shop_id, paid_amount, 'order:' || external_id, currency
FROM bought
UNION ALL
SELECT extract(epoch FROM r.requested_at)::bigint, -r.shop_id, coalesce(i.holder_account_id, r.account_id),
    coalesce(r.approved_amount, r.amount), 'refund:' || r.reference, r.currency
FROM bought
JOIN refunds_refund r ON r.order_id = bought.id AND r.status <> 'withdrawn' AND r.reason_code <> 'minor_purchase'
LEFT JOIN marketplace_instrument i ON i.id = r.destination_id
"""


def trade_of(accounts: Collection[int], shops: Collection[int] | None, *, since: datetime) -> dict[str, list[Hop]]:
    """Return orders of these accounts in these shops (everywhere: None) and their refunds, by currency and time."""
    parameters = {
        "accounts": sorted(accounts),
        "shops": None if shops is None else sorted(shops),
        "since": since,
        "most": STEPS_AT_MOST // 2,
    }
    found: dict[str, list[Hop]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TRADE, parameters)
        for *hop, currency in cursor.fetchall():
            found.setdefault(currency, []).append(Hop(*hop))
    return {currency: sorted(hops) for currency, hops in sorted(found.items())}
