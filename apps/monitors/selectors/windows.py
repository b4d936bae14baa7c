"""What was counted in the hours that series are judged by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from apps.monitors.measures import Counted, Window, windows_at
from apps.monitors.models import Series

_QUERY = """
SELECT b.series_id, w.place, sum(b.orders)::bigint, sum(b.amount)::bigint, sum(b.known_orders)::bigint,
    sum(b.new_orders)::bigint, sum(b.night_orders)::bigint, sum(b.refunds)::bigint, sum(b.refunded)::bigint
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS w(begun, ended, place)
JOIN monitors_bucket b ON b.series_id = ANY (%(series)s) AND b.hour >= w.begun AND b.hour < w.ended
GROUP BY b.series_id, w.place
"""


def counted_at(series: Sequence[Series], now: datetime) -> dict[int, dict[Window, Counted]]:
    """Return what was counted of each series in each window that it goes back to. One statement.

    A window before the series began is none in which nothing was sold.
    """
    windows = windows_at(now)
    asked: dict[str, Any] = {
        "begins": [window.begin for window in windows],
        "ends": [window.end for window in windows],
        "series": [one.pk for one in series],
    }
    found: defaultdict[int, dict[Window, Counted]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, asked)
        for series_id, place, *numbers in cursor.fetchall():
            found[series_id][windows[place - 1]] = Counted(*numbers)
    return {
        one.pk: {
            window: found[one.pk].get(window, Counted())
            for window in windows
            if window.days_back == 0 or window.begin >= one.begun_at
        }
        for one in series
    }
