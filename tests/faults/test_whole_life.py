"""Two thousand refunds from submission to payment while every kind of process is killed at random moments.

Beside that: PostgreSQL is stopped and started, the broker loses all it has, a second beat ticks, a worker's clock is an
hour ahead, the receiver fails in every way it can, and one refund cannot be released whatever is tried.

`make test-faults`; minutes long, so not part of `make test`. Bounded in time, on this machine alone.
"""

import logging
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from reviewconsole.launcher import processes
from reviewconsole.launcher.installation import BASE_DIR
from tests.faults.life import SOUR, Life
from tests.launcher.installed import Installed, installation
from tests.launcher.test_faults import StubbornClient
from tests.support.receiver import listening
from tools.system_packages import require

pytestmark = [pytest.mark.faults, pytest.mark.loopback]

REFUNDS = int(os.environ.get("FAULTS_REFUNDS", "2000"))
SEED = int(os.environ.get("FAULTS_SEED", "20261127"))
PATIENCE = 900
# Each is killed more than once in a run; PostgreSQL has to recover, which takes it a moment.
PROCESSES = ["web", "worker", "sender", "helper", "beat", "database"]
FAULTS = [*PROCESSES, "database stopped", "broker wiped"]
POISONED = "RF-7"
_POISON = f"""
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$;
CREATE TRIGGER poison BEFORE UPDATE ON refunds_refund FOR EACH ROW
    WHEN (NEW.reference = '{POISONED}' AND NEW.status = 'released') EXECUTE FUNCTION poison();
"""
_CURE = "DROP TRIGGER poison ON refunds_refund; DROP FUNCTION poison()"
_HURRY = "UPDATE timers_failure SET next_try_at = now()"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    more = {"WEBHOOK_ALLOW": "127.0.0.0/8", "RATE_LIMIT": "0", "WEBHOOK_TIMEOUT": "2"}
    with installation(tmp_path, **{f"REVIEWCONSOLE_{name}": value for name, value in more.items()}) as running:
        yield running


def test_loses_nothing_and_does_nothing_twice(installed: Installed, tmp_path: Path) -> None:
    key = installed.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    installed.manage("shell", "--no-imports", "-c", _SUPERVISOR)
    installed.change_database(_POISON)
    client = StubbornClient(installed.port, key, patience=PATIENCE)
    later = _hour_ahead(tmp_path)
    began = datetime.now() + timedelta(hours=1)  # noqa: DTZ005 (as logs write it)
    with listening() as receiver, _beside(installed, "beat", {}), _beside(installed, "worker", later) as ahead:
        receiver.script.extend(SOUR)
        life = Life(installed, [client], receiver, REFUNDS)
        life.start()
        happened = _break_until_paid(installed, life, REFUNDS - 1)
        logging.getLogger(__name__).warning("happened: %s (FAULTS_SEED=%s)", happened, SEED)
        _put_aside_and_cured(installed, life)
        life.over.set()
        life.wait_for_events(400)
        # It took it for another hour all the time.
        assert re.search(rf"{began:%Y-%m-%d} ({began:%H}|{began + timedelta(hours=1):%H}):", ahead.read_text())
    life.check()
    assert set(happened) == set(FAULTS)


_SUPERVISOR = """
from apps.staff.models import Person, Role
from apps.timers.clock import database_now
Person.objects.create(username="chen", role=Role.SUPERVISOR, created_at=database_now())
"""


def _hour_ahead(folder: Path) -> dict[str, str]:
    """Make what lets a process take it for an hour later (libfaketime stops the sleep of Python's threads)."""
    require("cc", "gcc")
    library = folder / "ahead.so"
    source = Path(__file__).with_name("ahead.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


@contextmanager
def _beside(installed: Installed, name: str, more: dict[str, str]) -> Iterator[Path]:
    """Run one more of a program beside the supervisor's, under another mark; gives its log."""
    model = installed.leader(name)
    assert model is not None
    environment = model.environ() | {processes.MARK: f"another {name}"} | more
    command = [
        part.replace(f"{name}-schedule", "another-schedule").replace("celery@%h", "another@%h")
        for part in model.cmdline()
    ]
    log = installed.data_dir / f"another-{name}.log"
    with log.open("wb") as output:
        program = subprocess.Popen(command, env=environment, cwd=BASE_DIR, stdout=output, stderr=output)
    try:
        yield log
    finally:
        assert program.poll() is None, log.read_text()[-2000:]
        program.terminate()
        program.wait(60)


def _break_until_paid(installed: Installed, life: Life, wanted: int) -> dict[str, int]:
    chance = random.Random(SEED)
    happened: dict[str, int] = {}
    deadline = time.monotonic() + PATIENCE
    while life.paid() < wanted:
        assert time.monotonic() < deadline, f"{life.paid()} of {wanted} were paid within {PATIENCE} s: {happened}"
        time.sleep(chance.uniform(2, 6))
        # What did not happen yet comes first, so that a short run meets each.
        fresh = [name for name in FAULTS if name not in happened]
        name = chance.choice(fresh or FAULTS)
        if _break(installed, name):
            happened[name] = happened.get(name, 0) + 1
    return happened


def _break(installed: Installed, name: str) -> bool:
    if name == "broker wiped":
        return _wipe(installed)
    victim = installed.leader(name.partition(" ")[0])
    if victim is None:
        return False
    if name == "database stopped":
        # Everybody is thrown out, and what is under way is rolled back.
        victim.send_signal(signal.SIGINT)
    else:
        victim.kill()
    return True


def _wipe(installed: Installed) -> bool:
    """Let messages pile up for a moment, then lose them all."""
    takers = [found for name in ("worker", "sender", "helper") if (found := installed.leader(name)) is not None]
    try:
        for taker in takers:
            taker.suspend()
        time.sleep(2)
        messages = list((installed.data_dir / "broker" / "queue").glob("*.msg"))
        for message in messages:
            message.unlink(missing_ok=True)
    except psutil.NoSuchProcess:
        return False
    finally:
        for taker in takers:
            if taker.is_running():
                taker.resume()
    return bool(messages)


def _put_aside_and_cured(installed: Installed, life: Life) -> None:
    """See that what fails each time is put aside, shown and told, and that a person lets it be tried again."""
    failure = "SELECT count(*) FROM timers_failure WHERE kind = 'hold'"
    aside = f"{failure} AND next_try_at IS NULL"
    deadline = time.monotonic() + 240
    while life.asked(aside) == 0:
        assert time.monotonic() < deadline, "never put aside"
        # A minute, five, fifteen, an hour: not waited for.
        installed.change_database(_HURRY)
        time.sleep(3)
    assert life.asked(failure) == 1
    status = f"SELECT count(*) FROM refunds_refund WHERE reference = '{POISONED}' AND status = 'held'"  # noqa: S608 (ours)
    assert life.asked(status) == 1
    told = "SELECT count(*) FROM notifications_notice WHERE about LIKE 'timer hold aside%'"
    while life.asked(told) == 0:
        assert time.monotonic() < deadline, "the supervisor was told nothing"
        time.sleep(1)
    # From now on there is the worker whose clock is ahead, and no other.
    others = installed.processes("worker")
    for other in others:
        other.suspend()
    try:
        installed.change_database(_CURE)
        installed.change_database(_HURRY)
        while life.asked(status):
            assert time.monotonic() < deadline, "not released once it was cured"
            time.sleep(1)
    finally:
        for other in others:
            other.resume()
    while life.paid() < REFUNDS:
        assert time.monotonic() < deadline, "not paid once it was released"
        time.sleep(1)
