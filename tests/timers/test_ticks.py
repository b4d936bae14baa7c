"""Ticks are sent only while something is due for them."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.notifications.models import Dispatch, Notice
from apps.payouts.models import Hold
from apps.timers import registry
from apps.timers.clock import database_now
from apps.timers.registry import ticks_known, ticks_waiting
from reviewconsole import beat
from reviewconsole.beat import Scheduler
from reviewconsole.celery import WANTED_UNTIL, Task
from tests.support.factories import Goods, held_refund, make_client, make_order, make_person

pytestmark = pytest.mark.django_db

RELEASE = "payouts.release_due_holds"


def a_hold(due_in: timedelta) -> Hold:
    now = timezone.now()
    _refund, hold = held_refund(make_order(make_client(), Goods(100)), now=now - timedelta(days=1))
    Hold.objects.filter(pk=hold.pk).update(placed_at=now - timedelta(days=2), release_at=now + due_in)
    return hold


def test_wait_for_what_is_due_and_for_nothing_else() -> None:
    hold = a_hold(timedelta(minutes=1))
    assert ticks_waiting() == set()
    Hold.objects.filter(pk=hold.pk).update(release_at=timezone.now() - timedelta(seconds=1))
    assert ticks_waiting() == {RELEASE}
    notice = Notice.objects.create(
        person=make_person(), kind="case", about="a", words={}, path="/", created_at=timezone.now()
    )
    Dispatch.objects.create(notice=notice, due_at=timezone.now() - timedelta(seconds=1))
    assert ticks_waiting() == {RELEASE, "notifications.send_due_mails"}


def test_are_asked_for_by_one_statement_along_indexes(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        ticks_waiting()
    tasks, text, parameters = registry._asking()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {text}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.count("Index") >= len(tasks)
    assert "Seq Scan" not in plan


def test_are_all_of_the_schedule() -> None:
    assert set(ticks_known()) <= {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


class Beat:
    """A scheduler of one tick that waits for holds and one that waits for nothing, which counts what it sends."""

    def __init__(self, folder: Path) -> None:
        application = Celery("beats", broker="memory://")
        every = timedelta(milliseconds=1)
        application.conf.beat_schedule = {
            "release": {"task": RELEASE, "schedule": every},
            "other": {"task": "nothing", "schedule": every},
        }
        self.sent: list[str] = []
        self.stamps: list[str] = []
        self.scheduler = Scheduler(app=application, schedule_filename=str(folder / "schedule"))
        setattr(self.scheduler, "apply_async", self._sent)  # noqa: B010 (a method is replaced)

    def _sent(self, entry: Any, **_options: Any) -> None:
        self.sent.append(entry.task)
        self.stamps.append(entry.options["headers"][WANTED_UNTIL])

    def ticks(self) -> set[str]:
        """Let each come due several times; one tick sends one entry."""
        self.sent.clear()
        for _tick in range(20):
            self.scheduler.tick()
            time.sleep(0.002)
        return set(self.sent)


def test_are_sent_while_something_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "ASKED_FOR", 0.0)
    one = Beat(tmp_path)
    assert one.ticks() == {"nothing"}
    hold = a_hold(timedelta(seconds=-1))
    assert one.ticks() == {"nothing", RELEASE}
    Hold.objects.filter(pk=hold.pk).update(release_at=timezone.now() + timedelta(hours=1))
    assert one.ticks() == {"nothing"}


def test_are_asked_for_once_in_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def count() -> set[str]:
        asked.append(1)
        return {RELEASE}

    monkeypatch.setattr(beat, "ticks_waiting", count)
    monkeypatch.setattr(beat, "ASKED_FOR", 60.0)
    one = Beat(tmp_path)
    assert one.ticks() == {"nothing", RELEASE}
    assert len(asked) == 1


def test_wait_while_the_database_cannot_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> set[str]:
        raise DatabaseError

    monkeypatch.setattr(beat, "ASKED_FOR", 0.0)
    monkeypatch.setattr(beat, "ticks_waiting", fail)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert Beat(tmp_path).ticks() == set()


def test_say_until_when_they_are_wanted_by_the_databases_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = database_now() + timedelta(hours=5)
    monkeypatch.setattr(beat, "database_now", lambda: elsewhere)
    one = Beat(tmp_path)
    one.ticks()
    late = [datetime.fromisoformat(stamp) - elsewhere for stamp in one.stamps]
    assert all(beat.LATE_BY <= each < beat.LATE_BY + timedelta(seconds=10) for each in late)


def test_do_nothing_once_they_are_stale() -> None:
    done: list[int] = []
    application = Celery("ticks", broker="memory://", task_cls=Task, set_as_current=False)

    def do() -> None:
        done.append(1)

    task = application.task(name="tick")(do)
    for hours in (1, -1):
        task.push_request(**{WANTED_UNTIL: (database_now() + timedelta(hours=hours)).isoformat()})
        task()
        task.pop_request()
    # Whoever calls it by hand wants it.
    task()
    assert len(done) == 2
