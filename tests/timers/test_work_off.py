from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from apps.common.errors import Conflict
from apps.notifications.models import Dispatch, Notice
from apps.timers import services
from apps.timers.clock import database_now
from apps.timers.models import Failure, Lateness
from apps.timers.registry import Timer, lags, timers, timers_register
from apps.timers.selectors import failing_counts, failures, punctuality
from apps.timers.services import GAPS, failure_retry, lateness_forget, lateness_keep, turn, work_off
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def keys() -> list[int]:
    """Notices whose times are a minute after each other, the last of them right now; any table would do."""
    person = make_person()
    made = [
        Notice.objects.create(
            person=person,
            kind="system",
            about=f"n {number}",
            words={},
            path="/",
            created_at=NOON,
            read_at=NOON - number * MINUTE,
        )
        for number in range(4)
    ]
    return [notice.pk for notice in made]


def run(do: Callable[[int], bool | None], *, now: datetime = NOON, limit: int = 200) -> int:
    rows = Notice.objects.filter(read_at__isnull=False)
    return work_off("trial", rows, do, at="read_at", now=now, limit=limit)


def done(key: int) -> None:
    Notice.objects.filter(pk=key).update(read_at=None)


def test_works_off_the_oldest_promise_first_and_no_more_than_asked(keys: list[int]) -> None:
    seen: list[int] = []

    def do(key: int) -> None:
        seen.append(key)
        done(key)

    assert run(do, now=NOON - MINUTE, limit=2) == 2
    assert seen == [keys[3], keys[2]]
    assert run(do, now=NOON - MINUTE) == 1
    assert run(do, now=NOON - MINUTE) == 0
    assert run(do) == 1


def test_counts_nothing_that_somebody_else_did(keys: list[int]) -> None:
    def refuses(_key: int) -> None:
        raise Conflict

    assert run(lambda _key: False) == 0
    assert run(refuses) == 0
    assert not Failure.objects.exists()
    assert not Lateness.objects.exists()


def test_puts_a_row_aside_that_fails_every_time_and_goes_on_with_the_rest(keys: list[int]) -> None:
    poison = keys[3]

    def do(key: int) -> None:
        if key == poison:
            raise RuntimeError("secret 4111 1111 1111 1111")
        done(key)

    now = NOON
    assert run(do, now=now) == 3
    for tries, gap in enumerate(GAPS, start=1):
        failure = Failure.objects.get()
        assert (failure.row_id, failure.tries, failure.next_try_at) == (str(poison), tries, now + gap)
        assert run(do, now=now + gap - timedelta(seconds=1)) == 0
        now += gap
        assert run(do, now=now) == 0
    failure = Failure.objects.get()
    assert (failure.tries, failure.next_try_at, failure.first_at) == (len(GAPS) + 1, None, NOON)
    assert failure.error == "RuntimeError"
    assert failing_counts() == {"trial": (1, 1)}
    assert run(do, now=now + timedelta(days=30)) == 0
    assert Failure.objects.get().tries == failure.tries
    # A person mended what was wrong.
    assert failure_retry(failure.pk, now=now)
    poison = 0
    assert run(do, now=now) == 1
    assert not Failure.objects.exists()
    assert not failure_retry(failure.pk, now=now)


def test_does_rows_together_though_another_was_put_aside(keys: list[int]) -> None:
    Failure.objects.create(kind="trial", row_id=str(keys[0]), tries=9, first_at=NOON, last_at=NOON, error="E")
    rows, seen = Notice.objects.filter(read_at__isnull=False), list[list[int]]()

    def together(some: list[int]) -> set[int]:
        seen.append(some)
        return set(some)

    assert work_off("trial", rows, done, at="read_at", now=NOON, together=together) == 3
    assert seen == [[keys[3], keys[2], keys[1]]]
    # One that failed before is tried by itself, and its batch with it.
    Failure.objects.update(next_try_at=NOON)
    assert work_off("trial", rows, done, at="read_at", now=NOON, together=together) == 4
    assert len(seen) == 1
    assert not Failure.objects.exists()


def test_forgets_a_failure_that_was_one_of_the_moment(keys: list[int]) -> None:
    broken = True

    def do(key: int) -> None:
        if broken:
            raise ConnectionError
        done(key)

    assert run(do) == 0
    assert failing_counts() == {"trial": (4, 0)}
    broken = False
    assert run(do, now=NOON + GAPS[0]) == 4
    assert failing_counts() == {}


def test_keeps_how_late_rows_fired(keys: list[int]) -> None:
    run(done)
    found = punctuality(since=NOON - timedelta(hours=1))["trial"]
    assert found.fired == 4
    assert 60_000 <= found.median_ms <= 300_000
    assert 180_000 <= found.p99_ms == found.slowest_ms < 190_000
    run(done)
    assert punctuality(since=NOON - timedelta(hours=1))["trial"].fired == 4


def test_adds_to_what_was_counted_in_the_same_minute() -> None:
    for _time in range(2):
        lateness_keep("trial", [timedelta(seconds=1.2), timedelta(seconds=1.9), timedelta(days=90)], now=NOON)
    rows = Lateness.objects.order_by("bound_ms").values_list("bound_ms", "count", "slowest_ms")
    assert list(rows) == [(2_000, 4, 1_900), (2_000_000_000, 2, 7_776_000_000)]
    # A clock that runs ahead is no lateness.
    lateness_keep("ahead", [timedelta(seconds=-5)], now=NOON)
    assert Lateness.objects.get(kind="ahead").slowest_ms == 0
    assert lateness_forget(now=NOON + timedelta(days=14)) == 0
    assert lateness_forget(now=NOON + timedelta(days=14, minutes=1)) == 3


def test_lists_what_was_put_aside_first() -> None:
    for number, due in ((1, NOON), (2, None), (3, NOON - MINUTE)):
        Failure.objects.create(
            kind="trial", row_id=str(number), tries=1, first_at=NOON, last_at=NOON, next_try_at=due, error="E"
        )
    assert [failure.row_id for failure in failures(limit=9)] == ["2", "3", "1"]


def test_knows_every_kind_once() -> None:
    kinds = [timer.kind for timer in timers()]
    assert kinds == sorted(set(kinds))
    assert {"hold", "decision", "lease", "information", "delivery", "mail", "recall"} <= set(kinds)
    with pytest.raises(ValueError, match="hold"):
        timers_register(Timer("hold", "", lambda _now, _failing: None))


def test_leaves_what_fails_out_of_the_lag(keys: list[int]) -> None:
    rows = [Dispatch.objects.create(notice_id=key, due_at=NOON - place * MINUTE) for place, key in enumerate(keys)]
    assert lags(NOON)["mail"] == 3 * MINUTE
    Failure.objects.create(kind="mail", row_id=str(rows[3].pk), tries=9, first_at=NOON, last_at=NOON, error="E")
    assert lags(NOON)["mail"] == 2 * MINUTE


def test_goes_by_the_clock_of_the_database() -> None:
    first, second = database_now(), database_now()
    assert first < second
    assert first.tzinfo is not None


def test_goes_on_for_a_turn_while_there_is_more(keys: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert turn(lambda: run(done, limit=1)) == 4
    assert turn(lambda: run(done, limit=1)) == 0
    # Then it is the turn of others.
    monkeypatch.setattr(services, "TURN_SECONDS", 0.0)
    Notice.objects.filter(pk__in=keys).update(read_at=NOON)
    assert turn(lambda: run(done, limit=1)) == 1
