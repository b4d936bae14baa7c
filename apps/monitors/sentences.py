"""Series, readings and alerts in words. Every function answers in the active language but for `alert_words`."""

from datetime import timedelta

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from apps.common.money import written
from apps.marketplace.models import Category, InstrumentType
from apps.monitors.baseline import Reading, Standing
from apps.monitors.measures import Dimension, Measure
from apps.monitors.models import Alert, Series
from apps.monitors.readings import reading_from

# Why it may be all right.
INNOCENT: dict[Measure, Promise] = {
    Measure.ORDERS: gettext_lazy("A campaign, a holiday, a new item, or a customer who moved all of their trade here."),
    Measure.SALES: gettext_lazy("A few large orders, such as gifts bought by companies before a holiday."),
    Measure.REFUNDS: gettext_lazy("Faulty goods, a cancelled event, or a service that was down."),
    Measure.REFUND_SHARE: gettext_lazy(
        "Faulty goods, a misleading offer, or fewer orders than usual beside the refunds of yesterday's."
    ),
    Measure.NEW_SHARE: gettext_lazy(
        "Advertising, a game that has just come out, or a programme that rewards whom customers bring."
    ),
    Measure.NIGHT_SHARE: gettext_lazy(
        "A sale that begins at midnight, a night of sport, or buyers in another time zone."
    ),
}


def series_name(series: Series) -> str:
    """Return what a series is of; its shop is loaded."""
    if series.dimension == Dimension.SHOP and series.shop is not None:
        return series.shop.name or series.shop.external_id
    if series.dimension == Dimension.CATEGORY:
        return str(Category(series.name).label) if series.name in Category.values else series.name
    if series.dimension == Dimension.INSTRUMENT:
        return str(InstrumentType(series.name).label) if series.name in InstrumentType.values else series.name
    return pgettext("monitor", "The whole platform")


def value_words(measure: Measure, value: float, currency: str) -> str:
    """Write a number, an amount or a share."""
    if measure.is_share:
        return f"{100 * value:.1f} %"
    if measure is Measure.SALES:
        return written(round(value), currency, get_language() or "en")
    return f"{value:,.0f}"


def span_words(span: int) -> str:
    """Say of how long a time it is."""
    hours = timedelta(hours=span) // timedelta(hours=1)
    return ngettext("in the last %(hours)s hour", "in the last %(hours)s hours", hours) % {"hours": hours}


def span_short(span: int) -> str:
    """Say of how long a time it is where there is little room."""
    return pgettext("monitor", "%(hours)s h") % {"hours": span}


def reading_words(reading: Reading, currency: str) -> str:
    """Say what was seen beside what is usual."""
    observed = value_words(reading.measure, reading.observed, currency)
    if reading.expected is None:
        return _("%(observed)s %(span)s; there is too little past to compare it with.") % {
            "observed": observed,
            "span": span_words(reading.span),
        }
    return _("%(observed)s %(span)s; in the same hours of earlier days %(expected)s, up to %(high)s.") % {
        "observed": observed,
        "span": span_words(reading.span),
        "expected": value_words(reading.measure, reading.expected, currency),
        "high": value_words(reading.measure, reading.high, currency),
    }


_TITLES: dict[tuple[Measure, bool], Promise] = {
    (Measure.ORDERS, False): gettext_lazy("More orders than usual: %(of)s"),
    (Measure.ORDERS, True): gettext_lazy("Far more orders than usual: %(of)s"),
    (Measure.SALES, False): gettext_lazy("More sold than usual: %(of)s"),
    (Measure.SALES, True): gettext_lazy("Far more sold than usual: %(of)s"),
    (Measure.REFUNDS, False): gettext_lazy("More refunds than usual: %(of)s"),
    (Measure.REFUNDS, True): gettext_lazy("Far more refunds than usual: %(of)s"),
    (Measure.REFUND_SHARE, False): gettext_lazy("A larger share is asked back than usual: %(of)s"),
    (Measure.REFUND_SHARE, True): gettext_lazy("A far larger share is asked back than usual: %(of)s"),
    (Measure.NEW_SHARE, False): gettext_lazy("More new accounts buy than usual: %(of)s"),
    (Measure.NEW_SHARE, True): gettext_lazy("Far more new accounts buy than usual: %(of)s"),
    (Measure.NIGHT_SHARE, False): gettext_lazy("More is bought at night than usual: %(of)s"),
    (Measure.NIGHT_SHARE, True): gettext_lazy("Far more is bought at night than usual: %(of)s"),
}


def alert_title(alert: Alert) -> str:
    """Say in a few words what the alert is of; its series and shop are loaded."""
    is_grave = alert.severity == Standing.GRAVE
    return str(_TITLES[Measure(alert.measure), is_grave]) % {"of": series_name(alert.series)}


def alert_words(alert: Alert, language: str) -> dict[str, str]:
    """Return title and text of an alert in a language, as people are told."""
    with translation.override(language):
        reading = reading_from(alert.reading)
        text = f"{alert.series.client.name}: {reading_words(reading, alert.series.currency)}"
        return {"title": alert_title(alert), "text": f"{text} {_('Often innocent:')} {INNOCENT[reading.measure]}"}
