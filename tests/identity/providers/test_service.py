"""Asking the operator's service over a real line: what is sent, and what of an answer counts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from apps.identity.models import FactorStatus
from apps.identity.providers.service import LARGEST_ANSWER, Question, ServiceUnanswered, service_ask
from apps.webhooks.signing import new_secret

pytestmark = pytest.mark.loopback

SECRET = new_secret()
QUESTION = Question("vch_1", "phone", "+86 138 0013 8000", "", "王伟", "Galaxy Mall", "A-17")
Behave = Callable[[BaseHTTPRequestHandler, bytes], None]


def now() -> datetime:
    return datetime.now(UTC)


def answer(
    said: Any, *, secret: str = SECRET, check_id: str = "vch_1", at: datetime | None = None, status: int = 200
) -> Behave:
    """Return how a service answers with this document, signed."""

    def behave(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        moment = at or now()
        handler.send_response(status)
        handler.send_header("webhook-id", check_id)
        handler.send_header("webhook-timestamp", str(int(moment.timestamp())))
        handler.send_header("webhook-signature", Webhook(secret).sign(check_id, moment, content.decode("latin-1")))
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return behave


@contextmanager
def service(settings: Settings, behave: Behave) -> Iterator[list[tuple[dict[str, str], bytes]]]:
    """Run a service on this machine; gives what it was asked."""
    asked: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
            behave(self, body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.REVIEWCONSOLE_VERIFICATION_URL = f"http://127.0.0.1:{server.server_port}/check"
    settings.REVIEWCONSOLE_VERIFICATION_SECRET = SECRET
    settings.REVIEWCONSOLE_VERIFICATION_TIMEOUT = 1.0
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def test_asks_with_a_signature_and_reads_a_signed_answer(settings: Settings) -> None:
    said = {"status": "verified", "name_match": True, "provider_reference": "S-9", "checked_at": "2026-11-22T12:00:00Z"}
    with service(settings, answer(said)) as asked:
        found = service_ask(QUESTION, now=now())
    ((headers, body),) = asked
    Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == "vch_1"
    assert json.loads(body) == {
        "check_id": "vch_1",
        "kind": "phone",
        "number": "+86 138 0013 8000",
        "document_type": "",
        "name": "王伟",
        "account": {"client": "Galaxy Mall", "id": "A-17"},
    }
    assert (found.status, found.name_match, found.provider_reference) == (FactorStatus.VERIFIED, True, "S-9")
    assert found.checked_at == datetime(2026, 11, 22, 12, tzinfo=UTC)


def hang(_handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    threading.Event().wait(3)


def drip(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    """Send a byte now and then, each well within the time that one read may take."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        threading.Event().wait(0.3)


def hang_up(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.connection.close()


def redirect(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.end_headers()


@pytest.mark.parametrize(
    ("behave", "fault"),
    [
        (answer({"status": "verified"}, secret=new_secret()), "unsigned"),
        # The answer to another question, and one of an hour ago.
        (answer({"status": "verified"}, check_id="vch_2"), "unsigned"),
        (answer({"status": "verified"}, at=datetime.now(UTC) - timedelta(hours=1)), "unsigned"),
        (answer({"status": "verified"}, status=500), "refused"),
        (answer({"status": "splendid"}), "unreadable"),
        (answer({"status": "verified", "provider_reference": "x" * 65}), "unreadable"),
        (answer(b"no json"), "unreadable"),
        (answer(b"[" * LARGEST_ANSWER * 2), "too_large"),
        (hang, "timed_out"),
        (drip, "timed_out"),
        (hang_up, "not_reached"),
        (redirect, "refused"),
    ],
)
def test_what_is_no_answer_does_not_count(settings: Settings, behave: Behave, fault: str) -> None:
    with service(settings, behave) as asked, pytest.raises(ServiceUnanswered) as unanswered:
        service_ask(QUESTION, now=now())
    assert unanswered.value.fault == fault
    assert len(asked) == 1


def test_says_when_nobody_listens(settings: Settings) -> None:
    with service(settings, hang):
        pass
    with pytest.raises(ServiceUnanswered) as unanswered:
        service_ask(QUESTION, now=now())
    assert unanswered.value.fault == "not_reached"
