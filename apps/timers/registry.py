"""Which timers there are. Each app says at its start what of its rows comes due."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise

from apps.common.cursors import recurring_cursor
from apps.timers.selectors import rows_failing

USUAL_BOUND = timedelta(seconds=60)
# Since when the longest waiting row of a moment is due, but for rows with these keys; None when nothing is.
Oldest = Callable[[datetime, Collection[str]], datetime | None]


@dataclass(frozen=True)
class Timer:
    """One kind of due work. `oldest` asks the index that the timer works from; beyond `bound` lateness is an alarm."""

    kind: str
    label: str | Promise
    oldest: Oldest
    bound: timedelta = USUAL_BOUND


def timer_of_rows(
    kind: str,
    label: str | Promise,
    rows: Callable[[], QuerySet[Any]],
    at: str,
    *,
    bound: timedelta = USUAL_BOUND,
    tick: str = "",
) -> Timer:
    """Return the timer of rows that come due by the field `at`; the task `tick` works them off."""
    if tick:
        tick_register(tick, lambda: rows().filter(**{f"{at}__lte": Now()}))

    def oldest(now: datetime, failing: Collection[str]) -> datetime | None:
        due = rows().filter(**{f"{at}__lte": now})
        if failing:
            due = due.exclude(pk__in=list(failing))
        found: datetime | None = due.aggregate(at=Min(at))["at"]
        return found

    return Timer(kind, label, oldest, bound)


_TIMERS: dict[str, Timer] = {}


def timers_register(*timers: Timer) -> None:
    """Add timers. Raises ValueError for a kind that is there already."""
    for timer in timers:
        if timer.kind in _TIMERS:
            raise ValueError(f"there is a timer {timer.kind} already")
        _TIMERS[timer.kind] = timer


def timers() -> list[Timer]:
    """Return all timers, by kind."""
    return [_TIMERS[kind] for kind in sorted(_TIMERS)]


# By the task that works it off, what could be due of each kind. By the database's clock: so one text asks for it.
_TICKS: dict[str, list[Callable[[], QuerySet[Any]]]] = {}


def tick_register(task: str, due: Callable[[], QuerySet[Any]]) -> None:
    """Let a task run only while there are such rows; of several registrations one is enough."""
    _TICKS.setdefault(task, []).append(due)
    _asking.cache_clear()


def ticks_known() -> Collection[str]:
    """Return the tasks that run only while something is due for them."""
    return _TICKS.keys()


def ticks_waiting() -> set[str]:
    """Return the tasks of these for which something is due. One statement, whatever there is."""
    tasks, text, parameters = _asking()
    if not tasks:
        return set()
    with recurring_cursor() as cursor:
        cursor.execute(text, parameters)
        found = cursor.fetchone()
    return {task for task, is_due in zip(tasks, found, strict=True) if is_due}


@cache
def _asking() -> tuple[list[str], str, list[Any]]:
    """Write the question once: to compile it takes longer than to answer it."""
    tasks, parts, parameters = [], [], list[Any]()
    for task, several in sorted(_TICKS.items()):
        for due in several:
            text, given = due().order_by().values("pk")[:1].query.sql_with_params()
            tasks.append(task)
            parts.append(f"EXISTS ({text})")
            parameters += given
    return tasks, f"SELECT {', '.join(parts)}", parameters


def lags(now: datetime) -> dict[str, timedelta]:
    """Return by kind how late the longest waiting row is.

    Rows that fail are none of the lateness: they are counted apart. One statement, and one for each timer.
    """
    failing = rows_failing()
    found = {timer.kind: timer.oldest(now, failing.get(timer.kind, ())) for timer in timers()}
    return {kind: max(now - at, timedelta()) if at is not None else timedelta() for kind, at in found.items()}
