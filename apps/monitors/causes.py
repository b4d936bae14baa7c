"""One cause, one alert: what is told of a series, and what is explained by an alert that lasts already."""

from collections.abc import Collection, Iterable

from apps.monitors.baseline import Reading
from apps.monitors.measures import Dimension, Measure
from apps.monitors.models import Alert, Series
from apps.monitors.readings import reading_from, strangest

# Measures that rise together.
_FAMILIES: dict[Measure, str] = {
    Measure.ORDERS: "sales",
    Measure.SALES: "sales",
    Measure.REFUNDS: "refunds",
    Measure.REFUND_SHARE: "refunds",
    Measure.NEW_SHARE: "buyers",
    Measure.NIGHT_SHARE: "hours",
}
# Of what is above the expected, what shops with an alert have to account for.
_EXPLAINED = 0.5


def readings_by_measure(series: Series) -> dict[Measure, Reading]:
    """Return of each measure the reading in which it is furthest from usual."""
    return strangest([reading_from(each) for each in series.readings])


def causes(readings: Iterable[Reading]) -> list[Reading]:
    """Return what is unusual, of measures that rise together the furthest."""
    found: dict[str, Reading] = {}
    for reading in readings:
        family = _FAMILIES[reading.measure]
        if reading.is_unusual and (family not in found or reading.deviations > found[family].deviations):
            found[family] = reading
    return list(found.values())


def is_explained(series: Series, reading: Reading, lasting: Collection[Alert]) -> bool:
    """Tell whether an alert that lasts tells the same already.

    That is one on the series itself, one on the whole platform when the series
    is a part of it that is no shop, and those on shops that account for half
    of what is above the expected. `lasting` have their series loaded.
    """
    family = _FAMILIES[reading.measure]
    alike = [
        alert
        for alert in lasting
        if _FAMILIES[Measure(alert.measure)] == family
        and (alert.series.client_id, alert.series.currency) == (series.client_id, series.currency)
    ]
    if any(alert.series_id == series.pk for alert in alike):
        return True
    if series.dimension == Dimension.SHOP:
        return False
    if series.dimension != Dimension.PLATFORM and any(a.series.dimension == Dimension.PLATFORM for a in alike):
        return True
    shops = {alert.series_id: alert.series for alert in alike if alert.series.dimension == Dimension.SHOP}
    explained = sum(_excess(_same(shop, reading)) for shop in shops.values())
    return bool(shops) and explained >= _EXPLAINED * _excess(reading)


def _same(series: Series, reading: Reading) -> Reading | None:
    readings = (reading_from(each) for each in series.readings)
    return next((one for one in readings if (one.measure, one.span) == (reading.measure, reading.span)), None)


def _excess(reading: Reading | None) -> float:
    """Return by how many orders, refunds or minor units it is above what is expected."""
    if reading is None or reading.expected is None:
        return 0.0
    return (reading.observed - reading.expected) * (reading.whole or 1)
