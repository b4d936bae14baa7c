"""The hold timer: an outage's backlog, the steady case, and what a tick asks beside a million that are not due."""

import subprocess
import sys
import time
from datetime import timedelta
from statistics import median

from django.db import connection
from django.utils import timezone

from apps.payouts.ledger import ledger_disagreements
from apps.refunds.models import Refund
from apps.timers.models import Lateness
from apps.timers.registry import ticks_waiting
from apps.timers.selectors import punctuality
from apps.webhooks.models import Event
from reviewconsole.launcher.installation import BASE_DIR
from tests.bench.history import as_superuser

HOLDS, WAITING, WORKERS = 100_000, 1_000_000, 2
A_SECOND, SECONDS = 100, 20
_REFUNDS = """
INSERT INTO refunds_refund (
    id, client_id, origin, reference, requested_at, amount, currency, reason_code, reason_text, channel,
    default_outcome, order_id, account_id, shop_id, destination_id, category, device_id, user_agent, status, status_at,
    version, event_sequence, approved_amount, is_appealed, risk, hold, created_at
)
SELECT %(prefix)s || lpad(o.id::text, 8, '0'), o.client_id, 'live', %(prefix)s || o.id, now(), 100, 'CNY',
    'accidental_purchase', '', 'app', '', o.id, o.account_id, o.shop_id, o.account_id, 'game_currency', '', '', 'held',
    now(), 1, 0, 100, false, '{"score": 10, "level": "low"}', '{}', now()
FROM marketplace_order o ORDER BY o.id LIMIT %(count)s
"""
_HOLDS = """
INSERT INTO payouts_hold (
    refund_id, amount, currency, placed_at, release_at, latest_release_at, cause, reason, status, end_reason
)
SELECT r.id, 100, 'CNY', now() - interval '1 hour',
    now() + %(after)s * interval '1 second' + CASE WHEN %(rate)s = 0 THEN interval '0'
        ELSE row_number() OVER (ORDER BY r.id) * interval '1 second' / %(rate)s END,
    now() + interval '30 days', 'policy', '', 'open', ''
FROM refunds_refund r WHERE r.id LIKE %(prefix)s || '%%'
"""
_DUE = """
EXPLAIN (ANALYZE, FORMAT JSON) SELECT id, release_at FROM payouts_hold
WHERE status = 'open' AND release_at <= now() ORDER BY release_at, id LIMIT 1000
"""


def measure_timers() -> None:
    """Print how long a backlog takes, how late the steady case is, and what a tick asks."""
    _wait(WAITING)
    print(f"hold timer       a tick's query beside {WAITING:,} open timers: {_asked():.2f} ms, by {_index()}")
    print(f"hold timer       what the beat asks each second, of every kind at once: {_question():.2f} ms")
    _put("rfd_due", HOLDS, after=-1, rate=0)
    begun = time.perf_counter()
    released = _run(0)
    seconds = time.perf_counter() - begun
    print(
        f"hold timer       {HOLDS:,} holds due at once, {WORKERS} workers: {seconds:.0f} s, {released / seconds:.0f}/s,"
        f" {_twice()} twice, {_left('rfd_due')} left, {_wrong('rfd_due')} disagreements"
    )
    Lateness.objects.all().delete()
    _put("rfd_pace", A_SECOND * SECONDS, after=2, rate=A_SECOND)
    _run(SECONDS + 6)
    found = punctuality(since=timezone.now() - timedelta(minutes=10))["hold"]
    print(
        f"hold timer       {A_SECOND} due a second, a tick a second: half within {found.median_ms} ms, 99 % within"
        f" {found.p99_ms} ms, slowest {found.slowest_ms} ms"
    )


def _put(prefix: str, count: int, *, after: int, rate: int) -> None:
    with as_superuser() as database:
        database.execute("SET session_replication_role = replica")
        database.execute(_REFUNDS.encode(), {"prefix": prefix, "count": count})
        database.execute("ANALYZE refunds_refund")
        database.execute(_HOLDS.encode(), {"prefix": prefix, "after": after, "rate": rate})
        database.execute("ANALYZE payouts_hold")


def _wait(count: int) -> None:
    """Let holds of refunds that do not exist be due next week: the timer looks at no refund before its hold is due."""
    statement = """
        INSERT INTO payouts_hold (
            refund_id, amount, currency, placed_at, release_at, latest_release_at, cause, reason, status, end_reason
        )
        SELECT 'rfd_later' || n, 100, 'CNY', now(), now() + interval '7 days' + n * interval '1 millisecond',
            now() + interval '30 days', 'policy', '', 'open', '' FROM generate_series(1, %s) n
    """
    with as_superuser() as database:
        database.execute("SET session_replication_role = replica")
        database.execute(statement.encode(), [count])
        database.execute("ANALYZE payouts_hold")


def _asked() -> float:
    times: list[float] = []
    with connection.cursor() as cursor:
        for _time in range(20):
            cursor.execute(_DUE)
            plan = cursor.fetchone()[0][0]
            times.append(plan["Planning Time"] + plan["Execution Time"])
    return median(times)


def _question() -> float:
    times: list[float] = []
    for _time in range(50):
        begun = time.perf_counter()
        ticks_waiting()
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)


def _index() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        node = cursor.fetchone()[0][0]["Plan"]
    while "Index Name" not in node and node.get("Plans"):
        node = node["Plans"][0]
    return str(node.get("Index Name", node["Node Type"]))


def _run(seconds: int) -> int:
    """Let workers tick, each a process of its own; for 0 seconds: until nothing is left. Returns how many they did."""
    command = [sys.executable, "-m", "tests.bench.timer_worker", str(seconds)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=BASE_DIR) for _worker in range(WORKERS)]
    return sum(int(worker.communicate(timeout=1_200)[0]) for worker in workers)


def _twice() -> int:
    events = Event.objects.filter(type="refund.released", subject_id__startswith="rfd_due")
    return events.count() - events.values("subject_id").distinct().count()


def _left(prefix: str) -> int:
    return Refund.objects.filter(pk__startswith=prefix, status="held").count()


def _wrong(prefix: str) -> int:
    return sum(prefix in found.name for found in ledger_disagreements())
