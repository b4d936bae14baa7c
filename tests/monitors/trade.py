"""Series with a past, written straight into the hours."""

from datetime import datetime, timedelta

from apps.clients.models import ApiClient
from apps.marketplace.models import Shop
from apps.monitors.measures import BACK_DAYS, DAY, HOUR, Dimension, hour_of
from apps.monitors.models import Alert, Bucket, Series
from apps.monitors.services.judge import series_judge_due
from tests.risk.calm import NOON


def make_series(
    client: ApiClient, dimension: Dimension = Dimension.PLATFORM, *, shop: Shop | None = None, name: str = ""
) -> Series:
    """Make a series that is old enough to be judged."""
    return Series.objects.create(
        client=client,
        dimension=dimension.value,
        shop=shop,
        name=name,
        currency="CNY",
        begun_at=NOON - timedelta(days=60),
    )


def past(series: Series, *, now: datetime = NOON, **counted: int) -> None:
    """Let this much happen two hours before the same moment of each day that is compared with."""
    Bucket.objects.bulk_create(
        Bucket(series=series, hour=hour_of(now) - days * DAY - 2 * HOUR, **counted) for days in BACK_DAYS
    )


def present(series: Series, *, now: datetime = NOON, **counted: int) -> None:
    """Let this much happen in the last hours, in place of what did."""
    Bucket.objects.update_or_create(series=series, hour=hour_of(now) - 2 * HOUR, defaults=counted)
    Series.objects.filter(pk=series.pk).update(judge_due_at=now)


def judged(now: datetime = NOON) -> list[Alert]:
    """Judge what is due; return all alerts, the oldest first."""
    series_judge_due(now=now)
    return list(Alert.objects.order_by("pk"))
