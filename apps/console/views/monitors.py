"""Monitors: what sells and what is asked back, beside what is usual."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.console.forms import row_number
from apps.console.permissions import may_lag, signed_in
from apps.console.presenters.monitor_charts import DAYS, charts, day_rows
from apps.console.presenters.monitor_rows import alert_row, measure_rows, series_row
from apps.console.presenters.queue_filters import choice_tabs, options
from apps.monitors.measures import Dimension
from apps.monitors.models import AlertStatus, DimensionChoice
from apps.monitors.readings import reading_from
from apps.monitors.selectors.shown import (
    AlertFilter,
    SeriesFilter,
    alerts_of,
    alerts_page,
    clients_watched,
    counted_at,
    days_of,
    platforms,
    series_counts,
    series_shown,
    series_strangest,
)

ROWS, ALERTS, PLATFORMS = 50, 5, 12


@signed_in
@require_safe
@may_lag
def monitors(request: HttpRequest) -> HttpResponse:
    """Show how each platform stands, the newest alerts, and the monitors furthest from what is usual."""
    wanted = _wanted(request.GET)
    clients = [(str(client_id), name) for client_id, name in clients_watched()]
    whole = platforms(limit=PLATFORMS)
    open_alerts = alerts_page(AlertFilter(status=AlertStatus.OPEN), limit=ALERTS, cursor=None)
    return render(
        request,
        "console/monitors.html",
        {
            "platforms": [(series_row(one), measure_rows(one)) for one in whole],
            "alerts": [alert_row(one) for one in open_alerts.rows],
            "rows": [series_row(one) for one in series_strangest(wanted, limit=ROWS)],
            "tabs": choice_tabs(
                request.GET,
                DimensionChoice,
                name="monitors",
                field="dimension",
                counts=series_counts(wanted),
                chosen=wanted.dimension.value if wanted.dimension else "",
            ),
            "clients": options(clients, request.GET.get("client", "")),
            "dimension": wanted.dimension.value if wanted.dimension else "",
            "is_filtered": wanted.client_id is not None,
            "counted_at": counted_at(),
        },
    )


@signed_in
@require_safe
@may_lag
def monitor(request: HttpRequest, series_id: int) -> HttpResponse:
    """Show one monitor: its measures, its days, its alerts."""
    series, now = series_shown(series_id), timezone.now()
    days = days_of([series], now=now, days=DAYS)[series.pk]
    readings = [reading_from(each) for each in series.readings]
    drawn = charts(days, readings, series.currency, now=now)
    return render(
        request,
        "console/monitor.html",
        {
            "row": series_row(series),
            "measures": measure_rows(series),
            "charts": drawn,
            "days": day_rows(days, series.currency),
            "alerts": [alert_row(one) for one in alerts_of(series, limit=ALERTS)],
        },
    )


def _wanted(asked: QueryDict) -> SeriesFilter:
    dimension = asked.get("dimension", "")
    return SeriesFilter(
        Dimension(dimension) if dimension in DimensionChoice.values else None, row_number(asked.get("client", ""))
    )
