"""Whose orders and refunds are behind what an alert says."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from apps.marketplace.models import Line, Order, Payment
from apps.monitors.measures import HOUR, Dimension, Measure, hour_of
from apps.monitors.models import Series
from apps.monitors.selectors.trade import NEW_DAYS
from apps.refunds.models import Refund

# How many of the hours' newest orders are looked through for busy accounts and shops, and how many are named.
SAMPLE, NAMED = 2_000, 5


@dataclass(frozen=True)
class Parties:
    """Accounts and shops by the client's ids with how often each; refunds and orders by ids, the largest first."""

    accounts: list[tuple[str, int]]
    shops: list[tuple[str, int]]
    orders: list[str]
    refunds: list[str]


def parties_behind(series: Series, measure: Measure, span: int, now: datetime) -> Parties:
    """Name the busiest accounts and shops, and the largest orders and refunds, of the hours up to now."""
    until = hour_of(now) + HOUR
    since = until - timedelta(hours=span)
    is_of_refunds = measure in (Measure.REFUNDS, Measure.REFUND_SHARE)
    refunds = list(_refunds(series, since, until).order_by("-requested_at", "-pk")[:SAMPLE]) if is_of_refunds else []
    orders = [] if is_of_refunds else list(_orders(series, since, until).order_by("-placed_at", "-pk")[:SAMPLE])
    if measure is Measure.NEW_SHARE:
        orders = [order for order in orders if _is_new(order)]
    rows: list[Order] | list[Refund] = refunds or orders
    return Parties(
        accounts=Counter(row.account.external_id for row in rows).most_common(NAMED),
        shops=Counter(row.shop.external_id for row in rows).most_common(NAMED),
        orders=[one.external_id for one in sorted(orders, key=lambda one: -one.paid_amount)[:NAMED]],
        refunds=[one.pk for one in sorted(refunds, key=lambda one: -one.amount)[:NAMED]],
    )


def _is_new(order: Order) -> bool:
    registered_at = order.account.registered_at
    return registered_at is not None and registered_at > order.placed_at - timedelta(days=NEW_DAYS)


def _orders(series: Series, since: datetime, until: datetime) -> QuerySet[Order]:
    orders = Order.objects.filter(
        client=series.client_id, placed_at__gte=since, placed_at__lt=until, currency=series.currency
    ).select_related("account", "shop")
    if series.dimension == Dimension.SHOP:
        return orders.filter(shop=series.shop_id)
    if series.dimension == Dimension.CATEGORY:
        return orders.filter(Exists(Line.objects.filter(order=OuterRef("pk"), category=series.name)))
    if series.dimension == Dimension.INSTRUMENT:
        return orders.filter(Exists(Payment.objects.filter(order=OuterRef("pk"), instrument__type=series.name)))
    return orders


def _refunds(series: Series, since: datetime, until: datetime) -> QuerySet[Refund]:
    refunds = Refund.objects.filter(
        client=series.client_id, requested_at__gte=since, requested_at__lt=until, currency=series.currency
    ).select_related("account", "shop")
    if series.dimension == Dimension.SHOP:
        return refunds.filter(shop=series.shop_id)
    if series.dimension == Dimension.CATEGORY:
        return refunds.filter(category=series.name)
    if series.dimension == Dimension.INSTRUMENT:
        paid_with = Payment.objects.filter(order=OuterRef("order"), instrument__type=series.name)
        return refunds.filter(Exists(paid_with))
    return refunds
