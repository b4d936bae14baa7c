"""The measurements of `make bench`."""

import io
import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.clients.models import ApiClient  # noqa: E402
from apps.clients.services import api_key_create  # noqa: E402
from apps.refunds.models import Refund  # noqa: E402
from apps.refunds.services.history import history_import  # noqa: E402
from apps.staff.models import Person, Role  # noqa: E402
from tests.bench import load, trade  # noqa: E402
from tests.bench.machine import web  # noqa: E402

ACCOUNTS, SHOPS, ORDERS = 4_000, 40, 30_000
ROUNDS, PER_ROUND = 5, 400
IMPORTED = [
    "identity_subject",
    "identity_verificationfactor",
    "marketplace_account",
    "marketplace_shop",
    "marketplace_instrument",
    "marketplace_order",
    "marketplace_line",
    "marketplace_payment",
]


def measure_all(folder: Path) -> None:
    """Print every figure."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    key = api_key_create(client_name="bench", scopes=["all"], now=timezone.now())
    measure_import(ApiClient.objects.get(name="bench"))
    with web(folder) as address:
        measure_intake(address, key)
    measure_queue()


def measure_import(client: ApiClient) -> None:
    """History through the importer, beside COPY of the very same rows into tables with the same indexes."""
    lines = list(trade.history(accounts=ACCOUNTS, shops=SHOPS, orders=ORDERS))
    taken = _seconds(lambda: history_import(lines, client_id=client.pk, now=timezone.now()))
    again = _seconds(lambda: history_import(lines, client_id=client.pk, now=timezone.now()))
    rows, floor = _copy_floor()
    print(f"history import   {len(lines):>7,} lines, {rows:,} rows in {taken:.1f} s: {rows / taken:,.0f} rows/s")
    print(f"  COPY           the same rows into the same indexes in {floor:.1f} s: {rows / floor:,.0f} rows/s")
    print(f"  ratio          {floor / taken:.3f}")
    print(f"  repeated       {again:.1f} s, all unchanged")


def _copy_floor() -> tuple[int, float]:
    """Return how many rows there are, and the seconds that COPY alone takes for them."""
    rows, seconds = 0, 0.0
    with connection.cursor() as cursor:
        for table in IMPORTED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (names from the list above)
            rows += cursor.fetchone()[0]
            kept = io.BytesIO()
            with cursor.cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as out:
                for block in out:
                    kept.write(block)
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
            begun = time.perf_counter()
            with cursor.cursor.copy(f"COPY floor_{table} FROM STDIN (FORMAT BINARY)") as into:
                into.write(kept.getvalue())
            seconds += time.perf_counter() - begun
            cursor.execute(f"DROP TABLE floor_{table}")
    return rows, seconds


def measure_intake(address: str, key: str) -> None:
    """Refunds a second beside a view that inserts one row: same server, same database, turn by turn."""
    known, whole = _known_orders(key), _whole_orders(key)
    loads: dict[str, list[load.Load]] = {"floor": [], "known": [], "whole": []}
    for warm_up in (True, *[False] * ROUNDS):
        floor = (load.Asked("/floor", asked.body, {}) for asked in _whole_orders(key))
        for name, requests in [("floor", floor), ("known", known), ("whole", whole)]:
            done = load.run(address, requests, count=40 if warm_up else PER_ROUND)
            if not warm_up:
                loads[name].append(done)
    base = median(one.rate for one in loads["floor"])
    for name, words in [
        ("floor", "one row, no authentication"),
        ("known", "refund of an order sent before"),
        ("whole", "refund with its order, account, shop"),
    ]:
        rate = median(one.rate for one in loads[name])
        tail = median(one.percentile(99) for one in loads[name])
        print(f"intake           {words:<38} {rate:7.0f}/s  ratio {rate / base:.2f}  p99 {tail:.0f} ms")


def _asked(key: str, body: dict[str, object]) -> load.Asked:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f'"{body["reference"]}"'}
    return load.Asked("/api/v1/refunds", body, headers)


def _known_orders(key: str) -> Iterator[load.Asked]:
    chance = random.Random(1)
    for number in range(ORDERS):
        yield _asked(key, trade.refund(f"K-{number}", trade.order(number, chance, ACCOUNTS, SHOPS), whole=False))


def _whole_orders(key: str) -> Iterator[load.Asked]:
    chance = random.Random(2)
    for number in count(ORDERS + next(_blocks) * 100_000):
        yield _asked(key, trade.refund(f"W-{number}", trade.order(number, chance, ACCOUNTS, SHOPS), whole=True))


_blocks = count()


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
