"""Three web processes, four workers and two beats on one PostgreSQL and RabbitMQ: `python -m tests.fleet`.

Two thousand refunds go from submission to payment by way of all of them, while programs are killed and started again
as their machines would; then a hundred thousand holds are due at once. Prints what it took, and leaves with 1 when
anything was lost or done twice. Bounded in time, on loopback alone; needs RabbitMQ of the system, which it installs.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from reviewconsole.launcher.installation import DATABASE_NAME
from tests.bench.machine import database
from tests.brokers.test_brokers import rabbitmq
from tests.faults.life import SOUR, Life
from tests.fleet.machines import MACHINES, Fleet
from tests.launcher.test_faults import StubbornClient
from tests.support.receiver import listening

SEED = 20261127
PATIENCE = 900
_DISABLED = "UPDATE webhooks_webhookendpoint SET removed_at = now()"
# As many orders, refunds and holds as are wanted, copies of one that was paid, with what the log says of a new hold.
_BACKLOG = """
SET session_replication_role = replica;
INSERT INTO marketplace_order
SELECT (jsonb_populate_record(o, jsonb_build_object('id', 1000000000 + n, 'external_id', 'B-' || n))).*
FROM marketplace_order o, generate_series(1, {count}) n WHERE o.id = (SELECT min(id) FROM marketplace_order);
INSERT INTO refunds_refund
SELECT (jsonb_populate_record(r, jsonb_build_object(
    'id', 'rfd_backlog' || lpad(n::text, 8, '0'), 'reference', 'B-' || n, 'order_id', 1000000000 + n, 'amount', 100,
    'approved_amount', 100, 'status', 'held', 'version', 1, 'event_sequence', 0, 'payout', null
))).*
FROM refunds_refund r, generate_series(1, {count}) n WHERE r.id = (SELECT min(id) FROM refunds_refund);
INSERT INTO payouts_hold (
    refund_id, amount, currency, placed_at, release_at, latest_release_at, cause, reason, status, end_reason
)
SELECT 'rfd_backlog' || lpad(n::text, 8, '0'), 100, 'CNY', now() - interval '1 hour', now() + interval '20 seconds',
    now() + interval '30 days', 'policy', '', 'open', ''
FROM generate_series(1, {count}) n;
INSERT INTO audit_auditevent (
    at, action, actor_kind, actor_name, refund_id, case_id, subject, changes, reason, request_id
)
SELECT now(), 'hold.placed', 'system', 'policy', 'rfd_backlog' || lpad(n::text, 8, '0'), '', '',
    '{{"amount": 100, "currency": "CNY"}}', '', '' FROM generate_series(1, {count}) n;
ANALYZE marketplace_order; ANALYZE refunds_refund; ANALYZE payouts_hold;
"""
_LEFT = "SELECT count(*) FROM payouts_hold WHERE refund_id LIKE 'rfd_backlog%' AND status = 'open'"
_FIRST_TO_LAST = """
SELECT extract(epoch FROM max(ended_at) - min(release_at)) FROM payouts_hold WHERE refund_id LIKE 'rfd_backlog%'
"""
_TWICE = """
SELECT count(*) - count(DISTINCT subject_id) FROM webhooks_event
WHERE type = 'refund.released' AND subject_id LIKE 'rfd_backlog%'
"""


def main() -> int:
    """Start everything, run the load, print; 0 when nothing was lost and nothing done twice."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--refunds", type=int, default=2_000)
    options.add_argument("--holds", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=SEED)
    wanted = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fleet-"))
    folder.chmod(0o755)
    broker_folder = folder / "broker"
    broker_folder.mkdir()
    try:
        with database(folder) as url, rabbitmq(broker_folder) as (broker, _wipe):
            fleet = Fleet(folder, url, broker)
            try:
                fleet.start()
                counts = {name: sum(name in machine for machine in MACHINES) for name in ("web", "worker", "beat")}
                print(
                    f"fleet            {len(fleet.programs)} programs on PostgreSQL and RabbitMQ: {counts}", flush=True
                )
                _live(fleet, wanted.refunds, wanted.seed)
                _work_off(fleet, folder, wanted.holds)
            finally:
                fleet.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _live(fleet: Fleet, refunds: int, seed: int) -> None:
    key = fleet.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    clients = [StubbornClient(port, key, patience=PATIENCE) for port in fleet.ports]
    chance, kills = random.Random(seed), dict[str, int]()
    with listening() as receiver:
        receiver.script.extend(SOUR)
        life = Life(fleet, clients, receiver, refunds)
        begun = time.monotonic()
        life.start()
        while life.paid() < refunds:
            assert time.monotonic() - begun < PATIENCE, f"{life.paid()} of {refunds} were paid: {kills}"
            time.sleep(chance.uniform(2, 6))
            victim = chance.choice(fleet.programs)
            victim.kill()
            kills[victim.name] = kills.get(victim.name, 0) + 1
            # As whoever watches a machine's programs starts them again.
            time.sleep(1)
            victim.start()
        took = time.monotonic() - begun
        life.over.set()
        life.wait_for_events(400)
    life.check()
    late = "SELECT max(slowest_ms) FROM timers_lateness WHERE kind = 'hold'"
    print(
        f"fleet            {refunds:,} refunds from submission to payment: {took:.0f} s, {refunds / took:.0f}/s, killed"
        f" {kills}; all paid once, every event arrived, the ledger reconciles; latest hold {life.asked(late):,} ms",
        flush=True,
    )


def _work_off(fleet: Fleet, folder: Path, holds: int) -> None:
    with psycopg.connect(host=str(_sockets(fleet.url)), user="postgres", dbname=DATABASE_NAME, autocommit=True) as sql:
        sql.execute(_DISABLED.encode())
        sql.execute(_BACKLOG.format(count=holds).encode())
    deadline = time.monotonic() + PATIENCE
    while int(str(fleet.ask_database(_LEFT))):
        assert time.monotonic() < deadline, f"{fleet.ask_database(_LEFT)} holds are left"
        time.sleep(1)
    took, twice = float(str(fleet.ask_database(_FIRST_TO_LAST))), int(str(fleet.ask_database(_TWICE)))
    assert twice == 0, f"{twice} were released twice"
    assert "The ledger reconciles." in fleet.manage("check_ledger")
    print(
        f"fleet            {holds:,} holds due at once, 4 workers: {took:.0f} s, {holds / took:.0f}/s, none twice,"
        " none left"
    )


def _sockets(url: str) -> str:
    found: str = psycopg.conninfo.conninfo_to_dict(url)["host"]  # type: ignore[assignment]
    return found


if __name__ == "__main__":
    sys.exit(main())
