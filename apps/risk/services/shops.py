"""Keeping how shops sell, for intake to read by key: the buyers of a hub are counted here, not there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection

from apps.risk.models import ShopFigures

DAYS = 30
TOP = 5
WEEKS = 8
# Fewer weeks of trade tell nothing of a usual one.
LEAST_WEEKS = 4
# A shop that sells is counted again after an hour, one of which orders came late after a day.
AGAIN_AFTER = timedelta(hours=1)
ANYWAY_AFTER = timedelta(days=1)
BATCH = 100

# Of each shop one look into the index (shop, placed_at descending).
_DUE = """
SELECT s.id FROM marketplace_shop s
LEFT JOIN risk_shopfigures f ON f.shop_id = s.id
CROSS JOIN LATERAL (
    SELECT placed_at FROM marketplace_order WHERE shop_id = s.id AND placed_at <= %(now)s
    ORDER BY placed_at DESC LIMIT 1
) newest
WHERE f.shop_id IS NULL OR f.computed_at <= %(anyway)s
   OR (f.computed_at <= %(again)s AND newest.placed_at > f.computed_at)
ORDER BY f.computed_at NULLS FIRST, s.id LIMIT %(batch)s
"""
_BUYERS = """
SELECT shop_id, sum(orders)::integer, count(*)::integer,
    coalesce(sum(orders) FILTER (WHERE place <= %(top)s), 0)::integer,
    coalesce(array_agg(account_id ORDER BY place) FILTER (WHERE place <= %(top)s), '{}')
FROM (
    SELECT shop_id, account_id, count(*) AS orders,
        row_number() OVER (PARTITION BY shop_id ORDER BY count(*) DESC, account_id) AS place
    FROM marketplace_order
    WHERE shop_id = ANY (%(shops)s) AND placed_at > %(since)s AND placed_at <= %(now)s
    GROUP BY shop_id, account_id
) buyers
GROUP BY shop_id
"""
_WEEKLY = """
SELECT shop_id, floor(extract(epoch FROM %(now)s - placed_at) / 604800)::integer AS week, count(*)::integer
FROM marketplace_order
WHERE shop_id = ANY (%(shops)s) AND placed_at > %(since)s AND placed_at <= %(now)s
GROUP BY 1, 2
"""


def shops_count_due(*, now: datetime) -> int:
    """Count the shops whose figures are old, a hundred at the most; returns how many were counted.

    Two processes that count one shop at once write the same.
    """
    with connection.cursor() as cursor:
        due: dict[str, Any] = {"now": now, "again": now - AGAIN_AFTER, "anyway": now - ANYWAY_AFTER, "batch": BATCH}
        cursor.execute(_DUE, due)
        shops = [row[0] for row in cursor.fetchall()]
    if not shops:
        return 0
    ShopFigures.objects.bulk_create(
        _figures(shops, now),
        update_conflicts=True,
        unique_fields=["shop"],
        update_fields=[field.name for field in ShopFigures._meta.fields if not field.primary_key],
    )
    return len(shops)


def _figures(shops: Sequence[int], now: datetime) -> list[ShopFigures]:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"shops": list(shops), "now": now, "since": now - timedelta(days=DAYS), "top": TOP}
        cursor.execute(_BUYERS, asked)
        buyers = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_WEEKLY, asked | {"since": now - timedelta(weeks=WEEKS + 1)})
        weeks: dict[int, dict[int, int]] = {}
        for shop, week, orders in cursor.fetchall():
            weeks.setdefault(shop, {})[week] = orders
    return [_shop(shop, buyers.get(shop, (0, 0, 0, [])), weeks.get(shop, {}), now) for shop in shops]


def _shop(shop: int, counted: tuple[int, int, int, list[int]], weeks: dict[int, int], now: datetime) -> ShopFigures:
    orders, buyers, top_orders, top_accounts = counted
    return ShopFigures(
        shop_id=shop,
        computed_at=now,
        days=DAYS,
        orders=orders,
        buyers=buyers,
        top_accounts=top_accounts,
        top_orders=top_orders,
        week_orders=weeks.get(0, 0),
        usual_week=usual_week(weeks),
    )


def usual_week(weeks: dict[int, int]) -> float | None:
    """Return the median of the weeks before the last seven days, from the shop's first one on.

    The median, because one campaign must not raise what counts as usual.
    """
    first = max(weeks, default=0)
    past = [weeks.get(week, 0) for week in range(1, min(first, WEEKS) + 1)]
    return float(median(past)) if len(past) >= LEAST_WEEKS else None
