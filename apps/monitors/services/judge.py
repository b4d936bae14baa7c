"""Judging series that something new was counted of, and raising, growing and ending alerts."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import msgspec
from django.db import connection, transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import system
from apps.monitors.baseline import Reading, Standing
from apps.monitors.causes import causes, is_explained, readings_by_measure
from apps.monitors.measures import Dimension, Measure
from apps.monitors.models import Alert, Series, Severity
from apps.monitors.readings import lift_of, reading_document, reading_from, readings_of
from apps.monitors.selectors.parties import parties_behind
from apps.monitors.selectors.windows import counted_at
from apps.monitors.services.tell import alert_tell

MONITOR = system("monitor")
AT_ONCE = 200
# While an alert lasts its series is judged again though nothing new came: that is how it ends.
AGAIN_AFTER = timedelta(minutes=5)


@transaction.atomic
def series_judge_due(*, now: datetime) -> int:
    """Judge series that are due, the longest waiting first; returns how many.

    A platform is judged before its shops: what all sell more of is no shop's
    doing.
    """
    due = Series.objects.select_for_update(skip_locked=True, of=("self",)).filter(judge_due_at__lte=now)
    series = list(due.select_related("shop", "client").order_by("judge_due_at", "pk")[:AT_ONCE])
    if not series:
        return 0
    counted = counted_at(series, now)
    lifts: dict[tuple[int, str], float] = {}
    for one in sorted(series, key=lambda one: one.dimension != Dimension.PLATFORM):
        is_platform = one.dimension == Dimension.PLATFORM
        lift = 1.0 if is_platform else _lift(one, lifts)
        readings = readings_of(counted[one.pk], lift=lift)
        if is_platform:
            lifts[one.client_id, one.currency] = lift_of(readings)
        _judged(one, readings, now)
    _alerts(series, now)
    _keep(series)
    return len(series)


_KEEP = """
UPDATE monitors_series SET judge_due_at = sent.judge_due_at, judged_at = sent.judged_at, standing = sent.standing,
    deviations = sent.deviations, readings = sent.readings
FROM json_to_recordset(%s::json) AS sent(
    id bigint, judge_due_at timestamptz, judged_at timestamptz, standing text, deviations float8, readings jsonb
)
WHERE monitors_series.id = sent.id
"""


def _keep(series: Sequence[Series]) -> None:
    rows = [
        {
            "id": one.pk,
            "judge_due_at": one.judge_due_at,
            "judged_at": one.judged_at,
            "standing": one.standing,
            "deviations": one.deviations,
            "readings": one.readings,
        }
        for one in series
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [msgspec.json.encode(rows).decode()])


def _lift(series: Series, lifts: dict[tuple[int, str], float]) -> float:
    place = series.client_id, series.currency
    if place not in lifts:
        platform = Series.objects.filter(
            client=series.client_id, dimension=Dimension.PLATFORM.value, currency=series.currency
        ).first()
        lifts[place] = lift_of([reading_from(one) for one in platform.readings]) if platform is not None else 1.0
    return lifts[place]


_ORDER = list(Standing)


def _judged(series: Series, readings: list[Reading], now: datetime) -> None:
    series.readings = [reading_document(reading) for reading in readings]
    series.standing = max((reading.standing for reading in readings), key=_ORDER.index).value
    series.deviations = max((r.deviations for r in readings if r.standing is not Standing.LEARNING), default=0.0)
    series.judged_at, series.judge_due_at = now, None


def _alerts(series: Sequence[Series], now: datetime) -> None:
    """Grow and end the alerts that last, then raise new ones: of shops first, which may explain what is wider."""
    lasting = _gone_on(series, now)
    for one in sorted(series, key=lambda one: _WIDTH[Dimension(one.dimension)]):
        for reading in causes(readings_by_measure(one).values()):
            if not is_explained(one, reading, lasting):
                lasting.append(_raise(one, reading, now))
    with_alerts = {alert.series_id for alert in lasting}
    for one in series:
        if one.pk in with_alerts:
            one.judge_due_at = now + AGAIN_AFTER


def _gone_on(series: Sequence[Series], now: datetime) -> list[Alert]:
    """Grow or end the alerts of these series; return those of their clients that last."""
    judged = {one.pk: one for one in series}
    clients = {one.client_id for one in series}
    found = Alert.objects.filter(ended_at__isnull=True, series__client__in=clients).select_related("series")
    alerts = list(found.order_by("pk"))
    for alert in alerts:
        if alert.series_id in judged:
            # As it was just judged, for what is asked whether this explains it.
            alert.series = judged[alert.series_id]
            _go_on(alert, readings_by_measure(alert.series)[Measure(alert.measure)], now)
    return [alert for alert in alerts if alert.ended_at is None]


_WIDTH = {Dimension.SHOP: 0, Dimension.PLATFORM: 1, Dimension.CATEGORY: 2, Dimension.INSTRUMENT: 2}


def _go_on(alert: Alert, reading: Reading, now: datetime) -> None:
    if reading.is_over:
        _end(alert, now)
    else:
        _grow(alert, reading, now)


def _raise(series: Series, reading: Reading, now: datetime) -> Alert:
    document = reading_document(reading)
    alert = Alert(
        series=series,
        measure=reading.measure.value,
        severity=Severity(reading.standing.value),
        raised_at=now,
        reading=document,
        peak=document,
        evidence=asdict(parties_behind(series, reading.measure, reading.span, now)),
    )
    alert.save(force_insert=True)
    changes = {"measure": alert.measure, "severity": alert.severity}
    audit_record(Action.ALERT_RAISED, actor=MONITOR, now=now, subject=alert.pk, changes=changes)
    alert_tell(alert, now=now)
    return alert


def _grow(alert: Alert, reading: Reading, now: datetime) -> None:
    """Keep the furthest that it went; what grows grave is told, with whose orders are behind it by now."""
    if reading.deviations > alert.peak["deviations"]:
        alert.peak = reading_document(reading)
    if reading.standing is Standing.GRAVE and alert.severity != Severity.GRAVE:
        alert.severity, alert.reading = Severity.GRAVE, reading_document(reading)
        alert.evidence = asdict(parties_behind(alert.series, reading.measure, reading.span, now))
        changes = {"severity": [Severity.UNUSUAL.value, Severity.GRAVE.value]}
        audit_record(Action.ALERT_RAISED, actor=MONITOR, now=now, subject=alert.pk, changes=changes)
        alert_tell(alert, now=now)
    alert.save(update_fields=["peak", "severity", "reading", "evidence"])


def _end(alert: Alert, now: datetime) -> None:
    alert.ended_at = max(now, alert.raised_at)
    alert.save(update_fields=["ended_at"])
    audit_record(Action.ALERT_ENDED, actor=MONITOR, now=now, subject=alert.pk)
