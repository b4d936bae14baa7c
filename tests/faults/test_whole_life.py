"""Two thousand refunds from submission to payment while every kind of process is killed at random moments.

`make test-faults`; minutes long, so not part of `make test`. Bounded in time, on this machine alone.
"""

import logging
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest

from reviewconsole.launcher import processes
from tests.launcher.installed import Installed, free_port
from tests.launcher.test_faults import StubbornClient
from tests.support.bodies import suspect_refund
from tests.support.receiver import Receiver, Response, listening

pytestmark = [pytest.mark.faults, pytest.mark.loopback]

REFUNDS = int(os.environ.get("FAULTS_REFUNDS", "2000"))
SEED = int(os.environ.get("FAULTS_SEED", "20261127"))
PATIENCE = 900
# Each is killed more than once in a run; PostgreSQL has to recover, which takes it a moment.
VICTIMS = ["web", "worker", "sender", "helper", "beat", "database"]
SUBMITTERS, PAYERS = 3, 2

# A reviewer who never tires: claims what is next and approves it, with a hold of a second.
REVIEWER = """
import time
from datetime import timedelta
from apps.common.actors import Actor, ActorKind
from apps.reviews.errors import QueueEmpty
from apps.reviews.models import DecisionOutcome, DecisionReason
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person, Role
from apps.timers.clock import database_now
given = {"role": Role.REVIEWER, "created_at": database_now()}
person, _made = Person.objects.get_or_create(username="lin", defaults=given)
actor = Actor(ActorKind.PERSON, "lin", person_id=person.pk)
ends = time.monotonic() + 60
while time.monotonic() < ends:
    now = database_now()
    try:
        claim = case_claim_next(person, actor=actor, now=now)
    except QueueEmpty:
        time.sleep(0.2)
        continue
    verdict = Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED, hold_until=now + timedelta(seconds=2))
    case_decide(claim.case_id, verdict, person=person, token=claim.token, actor=actor, now=now)
"""


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    more = {"REVIEWCONSOLE_WEBHOOK_ALLOW": "127.0.0.0/8", "REVIEWCONSOLE_RATE_LIMIT": "0"}
    running = Installed(tmp_path / "data", free_port(), tmp_path / "output", more=more)
    try:
        running.start()
        yield running
    finally:
        if not running.launcher_is_gone():
            running.stop()
        processes.stop_all_of(running.data_dir, running.data_dir / "postgres")


def test_loses_nothing_and_does_nothing_twice(installed: Installed) -> None:
    key = installed.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    client, over = StubbornClient(installed.port, key, patience=PATIENCE), threading.Event()
    # A receiver that fails now and then, in every way it can.
    sour = [Response(status=500), Response(drop=True), Response(status=302, headers={"Location": "/elsewhere"})] * 5
    with listening() as receiver:
        receiver.script.extend(sour)
        receiver.trust(client.post("/webhook-endpoints", {"url": receiver.url}, "endpoint")["secret"])
        work = [
            *(threading.Thread(target=_submit, args=[client, place], daemon=True) for place in range(SUBMITTERS)),
            *(
                threading.Thread(target=_pay, args=[client, receiver, each, over], daemon=True)
                for each in range(PAYERS)
            ),
            threading.Thread(target=_review, args=[installed, over], daemon=True),
        ]
        for thread in work:
            thread.start()
        kills = _kill_until_paid(installed)
        over.set()
        logging.getLogger(__name__).warning("killed %s (FAULTS_SEED=%s)", kills, SEED)
        told, since = set[tuple[str, int]](), 0
        deadline = time.monotonic() + 400
        while len(told) < _events(installed):
            assert time.monotonic() < deadline, f"{len(told)} of {_events(installed)} events arrived"
            fresh = receiver.received[since:]
            since += len(fresh)
            told |= {(each.document["data"]["refund"]["id"], each.document["sequence"]) for each in fresh}
            time.sleep(1)
        assert len(told) == _events(installed)
    _check(installed)
    assert set(kills) == set(VICTIMS)


def _submit(client: StubbornClient, place: int) -> None:
    now = datetime.now(tz=UTC)
    for number in range(place, REFUNDS, SUBMITTERS):
        client.post("/refunds", suspect_refund(str(number), now), f"refund-{number}")


def _review(installed: Installed, over: threading.Event) -> None:
    while not over.is_set():
        try:
            installed.manage("shell", "--no-imports", "-c", REVIEWER)
        except subprocess.CalledProcessError:
            # The database went away under it, or its claim did: a person would press again.
            time.sleep(1)


def _pay(client: StubbornClient, receiver: Receiver, place: int, over: threading.Event) -> None:
    since = 0
    while not over.is_set():
        fresh = receiver.received[since:]
        since += len(fresh)
        for document in (each.document for each in fresh):
            refund = document["data"]["refund"]
            if document["type"] == "refund.released" and crc32(refund["id"].encode()) % PAYERS == place:
                # An event may come twice: the same key, with the same words, pays once.
                report = {"result": "paid", "reference": f"PO-{refund['id']}", "at": document["timestamp"]}
                client.post(f"/refunds/{refund['id']}/payout", report, f"pay-{refund['id']}")
        time.sleep(0.2)


def _kill_until_paid(installed: Installed) -> dict[str, int]:
    chance = random.Random(SEED)
    kills: dict[str, int] = {}
    deadline = time.monotonic() + PATIENCE
    while _paid(installed) < REFUNDS:
        assert time.monotonic() < deadline, f"{_paid(installed)} of {REFUNDS} were paid within {PATIENCE} s: {kills}"
        time.sleep(chance.uniform(2, 6))
        # Those who were not killed yet come first, so that a short run meets each.
        fresh = [name for name in VICTIMS if name not in kills]
        name = chance.choice(fresh or VICTIMS)
        victim = installed.leader(name)
        if victim is not None:
            victim.kill()
            kills[name] = kills.get(name, 0) + 1
    return kills


def _paid(installed: Installed) -> int:
    return _asked(installed, "SELECT count(*) FROM refunds_refund WHERE status = 'paid'")


def _events(installed: Installed) -> int:
    return _asked(installed, "SELECT count(*) FROM webhooks_event")


def _asked(installed: Installed, query: str) -> int:
    """Ask the database, which may be about to come back."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return int(str(installed.ask_database(query)))
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _check(installed: Installed) -> None:
    statuses = "SELECT count(*) FROM refunds_refund WHERE status <> 'paid'"
    assert _asked(installed, statuses) == 0
    assert _asked(installed, "SELECT count(*) FROM refunds_refund") == REFUNDS
    assert "The ledger reconciles." in installed.manage("check_ledger")
    # Each step once: received, decided, held, released, paid, by the audit log.
    for action in ("refund.received", "case.decided", "hold.placed", "hold.released", "payout.reported"):
        once = f"SELECT count(*) FROM audit_auditevent WHERE action = '{action}'"  # noqa: S608 (words of ours)
        assert _asked(installed, once) == REFUNDS, action
    assert _asked(installed, "SELECT coalesce(sum(approved_amount), 0) FROM refunds_refund") == REFUNDS * 64800
    assert _asked(installed, "SELECT count(*) FROM timers_failure WHERE next_try_at IS NULL") == 0
