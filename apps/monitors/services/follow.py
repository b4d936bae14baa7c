"""Following what is told: which hours have to be counted again, and counting them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q

from apps.common.locks import try_lock
from apps.marketplace.models import Order
from apps.monitors.measures import HOUR, KEPT, Counted, Dimension, hour_of
from apps.monitors.models import Bucket, DueHour, Progress, Series
from apps.monitors.selectors.trade import Key, trade_of_hours
from apps.refunds.models import Refund

# Top 16 bits of the lock that one tick takes: two that count the same hours would only wait for each other.
FOLLOWING_LOCKS = 0x4D4F
# Rows looked through at a time while a past is imported, and hours counted in one transaction.
CHUNK, HOURS_AT_ONCE = 50_000, 24
# Every transaction that took a number is over by then; those of an import are shorter.
SETTLING = timedelta(minutes=1)
NIGHT_FROM, NIGHT_UNTIL = 22, 6

_NEW_ORDERS = """
INSERT INTO monitors_duehour (client_id, hour)
SELECT DISTINCT client_id, date_trunc('hour', placed_at, 'UTC')
FROM (SELECT client_id, placed_at FROM marketplace_order WHERE id > %s AND id <= %s) told
WHERE placed_at >= %s AND placed_at < %s
ON CONFLICT DO NOTHING
"""
_NEW_REFUNDS = """
INSERT INTO monitors_duehour (client_id, hour)
SELECT DISTINCT client_id, date_trunc('hour', requested_at, 'UTC')
FROM (SELECT client_id, requested_at FROM refunds_refund WHERE id > %s ORDER BY id LIMIT %s) told
WHERE requested_at >= %s AND requested_at < %s
ON CONFLICT DO NOTHING
"""
_LAST_REFUND = """
SELECT max(id) FROM (SELECT id FROM refunds_refund WHERE id > %s ORDER BY id LIMIT %s) told
"""


@transaction.atomic
def trade_note(*, now: datetime) -> None:
    """Note the hours of orders and refunds that came in since, with those whose transaction was still open then."""
    if not try_lock(FOLLOWING_LOCKS << 48):
        return
    progress, _made = Progress.objects.select_for_update().get_or_create(pk=1, defaults={"seen_at": now})
    newest_order = Order.objects.aggregate(top=Max("pk"))["top"] or 0
    newest_refund = Refund.objects.aggregate(top=Max("pk"))["top"] or ""
    is_settled = now >= progress.seen_at + SETTLING
    if (newest_order, newest_refund) == (progress.order_noted, progress.refund_noted) and not is_settled:
        return
    period = (now - KEPT, now + HOUR)
    last_order = min(newest_order, progress.order_settled + CHUNK)
    with connection.cursor() as cursor:
        cursor.execute(_NEW_ORDERS, [progress.order_settled, last_order, *period])
        cursor.execute(_NEW_REFUNDS, [progress.refund_settled, CHUNK, *period])
        cursor.execute(_LAST_REFUND, [progress.refund_settled, CHUNK])
        last_refund = cursor.fetchone()[0] or progress.refund_settled
    progress.order_noted, progress.refund_noted = last_order, last_refund
    # A backlog longer than a chunk is so old at its beginning that it has settled.
    if last_order < newest_order:
        progress.order_settled = last_order
    if last_refund < newest_refund:
        progress.refund_settled = last_refund
    if is_settled:
        progress.order_settled = max(progress.order_settled, progress.order_seen)
        progress.refund_settled = max(progress.refund_settled, progress.refund_seen)
        progress.order_seen, progress.refund_seen, progress.seen_at = last_order, last_refund, now
    progress.save()


@transaction.atomic
def trade_count_due(*, now: datetime) -> int:
    """Count hours again that something new was told of, the newest first, of one client; returns how many.

    Their series are due to be judged. What a killed process had begun is still due.
    """
    if not try_lock(FOLLOWING_LOCKS << 48):
        return 0
    newest = DueHour.objects.order_by("-hour", "pk").first()
    if newest is None:
        return 0
    due = list(DueHour.objects.filter(client=newest.client_id).order_by("-hour")[:HOURS_AT_ONCE])
    hours = [each.hour for each in due]
    counted = trade_of_hours(newest.client_id, hours, night=_at_night(hours))
    _write(newest.client_id, hours, counted, now)
    DueHour.objects.filter(pk__in=[each.pk for each in due]).delete()
    Progress.objects.filter(pk=1).update(counted_at=now)
    return len(hours)


def trade_forget_old(*, now: datetime, limit: int = 50_000) -> int:
    """Delete the hours that nothing is compared with any more; returns how many rows."""
    old = Bucket.objects.filter(hour__lt=hour_of(now - KEPT)).order_by("hour").values("pk")[:limit]
    deleted, _by_model = Bucket.objects.filter(pk__in=old).delete()
    return deleted


def _at_night(hours: Iterable[datetime]) -> frozenset[datetime]:
    zone = ZoneInfo(settings.REVIEWCONSOLE_TIME_ZONE)
    return frozenset(
        hour for hour in hours if (local := hour.astimezone(zone).hour) >= NIGHT_FROM or local < NIGHT_UNTIL
    )


def _write(
    client_id: int, hours: Sequence[datetime], counted: Mapping[tuple[Key, datetime], Counted], now: datetime
) -> None:
    series = _series(client_id, counted, now)
    Bucket.objects.filter(series__client=client_id, hour__in=hours).delete()
    Bucket.objects.bulk_create(
        [Bucket(series_id=series[key], hour=hour, **asdict(numbers)) for (key, hour), numbers in counted.items()],
        batch_size=5_000,
    )


def _series(client_id: int, counted: Mapping[tuple[Key, datetime], Counted], now: datetime) -> dict[Key, int]:
    """Return the row ids of the series that were counted, made where they are new; all of them are due to be judged.

    Only one tick counts at a time, so nobody else makes them meanwhile.
    """
    begun: dict[Key, datetime] = {}
    for key, hour in counted:
        begun[key] = min(hour, begun.get(key, hour))
    of_these = Q(shop__isnull=True) | Q(shop__in=[key.shop_id for key in begun if key.shop_id is not None])
    columns = ("dimension", "shop_id", "name", "currency", "pk", "begun_at")
    found = {
        Key(Dimension(dimension), shop_id, name, currency): (pk, since)
        for dimension, shop_id, name, currency, pk, since in Series.objects.filter(
            of_these, client=client_id
        ).values_list(*columns)
    }
    fresh = {key: _fresh(client_id, key, since) for key, since in begun.items() if key not in found}
    Series.objects.bulk_create(fresh.values(), batch_size=5_000)
    # While a past is imported with its newest hours first, most series become older with each run.
    _set_begun([(found[key][0], since) for key, since in begun.items() if key in found and since < found[key][1]])
    ids = {key: fresh[key].pk if key in fresh else found[key][0] for key in begun}
    Series.objects.filter(pk__in=ids.values()).update(judge_due_at=now)
    return ids


def _fresh(client_id: int, key: Key, since: datetime) -> Series:
    return Series(
        client_id=client_id,
        dimension=key.dimension.value,
        shop_id=key.shop_id,
        name=key.name,
        currency=key.currency,
        begun_at=since,
    )


def _set_begun(older: Sequence[tuple[int, datetime]]) -> None:
    if not older:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE monitors_series SET begun_at = sent.begun_at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS sent(id, begun_at) WHERE monitors_series.id = sent.id",
            [[pk for pk, _since in older], [since for _pk, since in older]],
        )
