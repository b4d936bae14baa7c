"""Small things that several pages show the same way: time left, level, state."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.common.money import written
from apps.console import wording

# A deadline is urgent in its last hour, and worth a look in its last quarter.
URGENT_SECONDS = 3600
LEVEL_BARS = {"low": 1, "medium": 2, "high": 3, "critical": 4}


@dataclass(frozen=True)
class TimeLeft:
    """A deadline in words and as a share of the time that was given; `tone` is "", warn or bad."""

    words: str
    percent: int
    tone: str
    due_at: datetime
    exact: str


@dataclass(frozen=True)
class LevelMark:
    """A risk level: its word, and how many of four bars are filled."""

    value: str
    word: str
    bars: int


@dataclass(frozen=True)
class State:
    """A state as a mark and a word; `tone` is good, warn, bad or none."""

    word: str
    tone: str
    icon: str


def time_left(began_at: datetime, due_at: datetime, now: datetime) -> TimeLeft:
    """Say how much of the time from `began_at` to `due_at` is left."""
    whole = max((due_at - began_at).total_seconds(), 1)
    rest = (due_at - now).total_seconds()
    tone = "bad" if rest <= 0 else "warn" if rest < URGENT_SECONDS or rest < whole / 4 else ""
    percent = max(0, min(100, round(100 * rest / whole)))
    exact = wording.exact_moment(timezone.localtime(due_at))
    return TimeLeft(wording.time_left(due_at, now), percent, tone, due_at, exact)


def level_mark(value: str, word: str) -> LevelMark:
    """Return the mark of a level."""
    return LevelMark(value, word, LEVEL_BARS.get(value, 0))


def amount_words(amount: int, currency: str) -> str:
    """Write minor units as readers of the active language expect it."""
    return written(amount, currency, wording.active_language())
