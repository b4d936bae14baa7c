"""Kill -9 while refunds come in: none is lost, none is doubled, every event arrives."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.launcher.installed import Installed, installation, until
from tests.support.bodies import suspect_refund
from tests.support.receiver import Receiver, listening

pytestmark = [pytest.mark.installation, pytest.mark.loopback, pytest.mark.xdist_group("installation")]

REFUNDS = 40
PATIENCE = 60


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with installation(tmp_path_factory.mktemp("faults"), REVIEWCONSOLE_WEBHOOK_ALLOW="127.0.0.0/8") as running:
        yield running


class StubbornClient:
    """Asks again, with the same key, until it has an answer: what the contract promises has to be enough."""

    def __init__(self, port: int, key: str, *, patience: float = PATIENCE) -> None:
        self._port = port
        self._key = key
        self._patience = patience

    def post(self, path: str, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        """Return the body of the 200 or 201."""
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f'"{idempotency_key}"',
        }
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            try:
                connection.request("POST", f"/api/v1{path}", json.dumps(body).encode(), headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            finally:
                connection.close()
            if answer.status in (http.HTTPStatus.OK, http.HTTPStatus.CREATED):
                document: dict[str, Any] = json.loads(text)
                return document
            # 409: the first try still holds its lock; 5xx: it came to nothing.
            assert answer.status == http.HTTPStatus.CONFLICT or answer.status >= 500, text
            time.sleep(0.2)
        raise AssertionError(f"no answer within {self._patience} s")


def submit_all(client: StubbornClient, answers: list[dict[str, Any]]) -> None:
    now = datetime.now(tz=UTC)
    for number in range(REFUNDS):
        answers.append(client.post("/refunds", suspect_refund(str(number), now), f"refund-{number}"))
        time.sleep(0.1)


def told(receiver: Receiver) -> set[tuple[str, int]]:
    return {(each["data"]["refund"]["id"], each["sequence"]) for each in receiver.documents}


def test_loses_and_doubles_nothing_when_any_process_is_killed(installed: Installed) -> None:
    key = installed.manage("create_api_key", "--client", "Galaxy Mall", "--scopes", "all").strip()
    client = StubbornClient(installed.port, key)
    answers: list[dict[str, Any]] = []
    with listening() as receiver:
        receiver.trust(client.post("/webhook-endpoints", {"url": receiver.url}, "endpoint")["secret"])
        submitting = threading.Thread(target=submit_all, args=[client, answers], daemon=True)
        submitting.start()
        for name in ["web", "sender", "worker", "beat", "sender", "web"]:
            until(lambda name=name: installed.leader(name) is not None, f"{name} runs")  # type: ignore[misc]  # bound at once
            victim = installed.leader(name)
            assert victim is not None
            victim.kill()
            time.sleep(1)
        submitting.join(timeout=2 * PATIENCE)
        assert len(answers) == REFUNDS

        expected = {(answer["id"], 1) for answer in answers}
        assert len(expected) == REFUNDS
        until(lambda: told(receiver) >= expected, "every event has arrived")
        assert told(receiver) == expected

    assert installed.ask_database("SELECT count(*) FROM refunds_refund") == REFUNDS
    assert installed.ask_database("SELECT count(*) FROM reviews_reviewcase WHERE status = 'open'") == REFUNDS
    assert installed.ask_database("SELECT count(*) FROM webhooks_event") == REFUNDS
    received = "SELECT count(*) FROM audit_auditevent WHERE action = 'refund.received'"
    assert installed.ask_database(received) == REFUNDS
