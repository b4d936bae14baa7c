"""Monitors and alerts as rows, and each on its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.console import wording
from apps.console.presenters.case_page import RecordLink
from apps.console.presenters.marks import State
from apps.monitors.baseline import Reading, Standing
from apps.monitors.measures import Measure
from apps.monitors.models import Alert, AlertStatus, MeasureChoice, Series, Severity
from apps.monitors.readings import reading_from, strangest
from apps.monitors.sentences import INNOCENT, alert_title, reading_words, series_name, span_short, value_words

_STANDINGS: dict[Standing, tuple[str | Promise, str, str]] = {
    Standing.LEARNING: (gettext_lazy("Learning"), "none", "circle-dashed"),
    Standing.CALM: (gettext_lazy("As usual"), "good", "check"),
    Standing.UNUSUAL: (gettext_lazy("Unusual"), "warn", "alert-triangle"),
    Standing.GRAVE: (gettext_lazy("Grave"), "bad", "alert-triangle"),
}
_STATUSES = {
    AlertStatus.OPEN: ("warn", "bell"),
    AlertStatus.ACKNOWLEDGED: ("none", "user-check"),
    AlertStatus.DISMISSED: ("none", "x"),
}
# Deviations from what is usual at which the bar is full.
_FULL = 12


@dataclass(frozen=True)
class MeasureRow:
    """One measure of a monitor; `usual` and `band` are empty while it learns."""

    name: str
    span: str
    observed: str
    whole: str
    usual: str
    band: str
    deviations: str
    percent: int
    tone: str
    state: State


@dataclass(frozen=True)
class SeriesRow:
    """One monitor in a list, with the measure that is furthest from usual."""

    series_id: int
    name: str
    kind: str
    client: str
    currency: str
    state: State
    strangest: MeasureRow | None
    judged_at: datetime | None


@dataclass(frozen=True)
class AlertRow:
    """One alert in a list. `severity` is its mark, `state` what people made of it."""

    alert_id: str
    title: str
    client: str
    words: str
    severity: State
    state: State
    raised_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Party:
    """An account or shop, and how often it is behind the alert."""

    link: RecordLink
    times: int


@dataclass(frozen=True)
class AlertPage:
    """One alert with its evidence. `peak` is empty where it went no further than when it was raised."""

    row: AlertRow
    series_id: int
    measure: MeasureRow
    peak: str
    innocent: str
    days: list[tuple[str, str]]
    accounts: list[Party]
    shops: list[Party]
    orders: list[RecordLink]
    refunds: list[RecordLink]
    decided_by: str
    decided_at: datetime | None
    reason: str
    may_acknowledge: bool
    may_dismiss: bool


def standing_state(standing: Standing) -> State:
    """Return how a measure stands as a mark and a word."""
    word, tone, icon = _STANDINGS[standing]
    return State(str(word), tone, icon)


def measure_row(reading: Reading, currency: str) -> MeasureRow:
    """Write one measure out."""
    measure = reading.measure
    is_known = reading.expected is not None
    return MeasureRow(
        name=str(MeasureChoice(measure.value).label),
        span=span_short(reading.span),
        observed=value_words(measure, reading.observed, currency),
        whole=f"{reading.whole:,}" if reading.whole else "",
        usual=value_words(measure, reading.expected, currency) if reading.expected is not None else "",
        band=f"{value_words(measure, reading.low, currency)} – {value_words(measure, reading.high, currency)}"
        if is_known
        else "",
        deviations=f"{reading.deviations:+.1f}" if is_known else "",
        percent=max(0, min(100, round(100 * reading.deviations / _FULL))),
        tone={"warn": "warn", "bad": "bad"}.get(_STANDINGS[reading.standing][1], ""),
        state=standing_state(reading.standing),
    )


def measure_rows(series: Series) -> list[MeasureRow]:
    """Write every measure of a monitor out, a day's before those of a few hours."""
    return [measure_row(reading_from(each), series.currency) for each in series.readings]


def series_row(series: Series) -> SeriesRow:
    """Write one monitor out; client and shop are loaded."""
    readings = [reading_from(each) for each in series.readings]
    known = [one for one in strangest(readings).values() if one.standing is not Standing.LEARNING]
    furthest = max(known, key=lambda one: (one.is_unusual, one.deviations), default=None)
    return SeriesRow(
        series_id=series.pk,
        name=series_name(series),
        kind=series.get_dimension_display(),
        client=series.client.name,
        currency=series.currency,
        state=standing_state(Standing(series.standing)),
        strangest=measure_row(furthest, series.currency) if furthest is not None else None,
        judged_at=series.judged_at,
    )


def alert_row(alert: Alert) -> AlertRow:
    """Write one alert out; series, shop and client are loaded."""
    tone, icon = _STATUSES[AlertStatus(alert.status)]
    grave = alert.severity == Severity.GRAVE
    return AlertRow(
        alert_id=alert.pk,
        title=alert_title(alert),
        client=alert.series.client.name,
        words=reading_words(reading_from(alert.reading), alert.series.currency),
        severity=State(alert.get_severity_display(), "bad" if grave else "warn", "alert-triangle"),
        state=State(alert.get_status_display(), tone, icon),
        raised_at=alert.raised_at,
        ended_at=alert.ended_at,
    )


def alert_page(alert: Alert) -> AlertPage:
    """Write the page of an alert out."""
    reading, peak = reading_from(alert.reading), reading_from(alert.peak)
    currency, evidence = alert.series.currency, alert.evidence
    return AlertPage(
        row=alert_row(alert),
        series_id=alert.series_id,
        measure=measure_row(reading, currency),
        peak=reading_words(peak, currency) if peak.observed > reading.observed else "",
        innocent=str(INNOCENT[Measure(alert.measure)]),
        days=[
            (_days_back(back), value_words(reading.measure, value, currency))
            for back, value in sorted(reading.days.items())
        ],
        # Everybody who did it once is nobody in particular.
        accounts=[party for party in _parties(evidence.get("accounts", [])) if party.times > 1],
        shops=_parties(evidence.get("shops", [])),
        orders=[RecordLink(wording.shortened(one), wording.search_address(one)) for one in evidence.get("orders", [])],
        refunds=[
            RecordLink(wording.shortened(one), reverse("console:refund", args=[one]))
            for one in evidence.get("refunds", [])
        ],
        decided_by=str(alert.decided_by) if alert.decided_by is not None else "",
        decided_at=alert.decided_at,
        reason=alert.reason,
        may_acknowledge=alert.status == AlertStatus.OPEN,
        may_dismiss=alert.status != AlertStatus.DISMISSED,
    )


def _days_back(days: int) -> str:
    if days == 1:
        return _("the day before")
    return pgettext("monitor", "%(days)d days before") % {"days": days}


def _parties(found: Sequence[Sequence[str | int]]) -> list[Party]:
    return [
        Party(RecordLink(wording.shortened(str(name)), wording.search_address(str(name))), int(times))
        for name, times in found
    ]
