"""Counting orders and refunds of whole hours, from the rows themselves: what is told late or twice counts once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from apps.monitors.measures import Counted, Dimension

# An account is new until it is so many days old.
NEW_DAYS = 30

# OFFSET 0 holds the planner to one look into the index (client, time) for each hour: else it would read the whole
# table once. An order of several categories counts in each of them.
_ORDERS = """
WITH placed AS MATERIALIZED (
    SELECT h.hour, o.id, o.shop_id, o.currency, o.paid_amount, a.registered_at IS NOT NULL AS is_known,
        coalesce(a.registered_at > o.placed_at - make_interval(days => %(new_days)s), false) AS is_new
    FROM unnest(%(hours)s::timestamptz[]) AS h(hour)
    CROSS JOIN LATERAL (
        SELECT id, shop_id, account_id, currency, paid_amount, placed_at FROM marketplace_order
        WHERE client_id = %(client)s AND placed_at >= h.hour AND placed_at < h.hour + interval '1 hour' OFFSET 0
    ) o
    CROSS JOIN LATERAL (SELECT registered_at FROM marketplace_account WHERE id = o.account_id LIMIT 1) a
)
SELECT 'platform', NULL::bigint, '', currency, hour, count(*), sum(paid_amount)::bigint,
    count(*) FILTER (WHERE is_known), count(*) FILTER (WHERE is_new)
FROM placed GROUP BY currency, hour
UNION ALL
SELECT 'shop', shop_id, '', currency, hour, count(*), sum(paid_amount)::bigint,
    count(*) FILTER (WHERE is_known), count(*) FILTER (WHERE is_new)
FROM placed GROUP BY shop_id, currency, hour
UNION ALL
SELECT 'category', NULL, l.category, p.currency, p.hour, count(*), sum(l.amount)::bigint,
    count(*) FILTER (WHERE is_known), count(*) FILTER (WHERE is_new)
FROM placed p CROSS JOIN LATERAL (
    SELECT category, sum(amount) AS amount FROM marketplace_line WHERE order_id = p.id GROUP BY category
) l GROUP BY l.category, p.currency, p.hour
UNION ALL
SELECT 'instrument', NULL, n.type, p.currency, p.hour, count(*), sum(n.amount)::bigint,
    count(*) FILTER (WHERE is_known), count(*) FILTER (WHERE is_new)
FROM placed p CROSS JOIN LATERAL (
    SELECT i.type, sum(q.amount) AS amount FROM marketplace_payment q
    JOIN marketplace_instrument i ON i.id = q.instrument_id
    WHERE q.order_id = p.id GROUP BY i.type
) n GROUP BY n.type, p.currency, p.hour
"""

# A refund counts with the kind of instrument that paid most of its order.
_REFUNDS = """
WITH asked AS MATERIALIZED (
    SELECT h.hour, r.shop_id, r.category, r.currency, r.amount, (
        SELECT i.type FROM marketplace_payment q JOIN marketplace_instrument i ON i.id = q.instrument_id
        WHERE q.order_id = r.order_id ORDER BY q.amount DESC, q.id LIMIT 1
    ) AS paid_with
    FROM unnest(%(hours)s::timestamptz[]) AS h(hour)
    CROSS JOIN LATERAL (
        SELECT shop_id, category, currency, amount, order_id FROM refunds_refund
        WHERE client_id = %(client)s AND requested_at >= h.hour AND requested_at < h.hour + interval '1 hour' OFFSET 0
    ) r
)
SELECT 'platform', NULL::bigint, '', currency, hour, count(*), sum(amount)::bigint FROM asked GROUP BY currency, hour
UNION ALL
SELECT 'shop', shop_id, '', currency, hour, count(*), sum(amount)::bigint FROM asked GROUP BY shop_id, currency, hour
UNION ALL
SELECT 'category', NULL, category, currency, hour, count(*), sum(amount)::bigint
FROM asked GROUP BY category, currency, hour
UNION ALL
SELECT 'instrument', NULL, paid_with, currency, hour, count(*), sum(amount)::bigint
FROM asked WHERE paid_with IS NOT NULL GROUP BY paid_with, currency, hour
"""


@dataclass(frozen=True)
class Key:
    """Which series of a client: `shop_id` of a shop, `name` of a category or kind of instrument."""

    dimension: Dimension
    shop_id: int | None
    name: str
    currency: str


def trade_of_hours(
    client_id: int, hours: Sequence[datetime], *, night: frozenset[datetime]
) -> dict[tuple[Key, datetime], Counted]:
    """Count a client's orders and refunds of these hours, by series and hour. Two statements.

    `night` are those of the hours that lie at night. Hours without anything are left out.
    """
    found: defaultdict[tuple[Key, datetime], dict[str, int]] = defaultdict(dict)
    asked: dict[str, Any] = {"client": client_id, "hours": list(hours), "new_days": NEW_DAYS}
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, asked)
        for dimension, shop, name, currency, hour, orders, amount, known, new in cursor.fetchall():
            found[Key(Dimension(dimension), shop, name, currency), hour] |= {
                "orders": orders,
                "amount": amount,
                "known_orders": known,
                "new_orders": new,
                "night_orders": orders if hour in night else 0,
            }
        cursor.execute(_REFUNDS, asked)
        for dimension, shop, name, currency, hour, refunds, refunded in cursor.fetchall():
            found[Key(Dimension(dimension), shop, name, currency), hour] |= {"refunds": refunds, "refunded": refunded}
    return {place: Counted(**numbers) for place, numbers in found.items()}
