"""The whole product on each broker: what is due is done, once, though workers die and the broker loses everything.

`make test-brokers`; not part of `make test`, since it needs Redis and RabbitMQ of the system.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.launcher.installed import Installed, free_port, until
from tests.launcher.test_faults import StubbornClient
from tests.support.bodies import suspect_refund
from tests.support.receiver import listening
from tools.system_packages import require

pytestmark = [pytest.mark.brokers, pytest.mark.loopback]

REFUNDS = 30
Wipe = Callable[[], None]


@contextmanager
def filesystem(_folder: Path) -> Iterator[tuple[str, Wipe | None]]:
    """The broker of an installation on one machine; its files are wiped by the test that knows the folder."""
    yield "filesystem://", None


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, Wipe]]:
    require("redis-server", "redis-server")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), "Redis answers")
        yield f"redis://127.0.0.1:{port}/0", lambda: _run("redis-cli", "-p", str(port), "flushall")
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def rabbitmq(folder: Path) -> Iterator[tuple[str, Wipe]]:
    require("rabbitmq-server", "rabbitmq-server")
    port, clustering = free_port(), free_port()
    folder.chmod(0o777)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"trial{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(clustering),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
    }
    program = next(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    server = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    control = str(program.with_name("rabbitmqctl"))
    node = f"trial{port}@localhost"

    def wipe() -> None:
        for queue in ("celery", "deliveries", "mail", "heavy"):
            subprocess.run(
                [control, "-n", node, "purge_queue", queue], env=environment, check=False, capture_output=True
            )

    try:
        until(lambda: _answers(port), "RabbitMQ answers")
        yield f"amqp://guest:guest@127.0.0.1:{port}//", wipe
    finally:
        subprocess.run([control, "-n", node, "stop"], env=environment, check=False, capture_output=True, timeout=60)
        server.wait(60)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("broker", [filesystem, redis, rabbitmq], ids=lambda each: each.__name__)
def test_does_what_is_due_once_whatever_is_lost(tmp_path: Path, broker: Any) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    with broker(folder) as (url, wipe), listening() as receiver:
        installed = Installed(
            tmp_path / "data",
            free_port(),
            tmp_path / "output.txt",
            more={"CELERY_BROKER_URL": url, "REVIEWCONSOLE_WEBHOOK_ALLOW": "127.0.0.0/8"},
        )
        installed.start()
        try:
            queue = installed.data_dir / "broker" / "queue"
            _whole_life(installed, receiver, wipe or (lambda: _empty(queue)))
        finally:
            installed.stop()


def _empty(queue: Path) -> None:
    for message in queue.glob("*.msg"):
        message.unlink(missing_ok=True)


def _whole_life(installed: Installed, receiver: Any, wipe: Wipe) -> None:
    key = installed.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    client = StubbornClient(installed.port, key)
    receiver.trust(client.post("/webhook-endpoints", {"url": receiver.url}, "endpoint")["secret"])
    now = datetime.now(tz=UTC)
    ids = [
        client.post("/refunds", suspect_refund(str(number), now), f"refund-{number}")["id"] for number in range(REFUNDS)
    ]
    # Held by hand, all due now: what reviewers did would take a browser.
    _held_and_due(installed)
    for name in ("worker", "sender", "beat"):
        victim = installed.leader(name)
        assert victim is not None
        wipe()
        victim.kill()
        time.sleep(1)
    released = "SELECT count(*) FROM refunds_refund WHERE status = 'released'"
    until(lambda: installed.ask_database(released) == REFUNDS, "every hold is released")
    until(lambda: _told(receiver) >= {(each, "refund.released") for each in ids}, "every release is told")
    twice = "SELECT count(*) - count(DISTINCT subject_id) FROM webhooks_event WHERE type = 'refund.released'"
    assert installed.ask_database(twice) == 0
    assert "The ledger reconciles." in installed.manage("check_ledger")
    pulses = "SELECT count(*) FROM timers_pulse WHERE at > now() - interval '40 seconds'"
    until(lambda: installed.ask_database(pulses) == 4, "each queue is worked off again")


def _held_and_due(installed: Installed) -> None:
    """Decide every case by the service, as a command of one's own would, and let its hold be due."""
    script = """
from datetime import timedelta
from django.utils import timezone
from apps.common.actors import Actor, ActorKind
from apps.payouts.models import Hold
from apps.reviews.models import DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person, Role
now = timezone.now()
person = Person.objects.create(username="lin", role=Role.REVIEWER, created_at=now)
actor = Actor(ActorKind.PERSON, "lin", person_id=person.pk)
verdict = Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED, hold_until=now + timedelta(seconds=20))
for case in ReviewCase.objects.filter(status="open"):
    claim = case_claim(case.pk, person, actor=actor, now=now)
    case_decide(case.pk, verdict, person=person, token=claim.token, actor=actor, now=now)
print(Hold.objects.count())
"""
    assert installed.manage("shell", "--no-imports", "-c", script).split()[-1] == str(REFUNDS)


def _told(receiver: Any) -> set[tuple[str, str]]:
    return {(each["data"]["refund"]["id"], each["type"]) for each in receiver.documents}


def test_has_what_it_needs() -> None:
    """Nothing here is skipped for want of a program."""
    for program in ("redis-server", "redis-cli", "rabbitmq-server"):
        require(program, {"redis-cli": "redis-tools"}.get(program, program))
        assert shutil.which(program)
