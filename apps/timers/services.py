"""Working off what is due: the oldest promise first, in bounded batches, a row that fails apart from the others."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.common.errors import Refusal
from apps.timers.models import Failure, Lateness, Pulse
from apps.timers.selectors import rows_waiting

# Gaps between tries of a row that fails unexpectedly; after the last it is put aside.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
# Well under the time limit of a task: what is left waits for the next tick.
RUN_SECONDS = 45.0
# As long as one kind may keep a worker while there is more of it.
TURN_SECONDS = 2.0
# So many rows share a transaction, where that is offered.
BATCH = 100
# Upper bounds in which lateness is counted; what is later still is counted in the last.
BOUNDS_MS = (250, 500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 3_600_000, 86_400_000, 2_000_000_000)
KEPT_FOR = timedelta(days=14)

logger = logging.getLogger(__name__)


def work_off(
    kind: str,
    rows: QuerySet[Any],
    do: Callable[[Any], bool | None],
    *,
    at: str,
    now: datetime,
    limit: int = 200,
    together: Callable[[list[Any]], set[Any]] | None = None,
) -> int:
    """Do what is due of one kind; returns how many rows fired.

    `rows` are those that could be due, `at` names the field that says when,
    `do` is given the key of one. It locks the row, looks whether it is due
    still, and returns False when somebody was faster; a refusal says the same.
    Anything else that it raises is kept (see `Failure`) and stops nobody.
    `together` does many in one transaction and returns which fired; when it
    raises, or a row failed before, each is done by itself. Call outside any
    transaction.
    """
    begun = monotonic()
    due = rows.filter(**{f"{at}__lte": now}).order_by(at, "pk")
    failed = rows_waiting(kind, now=now)
    waiting = [key for key, waits in failed.items() if waits]
    if waiting:
        due = due.exclude(pk__in=waiting)
    found = list(due.values_list("pk", at)[:limit])
    late: list[timedelta] = []
    for part in batched(found, 1 if together is None else BATCH):
        keys = dict(part)
        fired = list(_done(kind, list(keys), do, together, failed, now))
        elapsed = timedelta(seconds=monotonic() - begun)
        late += [now - keys[key] + elapsed for key in fired]
        if monotonic() - begun > RUN_SECONDS:
            break
    lateness_keep(kind, late, now=now)
    return len(late)


def turn(run: Callable[[], int]) -> int:
    """Run again as long as something fires, for a turn's time: a backlog is not bound to the pace of the ticks.

    Then others have theirs: workers take the next tick of whichever kind.
    Returns how many fired in all.
    """
    begun, fired = monotonic(), 0
    while done := run():
        fired += done
        if monotonic() - begun > TURN_SECONDS:
            break
    return fired


def batched(found: Sequence[tuple[Any, datetime]], size: int) -> Iterator[Sequence[tuple[Any, datetime]]]:
    """Yield rows in parts of a size, in their order."""
    for start in range(0, len(found), size):
        yield found[start : start + size]


def _done(  # noqa: PLR0917 (handed through)
    kind: str,
    keys: list[Any],
    do: Callable[[Any], bool | None],
    together: Callable[[list[Any]], set[Any]] | None,
    failed: Mapping[str, bool],
    now: datetime,
) -> Iterable[Any]:
    if together is not None and not any(str(key) in failed for key in keys):
        try:
            return together(keys)
        except Exception:
            # One of them: which, is found out one by one.
            logger.warning("%s rows of kind %s could not be done together", len(keys), kind, exc_info=True)
    return [key for key in keys if _tried(kind, key, do, now=now, had_failed=str(key) in failed)]


def _tried(kind: str, key: Any, do: Callable[[Any], bool | None], *, now: datetime, had_failed: bool) -> bool:
    try:
        fired = do(key) is not False
    except Refusal:
        fired = False
    except Exception as error:
        logger.exception("%s %s failed", kind, key)
        failure_keep(kind, key, type(error).__name__, now=now)
        return False
    if had_failed:
        Failure.objects.filter(kind=kind, row_id=str(key)).delete()
    return fired


def failure_keep(kind: str, key: Any, error: str, *, now: datetime) -> None:
    """Note that a row failed, and when it is tried again."""
    found = Failure.objects.filter(kind=kind, row_id=str(key)).first()
    tries = found.tries + 1 if found is not None else 1
    Failure.objects.update_or_create(
        kind=kind,
        row_id=str(key),
        defaults={
            "tries": tries,
            "last_at": now,
            "error": error[:80],
            "next_try_at": now + GAPS[tries - 1] if tries <= len(GAPS) else None,
        },
        create_defaults={
            "tries": tries,
            "first_at": now,
            "last_at": now,
            "error": error[:80],
            "next_try_at": now + GAPS[0],
        },
    )


def failure_retry(failure_id: int, *, now: datetime) -> bool:
    """Let a row be tried again at once, as if for the first time but for its count; False when it is gone."""
    return bool(Failure.objects.filter(pk=failure_id).update(next_try_at=now))


def lateness_keep(kind: str, late: Iterable[timedelta], *, now: datetime) -> None:
    """Count how late rows fired. One statement, none when nothing did."""
    counts, slowest = Counter[int](), dict[int, int]()
    for each in late:
        milliseconds = max(0, round(each.total_seconds() * 1000))
        bound = next((bound for bound in BOUNDS_MS if milliseconds <= bound), BOUNDS_MS[-1])
        counts[bound] += 1
        slowest[bound] = max(slowest.get(bound, 0), milliseconds)
    if not counts:
        return
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            # In order, so that two workers never wait for each other.
            """
            INSERT INTO timers_lateness AS kept (kind, minute, bound_ms, count, slowest_ms)
            SELECT %s, %s, bound, number, slowest
            FROM unnest(%s::int[], %s::int[], %s::bigint[]) AS told(bound, number, slowest)
            ORDER BY bound
            ON CONFLICT (kind, minute, bound_ms) DO UPDATE
            SET count = kept.count + excluded.count, slowest_ms = greatest(kept.slowest_ms, excluded.slowest_ms)
            """,
            [kind, minute, list(counts), list(counts.values()), [slowest[bound] for bound in counts]],
        )


def pulse_keep(queue: str, *, now: datetime) -> None:
    """Note that a worker takes from a queue."""
    Pulse.objects.update_or_create(queue=queue, defaults={"at": now})


def lateness_forget(*, now: datetime) -> int:
    """Forget what was counted long ago; returns how many rows."""
    return Lateness.objects.filter(minute__lt=now - KEPT_FOR).delete()[0]
