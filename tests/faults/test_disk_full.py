"""The disk for attachments fills up: nothing is half done, and the same request goes through once there is room."""

import base64
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.faults.life import post
from tests.launcher.installed import Installed, installation
from tests.launcher.test_faults import StubbornClient
from tests.support.bodies import suspect_refund

pytestmark = [pytest.mark.faults, pytest.mark.loopback]

REFUNDS = 8
# Four files of this size fit, beside what their encryption adds.
DISK, FILE = 4_000_000, 600_000

_DENY = """
from apps.common.actors import Actor, ActorKind
from apps.reviews.models import DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person, Role
from apps.timers.clock import database_now
now = database_now()
person = Person.objects.create(username="lin", role=Role.REVIEWER, created_at=now)
actor = Actor(ActorKind.PERSON, "lin", person_id=person.pk)
verdict = Verdict(DecisionOutcome.DENY, DecisionReason.CONSUMED, customer_message="The code was used.")
for case in ReviewCase.objects.filter(status="open"):
    claim = case_claim(case.pk, person, actor=actor, now=now)
    case_decide(case.pk, verdict, person=person, token=claim.token, actor=actor, now=now)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0777", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.fail(f"this test mounts a file system, for which it has to be root: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def installed(tmp_path: Path, disk: Path) -> Iterator[Installed]:
    more = {"REVIEWCONSOLE_ATTACHMENTS_DIR": str(disk), "REVIEWCONSOLE_RATE_LIMIT": "0"}
    with installation(tmp_path, **more) as running:
        yield running


def test_moves_nothing_while_the_disk_is_full(installed: Installed, disk: Path) -> None:
    key = installed.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    client, now = StubbornClient(installed.port, key), datetime.now(tz=UTC)
    ids = [
        client.post("/refunds", suspect_refund(str(number), now), f"refund-{number}")["id"] for number in range(REFUNDS)
    ]
    installed.manage("shell", "--no-imports", "-c", _DENY)
    until_denied = "SELECT count(*) FROM refunds_refund WHERE status = 'denied'"
    assert installed.ask_database(until_denied) == REFUNDS

    answers = [_appeal(installed, key, refund_id) for refund_id in ids]
    full = [refund_id for refund_id, (status, _body) in zip(ids, answers, strict=True) if status == 507]
    taken = [refund_id for refund_id, (status, _body) in zip(ids, answers, strict=True) if status == 200]
    assert {status for status, _body in answers} == {200, 507}
    assert len(full) + len(taken) == REFUNDS
    assert all(body["code"] == "storage_full" for status, body in answers if status == 507)
    # What was refused is where it was; of what was taken each has its file, whole.
    assert _count(installed, "refunds_refund WHERE status = 'denied'") == len(full)
    assert _count(installed, "attachments_attachment") == len(taken) == len(_files(disk))
    assert _count(installed, "reviews_appeal") == len(taken)

    subprocess.run(["mount", "-o", f"remount,size={10 * DISK}", str(disk)], check=True)
    again = [_appeal(installed, key, refund_id) for refund_id in ids]
    assert {status for status, _body in again} == {200}
    assert _count(installed, "attachments_attachment") == REFUNDS == len(_files(disk))
    assert _count(installed, "reviews_appeal") == REFUNDS
    assert _count(installed, "refunds_refund WHERE status = 'pending_review'") == REFUNDS
    assert "The ledger reconciles." in installed.manage("check_ledger")


def _appeal(installed: Installed, key: str, refund_id: str) -> tuple[int, dict[str, Any]]:
    """Appeal with a text file, under a key that is the refund's."""
    content = base64.b85encode(Random(refund_id).randbytes(FILE * 4 // 5))
    file = {"media_type": "text/plain", "content_base64": base64.b64encode(content).decode(), "name": "story.txt"}
    body = {"text": "I did not use it.", "attachments": [file]}
    return post(installed.port, key, f"/refunds/{refund_id}/appeal", body, f"appeal-{refund_id}")


def _count(installed: Installed, rows: str) -> int:
    return int(str(installed.ask_database(f"SELECT count(*) FROM {rows}")))  # noqa: S608 (words of ours)


def _files(disk: Path) -> list[Path]:
    return [path for path in disk.rglob("*") if path.is_file()]
