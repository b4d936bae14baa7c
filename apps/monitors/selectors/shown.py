"""Monitors, alerts and subscriptions as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDay

from apps.clients.models import ApiClient
from apps.common.keysets import Page, page_by_id
from apps.monitors.errors import AlertUnknown, SeriesUnknown
from apps.monitors.measures import Counted, Dimension
from apps.monitors.models import Alert, AlertStatus, Bucket, Progress, Series, Subscription
from apps.staff.models import Person


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts a list shows; None means all."""

    status: AlertStatus | None = None
    client_id: int | None = None


@dataclass(frozen=True)
class SeriesFilter:
    """Which monitors a list shows; None means all."""

    dimension: Dimension | None = None
    client_id: int | None = None


def alerts_page(wanted: AlertFilter, *, limit: int, cursor: str | None) -> Page[Alert]:
    """Return a page of alerts with series, shop and client, the newest first. Raises CursorUnreadable."""
    return page_by_id(_whole(_wanted(wanted)), limit=limit, cursor=cursor)


def alert_counts(wanted: AlertFilter) -> dict[str, int]:
    """Count the alerts of a list by status."""
    alerts = _wanted(replace(wanted, status=None)).order_by().values_list("status")
    return dict(alerts.annotate(count=Count("id")))


def alert_shown(alert_id: str) -> Alert:
    """Return an alert with everything. Raises AlertUnknown."""
    alert = _whole(Alert.objects.all()).filter(pk=alert_id).first()
    if alert is None:
        raise AlertUnknown
    return alert


def alerts_of(series: Series, *, limit: int) -> list[Alert]:
    """Return the newest alerts of a series."""
    return list(_whole(Alert.objects.filter(series=series)).order_by("-id")[:limit])


def alerts_open_count() -> int:
    """Count the alerts that nobody has decided on."""
    return Alert.objects.filter(status=AlertStatus.OPEN).count()


def _whole(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    return alerts.select_related("series__shop", "series__client", "decided_by")


def _wanted(wanted: AlertFilter) -> QuerySet[Alert]:
    alerts = Alert.objects.all()
    if wanted.status is not None:
        alerts = alerts.filter(status=wanted.status)
    if wanted.client_id is not None:
        alerts = alerts.filter(series__client=wanted.client_id)
    return alerts


def platforms(*, limit: int) -> list[Series]:
    """Return the platforms of all clients, by client and currency."""
    found = Series.objects.filter(dimension=Dimension.PLATFORM.value).select_related("client", "shop")
    return list(found.order_by("client__name", "currency", "pk")[:limit])


def series_strangest(wanted: SeriesFilter, *, limit: int) -> list[Series]:
    """Return the monitors that are furthest above what is usual for them, the strangest first."""
    found = Series.objects.select_related("client", "shop")
    if wanted.dimension is not None:
        found = found.filter(dimension=wanted.dimension.value)
    if wanted.client_id is not None:
        found = found.filter(client=wanted.client_id)
    return list(found.order_by("-deviations", "id")[:limit])


def series_counts(wanted: SeriesFilter) -> dict[str, int]:
    """Count the monitors of a list by dimension."""
    found = Series.objects.order_by().values_list("dimension")
    if wanted.client_id is not None:
        found = found.filter(client=wanted.client_id)
    return dict(found.annotate(count=Count("id")))


def clients_watched(*, most: int = 200) -> list[tuple[int, str]]:
    """Return id and name of the clients that have monitors, by name."""
    watched = ApiClient.objects.filter(pk__in=Series.objects.values("client"))
    return list(watched.order_by("name", "pk").values_list("pk", "name")[:most])


def series_shown(series_id: int) -> Series:
    """Return a monitor with client and shop. Raises SeriesUnknown."""
    found = Series.objects.select_related("client", "shop").filter(pk=series_id).first()
    if found is None:
        raise SeriesUnknown
    return found


def days_of(series: Sequence[Series], *, now: datetime, days: int) -> dict[int, list[tuple[datetime, Counted]]]:
    """Return what was counted of each series by day of the active time zone, the oldest first, without empty days."""
    buckets = Bucket.objects.filter(series__in=series, hour__gt=now - timedelta(days=days))
    sums = {name: Sum(name) for name in Counted.__dataclass_fields__}
    rows = buckets.annotate(day=TruncDay("hour")).values_list("series_id", "day").annotate(**sums).order_by("day")
    found: dict[int, list[tuple[datetime, Counted]]] = {one.pk: [] for one in series}
    for series_id, day, *numbers in rows:
        found[series_id].append((day, Counted(*numbers)))
    return found


def counted_at() -> datetime | None:
    """Return when something was counted last."""
    return Progress.objects.filter(pk=1).values_list("counted_at", flat=True).first()


def subscriptions_of(person: Person) -> list[Subscription]:
    """Return what the person wants to be told."""
    return list(Subscription.objects.filter(person=person).select_related("client").order_by("pk"))
