"""What happened day by day, drawn by the server: one small chart a measure, with one table for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.console import wording
from apps.monitors.baseline import Reading
from apps.monitors.measures import Counted, Measure, part_and_whole
from apps.monitors.models import MeasureChoice
from apps.monitors.sentences import value_words

DAYS = 28
WIDTH, HEIGHT, GAP = 20, 64, 4


@dataclass(frozen=True)
class Bar:
    """One day; units of the picture."""

    x: int
    y: int
    height: int
    is_today: bool
    words: str


@dataclass(frozen=True)
class Chart:
    """One measure. `usual_y` and the band of what is usual are None while it learns."""

    name: str
    highest: str
    bars: list[Bar]
    width: int
    height: int
    usual_y: int | None
    band_y: int | None
    band_height: int


@dataclass(frozen=True)
class DayRow:
    """One day in the table, its values in the order of the charts."""

    day: str
    values: list[str]


def charts(
    days: Sequence[tuple[datetime, Counted]], readings: Sequence[Reading], currency: str, *, now: datetime
) -> list[Chart]:
    """Draw every measure; the last bar is today, which is not over yet."""
    by_day = {day.date(): counted for day, counted in days}
    whole_days = {reading.measure: reading for reading in readings if reading.span == 24}
    return [_chart(measure, by_day, whole_days.get(measure), currency, now) for measure in Measure]


def day_rows(days: Sequence[tuple[datetime, Counted]], currency: str) -> list[DayRow]:
    """Write the days out, the newest first."""
    return [
        DayRow(
            wording.written_moment(day, "day"),
            [value_words(measure, _value(counted, measure), currency) for measure in Measure],
        )
        for day, counted in reversed(days)
    ]


def _chart(
    measure: Measure, by_day: dict[date, Counted], reading: Reading | None, currency: str, now: datetime
) -> Chart:
    today = timezone.localtime(now)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    values = [_value(by_day.get(day.date(), Counted()), measure) for day in days]
    is_judged = reading is not None and reading.expected is not None
    high = reading.high if reading is not None and is_judged else 0.0
    top = max(*values, high) or 1.0
    return Chart(
        name=str(MeasureChoice(measure.value).label),
        highest=value_words(measure, max(values), currency),
        bars=[
            Bar(
                x=place * WIDTH,
                y=HEIGHT - _tall(value, top),
                height=_tall(value, top),
                is_today=place == DAYS - 1,
                words=f"{wording.written_moment(day, 'date')}: {value_words(measure, value, currency)}",
            )
            for place, (day, value) in enumerate(zip(days, values, strict=True))
        ],
        width=DAYS * WIDTH - GAP,
        height=HEIGHT,
        usual_y=HEIGHT - _tall(reading.expected or 0.0, top) if reading is not None and is_judged else None,
        band_y=HEIGHT - _tall(high, top) if is_judged else None,
        band_height=_tall(high, top) - _tall(reading.low, top) if reading is not None and is_judged else 0,
    )


def _tall(value: float, top: float) -> int:
    return round(HEIGHT * value / top)


def _value(counted: Counted, measure: Measure) -> float:
    part, whole = part_and_whole(counted, measure)
    if not measure.is_share:
        return float(part)
    return part / whole if whole else 0.0
