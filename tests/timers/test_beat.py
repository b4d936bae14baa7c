"""Of any number of beats one ticks."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db import OperationalError, connection

from reviewconsole.beat import LOOKS_AGAIN, Scheduler

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewconsole.beat.LEADS_FOR", 0.0)


class Beat:
    """A scheduler that counts what it sends."""

    def __init__(self, folder: Path, name: str) -> None:
        application = Celery("beats", broker="memory://")
        application.conf.beat_schedule = {"tick": {"task": "nothing", "schedule": timedelta(milliseconds=1)}}
        self.sent: list[str] = []
        self.scheduler = Scheduler(app=application, schedule_filename=str(folder / name))
        setattr(self.scheduler, "apply_async", self._sent)  # noqa: B010 (a method is replaced)

    def _sent(self, entry: Any, **_options: Any) -> None:
        self.sent.append(entry.name)


class InAThread:
    """A beat in a thread, and so a session of the database, of its own; does one thing at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self.beat = Beat(folder, name)

    def __call__(self, ticks: int) -> int:
        before = len(self.beat.sent)
        self.rest = [self.beat.scheduler.tick() for _number in range(ticks)]
        return len(self.beat.sent) - before


def elsewhere(folder: Path, ticks: int) -> tuple[int, list[float]]:
    """Let a beat of another session tick while this one's is what it is; its session ends with it."""
    result: list[Any] = []

    def run() -> None:
        other = InAThread(folder, "other")
        result.append((other(ticks), other.rest))
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    answer: tuple[int, list[float]] = result[0]
    return answer


def test_ticks_alone_and_waits_beside_another(tmp_path: Path) -> None:
    first = InAThread(tmp_path, "first")
    assert first(3) >= 1
    sent, rest = elsewhere(tmp_path, 3)
    assert sent == 0
    assert rest == [LOOKS_AGAIN] * 3
    assert first(2) >= 1
    # It never sleeps beyond its next look at the lock.
    assert all(each <= LOOKS_AGAIN for each in first.rest)


def test_takes_over_when_the_leader_is_gone(tmp_path: Path) -> None:
    first = InAThread(tmp_path, "first")
    assert first(2) >= 1
    with connection.cursor() as cursor:
        # As if its process had died: the server ends the session, and the lock with it.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    sent, _rest = elsewhere(tmp_path, 3)
    assert sent >= 1


def test_lives_through_a_database_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beat = InAThread(tmp_path, "first")
    assert beat(2) >= 1

    def gone() -> bool:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr("reviewconsole.beat._has_lock", gone)
        assert beat(3) == 0
        assert beat.rest == [LOOKS_AGAIN] * 3
    assert beat(2) >= 1
