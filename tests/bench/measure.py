"""The measurements of `make bench`."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.clients.services import api_key_create  # noqa: E402
from apps.refunds.models import Refund  # noqa: E402
from apps.staff.models import Person, Role  # noqa: E402
from tests.bench.assessment import measure_assessment  # noqa: E402
from tests.bench.history import fill, measure_history, measure_memory  # noqa: E402
from tests.bench.intake import measure_intake  # noqa: E402
from tests.bench.machine import web  # noqa: E402
from tests.bench.refusals import measure_refusals  # noqa: E402
from tests.bench.webhooks import measure_webhooks  # noqa: E402

PARTS = ("intake", "assessment", "refusals", "history", "queue", "webhooks", "memory")


def measure(folder: Path, parts: tuple[str, ...] = PARTS) -> None:
    """Print every figure of these parts."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    key = api_key_create(client_name="bench", scopes=["all"], now=timezone.now())
    fill()
    with web(folder) as address:
        served: dict[str, Callable[[], None]] = {
            "intake": lambda: measure_intake(address, key),
            "assessment": measure_assessment,
            "refusals": lambda: measure_refusals(address, key),
            "history": lambda: measure_history(folder, address, key, client="bench"),
            "queue": measure_queue,
        }
        for part in (part for part in served if part in parts):
            served[part]()
    if "memory" in parts:
        # A server of its own: what others asked of the first is still in its memory.
        with web(folder) as address:
            measure_memory(folder, address, key)
    if "webhooks" in parts:
        measure_webhooks()


def measure_queue() -> None:
    """The queue page of a signed-in reviewer: milliseconds in process, and how many queries."""
    person = Person.objects.create(
        username="bench", display_name="Bench", role=Role.REVIEWER, created_at=timezone.now()
    )
    browser = Client(headers={"host": "localhost"})
    browser.force_login(person)
    browser.get("/queue/")
    statements: list[str] = []

    def counted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counted):
        answer = browser.get("/queue/")
    assert answer.status_code == 200, answer.status_code
    times = [_seconds(lambda: browser.get("/queue/")) for _ in range(15)]
    waiting = Refund.objects.filter(status="pending_review").count()
    print(f"queue page       {waiting:,} open cases: {1000 * median(times):.0f} ms, {len(statements)} queries")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
