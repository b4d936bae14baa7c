"""A client's webhook receiver on this machine: verifies whatever comes, answers as a test tells it to.

Every delivery that any test receives is verified by the `standardwebhooks`
library when the receiver closes, its tolerance of five minutes included: a
test cannot forget it. What came under no secret that the receiver was told of
fails the test as well.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from unittest import mock
from urllib.parse import urlsplit

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

# None of them is a structured field (RFC 9651). One more has to be looked at: http-sf reads those.
HEADERS_SENT = frozenset(
    "host content-type content-length user-agent accept accept-encoding "
    "webhook-id webhook-timestamp webhook-signature".split()
)


class WorldClock:
    """What time it is for receivers: the real time, until a test moves it with the sender's."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time that receivers read off their walls."""
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Let it be this moment; time goes on from there."""
        self._ahead = moment - datetime.now(UTC)

    def set_right(self) -> None:
        """Show the real time again."""
        self._ahead = timedelta()


world_clock = WorldClock()


@dataclass(frozen=True)
class Response:
    """One answer; `wait` seconds come before it, `pause` until the receiver closes, `drop` hangs up without a word."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    pause: bool = False
    drop: bool = False


OK = Response()
HANG = Response(pause=True)
DROP = Response(drop=True)


@dataclass(frozen=True)
class Received:
    """One request as it came: header names in lower case, the raw body, the time on the receiver's wall."""

    path: str
    headers: dict[str, str]
    body: bytes
    heard_at: datetime

    @property
    def document(self) -> dict[str, Any]:
        """The body, read."""
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def at(self) -> datetime:
        """The moment that the sender says it is."""
        return datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)

    def verify(self, secret: str) -> None:
        """Check signature and time as the library does. Raises WebhookVerificationError."""
        with mock.patch("standardwebhooks.webhooks.datetime", clock_at(self.heard_at)):
            Webhook(secret).verify(self.body, self.headers)

    def is_verified_by(self, secret: str) -> bool:
        """Tell whether the library is content with this secret."""
        try:
            self.verify(secret)
        except WebhookVerificationError:
            return False
        return True


class Receiver:
    """What came in, in order; answers come from the script, then from `otherwise`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.script: deque[Response] = deque()
        self.otherwise = OK
        self.port = 0
        self.closing = threading.Event()
        self.arrived = threading.Condition()
        self.connections = 0
        self._secrets: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def documents(self) -> list[dict[str, Any]]:
        """What came in, read."""
        return [received.document for received in list(self.received)]

    @property
    def types(self) -> list[str]:
        """The types of what came in, in order."""
        return [document["type"] for document in self.documents]

    def trust(self, secret: str) -> None:
        """Take what this secret signed for genuine, whenever it comes or came."""
        self._secrets.append(secret)

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have come in."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, timeout=10)

    def take(self, received: Received) -> Response:
        """Note a request and choose its answer."""
        with self.arrived:
            self.received.append(received)
            self.arrived.notify_all()
            return self.script.popleft() if self.script else self.otherwise

    def verify_all(self) -> None:
        """Verify everything that came, by the secrets that it was told of."""
        for received in self.received:
            assert set(received.headers) == HEADERS_SENT, received.headers
            assert any(map(received.is_verified_by, self._secrets)), f"not verified: {received}"


class Handler(BaseHTTPRequestHandler):
    """Notes requests and gives the answers of the script."""

    protocol_version = "HTTP/1.1"
    receiver: ClassVar[Receiver]

    def setup(self) -> None:
        self.receiver.connections += 1
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.receiver.take(Received(self.path, headers, body, world_clock.now()))
        if response.wait:
            self.receiver.closing.wait(response.wait)
        if response.pause:
            self.receiver.closing.wait()
        if response.pause or response.drop:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in {"Content-Length": str(len(response.body)), **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            # The sender hung up, which is what some of the tests are about.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        pass


class Server(ThreadingHTTPServer):
    """One that many may connect to at once; what hangs ends with the test."""

    request_queue_size = 128
    daemon_threads = True


_listening: dict[int, Receiver] = {}


def trust_at(url: str, secret: str) -> None:
    """Tell the receiver behind a URL, if one listens there, of a secret."""
    if receiver := _listening.get(urlsplit(url).port or 0):
        receiver.trust(secret)


@contextmanager
def listening(receiver: Receiver | None = None, *, is_for_deliveries: bool = True) -> Iterator[Receiver]:
    """Let a receiver answer on a free port until the block ends, then verify what came.

    `is_for_deliveries` is False only for tests below the level of deliveries, which send bare requests.
    """
    receiver = receiver or Receiver()
    handler = type("ItsHandler", (Handler,), {"receiver": receiver})
    server = Server(("127.0.0.1", 0), handler)
    receiver.port = server.server_address[1]
    _listening[receiver.port] = receiver
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
        del _listening[receiver.port]
        world_clock.set_right()
    if is_for_deliveries:
        receiver.verify_all()


def clock_at(moment: datetime) -> type[datetime]:
    """Return a datetime class whose clock stands still at this moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(moment.timestamp(), tz)

    return Clock
