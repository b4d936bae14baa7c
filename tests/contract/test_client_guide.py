"""Every snippet of the client guide runs as it stands, against a live server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from apps.marketplace.models import Account
from apps.refunds.models import Refund
from apps.webhooks.models import Event, WebhookEndpoint
from apps.webhooks.signing import new_secret, signed_headers
from reviewconsole.launcher.installation import BASE_DIR
from tests.api.callers import Caller, make_caller

GUIDES = ("client-guide.md", "client-guide.zh-Hans.md")
_SNIPPET = re.compile(r"<!-- run: ([a-z-]+) -->\n```(bash|python)\n(.*?)```", re.DOTALL)


def _snippets(guide: str) -> dict[str, tuple[str, str]]:
    found = _SNIPPET.findall((BASE_DIR / "docs" / guide).read_text())
    return {name: (language, text) for name, language, text in found}


SNIPPETS = _snippets(GUIDES[0])


class Reader:
    """Somebody who copies snippets into a shell."""

    def __init__(self, live_server: LiveServer, caller: Caller, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "CONSOLE": f"{live_server.url}/api/v1", "KEY": caller.key}

    def run(self, name: str, more: str = "") -> str:
        language, text = SNIPPETS[name]
        command = ["bash", "-euc", text + more] if language == "bash" else [sys.executable, "-c", text + more]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self._folder, env=self._environment, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def reader(transactional_db: None, live_server: LiveServer, tmp_path: Path) -> Reader:
    """Return a reader with a key that may do everything."""
    return Reader(live_server, make_caller(), tmp_path)


def test_shows_the_same_snippets_in_both_languages() -> None:
    assert _snippets(GUIDES[1]) == SNIPPETS
    assert len(SNIPPETS) == 7


@pytest.mark.loopback
def test_first_refund_is_taken_by_curl_and_by_httpx(reader: Reader) -> None:
    answered = json.loads(reader.run("first-refund"))
    assert (answered["reference"], answered["amount"]) == ("RF-1", 64800)
    identifier, status = reader.run("first-refund-httpx").split()
    assert Refund.objects.get(pk=identifier).status == status
    # Copied a second time, the first says the same again.
    assert json.loads(reader.run("first-refund"))["id"] == answered["id"]
    assert Refund.objects.count() == 2


@pytest.mark.loopback
def test_retry_gives_the_first_answer_again(reader: Reader) -> None:
    asks = """
body = b'{"url": "https://shop.example/hooks"}'
first, second = (post_safely("/webhook-endpoints", body, "one") for _ in range(2))
print(first.json() == second.json(), second.headers["Idempotent-Replayed"])
print(post_safely("/refunds", b"{}", "two").status_code)
"""
    assert reader.run("retry", asks).split() == ["True", "true", "422"]
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.loopback
def test_events_are_read_to_the_end_and_no_further(reader: Reader) -> None:
    reader.run("first-refund")
    reader.run("first-refund-httpx")
    events = list(Event.objects.order_by("position"))
    lines = reader.run("events", "\nlast = read_on(None)\nprint(last)\nprint(read_on(last) == last)\n").splitlines()
    assert [line.split()[0] for line in lines[:-2]] == [event.type for event in events]
    assert lines[-2:] == [events[-1].pk, "True"]


@pytest.mark.loopback
def test_endpoint_is_made(reader: Reader) -> None:
    answered = json.loads(reader.run("endpoint"))
    assert answered["secret"].startswith("whsec_")
    assert WebhookEndpoint.objects.get().event_types == ["refund.released", "refund.denied"]


@pytest.mark.loopback
def test_webhook_is_believed_once_and_a_forged_one_never(reader: Reader) -> None:
    secret, body = new_secret(), '{"type":"refund.released","data":{}}'
    headers = signed_headers([secret], event_id="evt_1", at=timezone.now(), body=body)
    receives = f"""
seen, sent = set(), ({headers!r}, {body.encode()!r})
print(receive({secret!r}, *sent, seen), receive({secret!r}, *sent, seen))
print(receive({new_secret()!r}, *sent, seen), len(seen))
"""
    assert reader.run("verify", receives).splitlines() == ["refund.released {}", "204 204", "401 1"]


@pytest.mark.loopback
def test_history_is_taken(reader: Reader) -> None:
    assert json.loads(reader.run("history"))["accepted"] == 2
    assert Account.objects.get().external_id == "A-17"
