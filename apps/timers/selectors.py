"""Reading what timers did late, and what they could not do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from apps.timers.models import Failure, Lateness, Pulse


@dataclass(frozen=True)
class Punctuality:
    """How late rows of one kind fired, in milliseconds; shares are upper bounds of the classes they fall into."""

    fired: int = 0
    median_ms: int = 0
    p99_ms: int = 0
    slowest_ms: int = 0


def rows_failing() -> dict[str, list[str]]:
    """Return by kind the keys of rows that failed."""
    found: dict[str, list[str]] = {}
    for kind, row_id in Failure.objects.values_list("kind", "row_id"):
        found.setdefault(kind, []).append(row_id)
    return found


def rows_waiting(kind: str, *, now: datetime) -> dict[str, bool]:
    """Return the keys of rows of a kind that failed, and whether they still wait to be tried again."""
    rows = Failure.objects.filter(kind=kind).values_list("row_id", "next_try_at")
    return {row_id: next_try_at is None or next_try_at > now for row_id, next_try_at in rows}


def failures(*, limit: int) -> list[Failure]:
    """Return what could not be done, put aside first, then the oldest."""
    return list(Failure.objects.order_by(F("next_try_at").asc(nulls_first=True), "first_at", "pk")[:limit])


def failing_counts() -> dict[str, tuple[int, int]]:
    """Return by kind how many rows fail, and how many of them were put aside."""
    counted = Failure.objects.values("kind").annotate(
        failing=Count("pk"), aside=Count("pk", filter=Q(next_try_at__isnull=True))
    )
    return {row["kind"]: (row["failing"], row["aside"]) for row in counted.order_by("kind")}


# A pulse comes every ten seconds; a worker in a long task of its own may miss some.
STILL_WELL = timedelta(seconds=60)


def worker_health(*, now: datetime) -> dict[str, str]:
    """Say of each queue that ever was worked off whether it still is: `ok`, or since when nobody did."""
    pulses = Pulse.objects.order_by("queue").values_list("queue", "at")
    return {queue: "ok" if now - at <= STILL_WELL else f"silent since {at:%Y-%m-%dT%H:%M:%SZ}" for queue, at in pulses}


def punctuality(*, since: datetime) -> dict[str, Punctuality]:
    """Return by kind how late rows fired since an instant. One statement."""
    classes: dict[str, list[tuple[int, int, int]]] = {}
    rows = Lateness.objects.filter(minute__gte=since - timedelta(minutes=1)).order_by("kind", "bound_ms")
    for kind, bound, count, slowest in rows.values_list("kind", "bound_ms", "count", "slowest_ms"):
        classes.setdefault(kind, []).append((bound, count, slowest))
    return {kind: _summed(found) for kind, found in classes.items()}


def _summed(classes: list[tuple[int, int, int]]) -> Punctuality:
    fired = sum(count for _bound, count, _slowest in classes)
    slowest = max(slowest for _bound, _count, slowest in classes)
    return Punctuality(fired, _at(classes, fired * 0.5, slowest), _at(classes, fired * 0.99, slowest), slowest)


def _at(classes: list[tuple[int, int, int]], rank: float, slowest: int) -> int:
    passed = 0
    for bound, count, _slowest in classes:
        passed += count
        if passed >= rank:
            return min(bound, slowest)
    return slowest
