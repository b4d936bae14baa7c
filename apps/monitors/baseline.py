"""Whether the present is far above what a series has shown before. Pure.

A series is compared with itself: the same hours of the last seven days and of
the same weekday in seven earlier weeks. The middle of these and their median
absolute deviation (Hampel 1974; Leys et al. 2013) stand for what is usual, so
that one campaign, or half a week of an attack, does not become usual itself.
To the deviation is added what chance does to small numbers (the square root
of what is expected, Poisson; p (1 - p) / n for shares), without which one
order instead of none would alarm, and a tenth for what grows. Only what rises
is told: fewer sales are a matter for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import sqrt
from statistics import median

from apps.monitors.measures import Counted, Measure, part_and_whole

# Of a normal distribution the standard deviation, by its median absolute deviation.
_OF_MAD = 1.4826
# Fewer days tell nothing of what is usual.
LEAST_WINDOWS = 7
# Orders a day without which a share is not one, and in all days before.
LEAST_WHOLE, LEAST_WHOLE_BEFORE = 30, 100
GROWTH = 0.1
# How many deviations above what is expected are told, and from how many on it is grave; it is over below the last.
UNUSUAL, GRAVE, OVER = 6.0, 12.0, 3.0
# Least present number, and how many times what is expected.
_LEAST: dict[Measure, tuple[int, float]] = {
    Measure.ORDERS: (30, 2.0),
    Measure.SALES: (1, 2.5),
    Measure.REFUNDS: (10, 2.0),
}
# By how much a share has to rise.
_LEAST_RISE: dict[Measure, float] = {
    Measure.REFUND_SHARE: 0.10,
    Measure.NEW_SHARE: 0.20,
    Measure.NIGHT_SHARE: 0.20,
}


class Standing(StrEnum):
    """How a measure stands; `LEARNING`: too little past to tell."""

    LEARNING = "learning"
    CALM = "calm"
    UNUSUAL = "unusual"
    GRAVE = "grave"


@dataclass(frozen=True)
class Reading:
    """One measure of a series over the hours that end with the present one.

    Numbers are counts, minor units, or shares from 0 to 1. `whole` is of how
    many a share is, 0 for what is none. `deviations` says how far above what
    is expected it lies; `days` what it was in the same hours before.
    """

    measure: Measure
    span: int
    standing: Standing
    observed: float
    whole: int = 0
    expected: float | None = None
    low: float = 0.0
    high: float = 0.0
    deviations: float = 0.0
    days: dict[int, float] = field(default_factory=dict)

    @property
    def is_unusual(self) -> bool:
        """Whether it is told."""
        return self.standing in (Standing.UNUSUAL, Standing.GRAVE)

    @property
    def is_over(self) -> bool:
        """Whether what was unusual is so no more: well below where it began to be told."""
        return not self.is_unusual and self.deviations < OVER


def reading_of(
    measure: Measure, span: int, present: Counted, before: dict[int, Counted], *, lift: float = 1.0
) -> Reading:
    """Judge one measure. `before` is what was counted so many days earlier, as far back as the series goes.

    `lift` is how many times the usual the whole platform sells, at least 1: on
    a campaign day every shop sells more.
    """
    if measure.is_share:
        return _share(measure, span, present, before)
    return _number(measure, span, present, before, lift)


def _number(measure: Measure, span: int, present: Counted, before: dict[int, Counted], lift: float) -> Reading:
    observed, _ = part_and_whole(present, measure)
    days = {back: float(part_and_whole(one, measure)[0]) for back, one in before.items()}
    if len(days) < LEAST_WINDOWS:
        return Reading(measure, span, Standing.LEARNING, observed, days=days)
    expected, spread = _middle(list(days.values()))
    expected, spread = expected * lift, spread * lift
    # A basket's price times what chance does to their number; a price of 1 for what is counted.
    price = _price([present, *before.values()]) if measure is Measure.SALES else 1.0
    deviation = sqrt(_chance(expected, price) + spread**2 + (GROWTH * expected) ** 2)
    least, times = _LEAST[measure]
    is_enough = observed >= least and observed >= times * expected
    if measure is Measure.SALES:
        is_enough = is_enough and present.orders >= _LEAST[Measure.ORDERS][0]
    return _judged(
        Reading(measure, span, Standing.CALM, observed, expected=expected, days=days), deviation, is_enough=is_enough
    )


def _chance(expected: float, price: float) -> float:
    """Return the variance of a sum of baskets whose number is Poisson's; prices vary about as much as they are."""
    spread_of_prices = 1.0 if price == 1.0 else 2.0
    return spread_of_prices * max(expected, price) * price


def _price(counted: Sequence[Counted]) -> float:
    orders, amount = sum(one.orders for one in counted), sum(one.amount for one in counted)
    return max(amount / orders, 1.0) if orders else 1.0


def _share(measure: Measure, span: int, present: Counted, before: dict[int, Counted]) -> Reading:
    part, whole = part_and_whole(present, measure)
    pairs = {back: part_and_whole(one, measure) for back, one in before.items()}
    days = {back: parts / of for back, (parts, of) in pairs.items() if of}
    observed = part / whole if whole else 0.0
    before_in_all = sum(of for _part, of in pairs.values())
    if len(pairs) < LEAST_WINDOWS or before_in_all < LEAST_WHOLE_BEFORE:
        return Reading(measure, span, Standing.LEARNING, observed, whole, days=days)
    full = [share for back, share in days.items() if pairs[back][1] >= LEAST_WHOLE]
    pooled = sum(parts for parts, _of in pairs.values()) / before_in_all
    expected, spread = _middle(full) if len(full) >= LEAST_WINDOWS else (pooled, 0.0)
    # Nothing seen so far is not to say that it never happens.
    rate = max(expected, 1 / before_in_all)
    # Refunds are asked of orders of other days too, so that there may be more of them than orders.
    chance = rate / max(whole, 1) if measure is Measure.REFUND_SHARE else rate * max(1 - rate, 0.0) / max(whole, 1)
    deviation = sqrt(chance + spread**2 + (GROWTH * expected) ** 2)
    is_enough = whole >= LEAST_WHOLE and observed - expected >= _LEAST_RISE[measure]
    reading = Reading(measure, span, Standing.CALM, observed, whole, expected=expected, days=days)
    return _judged(reading, deviation, is_enough=is_enough)


def _middle(values: Sequence[float]) -> tuple[float, float]:
    """Return the median, and the deviation from it in units of a standard deviation."""
    middle = median(values)
    return middle, _OF_MAD * median(abs(value - middle) for value in values)


def _judged(reading: Reading, deviation: float, *, is_enough: bool) -> Reading:
    expected = reading.expected or 0.0
    deviations = (reading.observed - expected) / deviation if deviation else 0.0
    standing = Standing.CALM
    if is_enough and deviations >= UNUSUAL:
        standing = Standing.GRAVE if deviations >= GRAVE else Standing.UNUSUAL
    return replace(
        reading,
        standing=standing,
        low=max(expected - OVER * deviation, 0.0),
        high=expected + OVER * deviation,
        deviations=round(deviations, 2),
    )
