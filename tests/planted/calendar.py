"""The days of a world, and at what hours its people are awake."""

import random
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 2, 1, 16, tzinfo=UTC)  # midnight in Shanghai
HISTORY_DAYS = 120
LIVE_DAYS = 14
LIVE = BEGIN + timedelta(days=HISTORY_DAYS)
END = LIVE + timedelta(days=LIVE_DAYS)

# By hour in Shanghai: everybody trades by day and in the evening, and some at night.
_HOURS = (4, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 9, 8, 8, 8, 9, 11, 14, 16, 16, 13, 8)


def day_of(at: datetime) -> int:
    """Return the number of the day, from 0."""
    return (at - BEGIN).days


def moment_on(chance: random.Random, day: int) -> datetime:
    """Return a moment of a day at which people are awake."""
    hour = chance.choices(range(24), _HOURS)[0]
    return BEGIN + timedelta(days=day, hours=hour, seconds=chance.randrange(3600))


def moment(chance: random.Random, begin: datetime, end: datetime) -> datetime:
    """Return a moment between two, at an hour at which people are awake where the span allows it."""
    for _try in range(8):
        at = moment_on(chance, chance.randint(day_of(begin), max(day_of(begin), day_of(end))))
        if begin <= at < end:
            return at
    return begin + (end - begin) * chance.random()


def wait(chance: random.Random, median_hours: float, spread: float = 1.0) -> timedelta:
    """Return a wait: usually about the median, now and then much longer."""
    return timedelta(hours=min(median_hours * chance.lognormvariate(0, spread), 24 * 40))
