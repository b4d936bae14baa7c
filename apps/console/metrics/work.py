"""What the database tells of the work: refunds, cases, deliveries, and how late due work is."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.models import Count, Min, Q
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from apps.clients.models import ApiClient
from apps.console.metrics.counts import MOST_COUNTED, statuses
from apps.identity.models import VerificationFactor
from apps.monitors.models import Alert, AlertStatus, Series, Severity
from apps.notifications.models import Notice
from apps.payouts.models import Hold, HoldStatus
from apps.refunds.models import Refund, RefundStatus
from apps.reviews.models import CaseStatus, InformationRequest, Proposal, ProposalState, Queue, ReviewCase
from apps.reviews.selectors import escalations_on_their_way, requests_on_their_way
from apps.rings.models import Ring
from apps.webhooks.models import DeliveryStatus, WebhookDelivery
from apps.webhooks.selectors import delivery_lag

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
    for kind, seconds in _lags(now).items():
        gauge.add_metric([kind], seconds)
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


def _lags(now: datetime) -> dict[str, float]:
    """Return seconds by kind. Each asks for the first row of the index that its timer works from."""
    due = Hold.objects.filter(status=HoldStatus.OPEN, release_at__lte=now)
    oldest = {
        "hold": due.filter(Q(postponed_until__isnull=True) | Q(postponed_until__lte=now)).aggregate(
            at=Min("release_at")
        ),
        "decision": Proposal.objects.filter(state=ProposalState.SETTLING, settles_at__lte=now).aggregate(
            at=Min("settles_at")
        ),
        "lease": ReviewCase.objects.filter(holder__isnull=False, leased_until__lte=now).aggregate(
            at=Min("leased_until")
        ),
        "information": InformationRequest.objects.filter(
            ended_at__isnull=True, sent_at__isnull=False, due_at__lte=now
        ).aggregate(at=Min("due_at")),
        "request": requests_on_their_way().filter(settles_at__lte=now).aggregate(at=Min("settles_at")),
        "escalation": escalations_on_their_way().filter(settles_at__lte=now).aggregate(at=Min("settles_at")),
        "recall": VerificationFactor.objects.filter(recall_due_at__lte=now).aggregate(at=Min("recall_due_at")),
        "denial": ReviewCase.objects.filter(recall_due_at__lte=now).aggregate(at=Min("recall_due_at")),
        "ring": Ring.objects.filter(recall_due_at__lte=now).aggregate(at=Min("recall_due_at")),
        "monitor": Series.objects.filter(judge_due_at__lte=now).aggregate(at=Min("judge_due_at")),
        "mail": Notice.objects.filter(mail_due_at__lte=now).aggregate(at=Min("mail_due_at")),
    }
    lags = {kind: (now - found["at"]).total_seconds() if found["at"] else 0.0 for kind, found in oldest.items()}
    return {**lags, "delivery": delivery_lag(now=now).total_seconds()}
