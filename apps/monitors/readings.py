"""Readings as JSON holds them, and judging all measures of a series at once. Pure."""

from collections.abc import Mapping
from typing import Any

from apps.monitors.baseline import Reading, Standing, reading_of
from apps.monitors.measures import SPANS, Counted, Measure, Window


def readings_of(counted: Mapping[Window, Counted], *, lift: float = 1.0) -> list[Reading]:
    """Judge every measure over every span that it is watched over; `lift` as for `reading_of`."""
    readings = []
    for span, measures in SPANS.items():
        present = next(one for window, one in counted.items() if window.span == span and window.days_back == 0)
        before = {
            window.days_back: one for window, one in counted.items() if window.span == span and window.days_back > 0
        }
        readings += [reading_of(measure, span, present, before, lift=lift) for measure in measures]
    return readings


def strangest(readings: list[Reading]) -> dict[Measure, Reading]:
    """Return of each measure the reading of the span in which it is furthest from usual."""
    by_measure: dict[Measure, Reading] = {}
    for reading in readings:
        known = by_measure.get(reading.measure)
        if known is None or (reading.is_unusual, reading.deviations) > (known.is_unusual, known.deviations):
            by_measure[reading.measure] = reading
    return by_measure


def lift_of(readings: list[Reading], span: int = 24) -> float:
    """Return how many times the usual the platform sells, 1 when it is less or unknown."""
    orders = next((one for one in readings if one.measure is Measure.ORDERS and one.span == span), None)
    if orders is None or not orders.expected:
        return 1.0
    return max(orders.observed / orders.expected, 1.0)


def reading_document(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON holds it; the days as pairs, since JSON has no numbers for keys."""
    return {
        "measure": reading.measure.value,
        "span": reading.span,
        "standing": reading.standing.value,
        "observed": reading.observed,
        "whole": reading.whole,
        "expected": reading.expected,
        "low": reading.low,
        "high": reading.high,
        "deviations": reading.deviations,
        "days": sorted(reading.days.items()),
    }


def reading_from(document: Mapping[str, Any]) -> Reading:
    """Return the reading that `reading_document` wrote."""
    return Reading(
        **{
            **document,
            "measure": Measure(document["measure"]),
            "standing": Standing(document["standing"]),
            "days": {int(back): value for back, value in document["days"]},
        }
    )
