"""Believable moments: people buy in the evening and at weekends, seldom before dawn."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# How busy each hour of the day is in Shanghai, against the busiest.
_BUSY = [
    *(0.42, 0.22, 0.11, 0.06, 0.05, 0.07, 0.13, 0.26),
    *(0.38, 0.47, 0.55, 0.63, 0.85, 0.72, 0.55, 0.54),
    *(0.57, 0.66, 0.78, 0.88, 0.97, 1.00, 0.93, 0.70),
]
_WEEKEND = 1.35
_CANDIDATES = 8


def moment_between(chance: random.Random, begin: datetime, end: datetime) -> datetime:
    """Return a moment from `begin` to `end`, to the second; the busy hours are likelier."""
    first, span = begin.timestamp(), (end - begin).total_seconds()
    candidates = [first + span * chance.random() for _ in range(_CANDIDATES)]
    chosen = chance.choices(candidates, [_weight(moment) for moment in candidates])[0]
    return max(begin, datetime.fromtimestamp(int(chosen), UTC))


def at_clock(day: date, hours: float) -> datetime:
    """Return the moment of a day in Shanghai; hours count on past midnight."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(hours=hours)


def minutes(count: float) -> timedelta:
    """Return so many minutes, to the second."""
    return timedelta(seconds=round(60 * count))


def _weight(moment: float) -> float:
    """Return how busy a moment is, in seconds since that Thursday in 1970. Shanghai is always eight hours ahead."""
    hours = int(moment) // 3600 + 8
    return _BUSY[hours % 24] * (_WEEKEND if (hours // 24 + 3) % 7 >= 5 else 1.0)
