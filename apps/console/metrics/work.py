"""What the database tells of the work: refunds, cases, deliveries, and how late due work is."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.models import Count, Q
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from apps.clients.models import ApiClient
from apps.console.metrics.counts import MOST_COUNTED, statuses
from apps.monitors.models import Alert, AlertStatus, Severity
from apps.refunds.models import Refund, RefundStatus
from apps.reviews.models import CaseStatus, Queue, ReviewCase
from apps.timers.registry import lags, timers
from apps.timers.selectors import failing_counts
from apps.webhooks.models import DeliveryStatus, WebhookDelivery

_FINAL = (RefundStatus.PAID, RefundStatus.DENIED, RefundStatus.WITHDRAWN)
# `refund_by_status` begins with the client, so each count of one client and status reads nothing else.
UNFINISHED = """
SELECT wanted.status, sum(found.rows)
FROM unnest(%(clients)s::bigint[]) AS owner (id) CROSS JOIN unnest(%(statuses)s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT count(*) AS rows FROM (
        SELECT 1 FROM refunds_refund refund
        WHERE refund.client_id = owner.id AND refund.status = wanted.status LIMIT %(most)s
    ) bounded
) found
GROUP BY wanted.status
"""


def work_measured(*, now: datetime) -> Iterator[Metric]:
    """Ask the database how the work stands. Raises DatabaseError when it cannot answer."""
    yield _refunds()
    yield _deliveries()
    yield from _cases(now)
    yield _alerts()
    yield _due_work(now)
    yield _failing_work()


def _refunds() -> Metric:
    gauge = GaugeMetricFamily(
        "reviewconsole_refunds",
        "Refunds by status, past ones included. Unfinished ones are counted, up to 20000 of each client; "
        "paid, denied and withdrawn ones are estimated once there are many.",
        labels=["status"],
    )
    estimated, counted = statuses(Refund), _unfinished_refunds()
    for status in RefundStatus.values:
        gauge.add_metric([status], estimated.get(status, 0) if status in _FINAL else counted.get(status, 0))
    return gauge


def _deliveries() -> Metric:
    gauge = GaugeMetricFamily(
        "reviewconsole_webhook_deliveries",
        "Webhook deliveries of the last 30 days by status. Pending and dead ones are counted, up to 20000; "
        "delivered ones are estimated once there are many.",
        labels=["status"],
    )
    estimated = statuses(WebhookDelivery)
    for status in DeliveryStatus.values:
        is_counted = status in (DeliveryStatus.PENDING, DeliveryStatus.DEAD)
        gauge.add_metric([status], _bounded_deliveries(status) if is_counted else estimated.get(status, 0))
    return gauge


def _cases(now: datetime) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "reviewconsole_open_cases",
        "Cases that wait for a decision, by queue and whether somebody has claimed them.",
        labels=["queue", "claimed"],
    )
    late = GaugeMetricFamily(
        "reviewconsole_overdue_cases", "Open cases past their review deadline, by queue.", labels=["queue"]
    )
    found = {row["queue_id"]: row for row in _open_cases(now)}
    for queue in Queue.objects.order_by("position", "id"):
        row = found.get(queue.pk, {"claimed": 0, "rows": 0, "late": 0})
        waiting.add_metric([queue.slug, "yes"], row["claimed"])
        waiting.add_metric([queue.slug, "no"], row["rows"] - row["claimed"])
        late.add_metric([queue.slug], row["late"])
    yield waiting
    yield late


def _alerts() -> Metric:
    gauge = GaugeMetricFamily(
        "reviewconsole_open_alerts", "Alerts that nobody has decided on, by severity.", labels=["severity"]
    )
    found = dict(
        Alert.objects.filter(status=AlertStatus.OPEN).order_by().values_list("severity").annotate(count=Count("pk"))
    )
    for severity in Severity.values:
        gauge.add_metric([severity], found.get(severity, 0))
    return gauge


def _due_work(now: datetime) -> Metric:
    gauge = GaugeMetricFamily(
        "reviewconsole_due_work_lag_seconds",
        "How long the longest waiting piece of due work has been due, by kind.",
        labels=["kind"],
    )
    for kind, lag in lags(now).items():
        gauge.add_metric([kind], lag.total_seconds())
    return gauge


def _failing_work() -> Metric:
    gauge = GaugeMetricFamily(
        "reviewconsole_failing_due_work",
        "Pieces of due work that failed unexpectedly, by kind: tried again later, or put aside for a person.",
        labels=["kind", "aside"],
    )
    counts = failing_counts()
    for timer in timers():
        failing, aside = counts.get(timer.kind, (0, 0))
        gauge.add_metric([timer.kind, "yes"], aside)
        gauge.add_metric([timer.kind, "no"], failing - aside)
    return gauge


def _unfinished_refunds() -> dict[str, int]:
    unfinished = [status.value for status in RefundStatus if status not in _FINAL]
    clients = list(ApiClient.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED, {"clients": clients, "statuses": unfinished, "most": MOST_COUNTED})
        return dict(cursor.fetchall())


def _bounded_deliveries(status: str) -> int:
    return WebhookDelivery.objects.filter(status=status).values("pk")[:MOST_COUNTED].count()


def _open_cases(now: datetime) -> Iterable[Mapping[str, int]]:
    counts = {
        "rows": Count("pk"),
        "claimed": Count("pk", filter=Q(leased_until__gt=now)),
        "late": Count("pk", filter=Q(due_at__lte=now)),
    }
    rows = ReviewCase.objects.filter(status=CaseStatus.OPEN).values("queue_id").annotate(**counts).order_by()
    return cast(Iterable[Mapping[str, int]], rows)
