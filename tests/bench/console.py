"""The pages of a reviewer's day, at ten thousand refunds and at a million, and claims by many people at once."""

import gzip
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from apps.common.actors import Actor, ActorKind
from apps.reviews.models import Claim, ReviewCase
from apps.reviews.services.claim import case_claim_next
from apps.staff.models import Person, Role
from tests.bench.history import as_superuser

FEW, MANY = 10_000, 1_000_000
ASKED, WARMING = 60, 5
PEOPLE, EACH = 64, 10


def measure_console() -> None:
    """Print p50 and p95 of queue and case in process, their size on the wire, and claims a second."""
    person = Person.objects.create(
        username="desk", display_name="Desk", role=Role.SUPERVISOR, created_at=timezone.now()
    )
    browser = Client(headers={"host": "localhost"})
    browser.force_login(person)
    _fill(1, FEW)
    few = _pages(browser, FEW)
    _fill(FEW + 1, MANY)
    many = _pages(browser, MANY)
    for name, times in many.items():
        print(f"{name:<16} p95 at {MANY:,} ÷ p95 at {FEW:,}: {_p95(times) / _p95(few[name]):.2f}")
    _claims()


def _fill(first: int, last: int) -> None:
    text = Path(__file__).with_name("console.sql").read_text(encoding="utf-8")
    with as_superuser() as database:
        # Foreign keys and triggers are taken on trust.
        database.execute("SET session_replication_role = replica")
        for statement in text.split(";\n"):
            if statement.strip():
                values = {"first": first, "last": last} if "%(" in statement else None
                database.execute(statement.encode(), values)


def _pages(browser: Client, size: int) -> dict[str, list[float]]:
    waiting = list(
        ReviewCase.objects.filter(status="open").order_by("-pk").values_list("pk", flat=True)[: ASKED + WARMING]
    )
    pages: dict[str, Callable[[int], str]] = {
        "queue page": lambda _number: "/queue/",
        "queue by value": lambda _number: "/queue/?sort=value",
        "queue searched": lambda number: f"/queue/?q=B-{10 * (number + 1)}",
        "case page": lambda number: f"/cases/{waiting[number]}/",
    }
    taken: dict[str, list[float]] = {}
    for name, address in pages.items():
        answers = [_timed(browser, address(number)) for number in range(ASKED + WARMING)]
        taken[name] = [seconds for seconds, _size in answers[WARMING:]]
        sent = median(weight for _seconds, weight in answers)
        print(
            f"{name:<16} {size:>9,} refunds: p50 {1000 * median(taken[name]):.0f} ms,"
            f" p95 {1000 * _p95(taken[name]):.0f} ms, {sent / 1024:.0f} KB compressed"
        )
    return taken


def _timed(browser: Client, address: str) -> tuple[float, int]:
    begun = time.perf_counter()
    answer: Any = browser.get(address)
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200, (address, answer.status_code)
    return seconds, len(gzip.compress(answer.content))


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[18]


def _claims() -> None:
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(username=f"claims-{number}", role=Role.REVIEWER, created_at=now) for number in range(PEOPLE * EACH)
    )
    barrier, times, lock = threading.Barrier(PEOPLE + 1), [], threading.Lock()

    def claim(mine: Sequence[Person]) -> None:
        barrier.wait()
        for person in mine:
            begun = time.perf_counter()
            case_claim_next(person, actor=Actor(ActorKind.PERSON, str(person), person_id=person.pk), now=timezone.now())
            # As a request does when it is over: the threads of a web process share a pool.
            connections.close_all()
            taken = time.perf_counter() - begun
            with lock:
                times.append(taken)

    threads = [threading.Thread(target=claim, args=[people[place::PEOPLE]]) for place in range(PEOPLE)]
    for thread in threads:
        thread.start()
    barrier.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    held = Claim.objects.filter(person__in=people, ended_at__isnull=True)
    doubles = len(people) - held.values("case").distinct().count()
    print(
        f"claims           {PEOPLE} people at once, each a case: {len(times) / seconds:.0f}/s,"
        f" p99 {1000 * quantiles(times, n=100)[98]:.0f} ms, {doubles} doubles"
    )
    connection.close()
