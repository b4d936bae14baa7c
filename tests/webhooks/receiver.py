"""A receiver on this machine that answers as a test tells it to."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from unittest import mock

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Response:
    """One answer; `pause` waits until the receiver closes, `drop` hangs up without a word."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: bool = False
    drop: bool = False


OK = Response()
HANG = Response(pause=True)
DROP = Response(drop=True)


@dataclass(frozen=True)
class Received:
    """One request as it came: header names in lower case, the raw body."""

    path: str
    headers: dict[str, str]
    body: bytes

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
        """Check the signature as a receiver does whose clock shows the sender's time. Raises when it is wrong."""
        with mock.patch("standardwebhooks.webhooks.datetime", clock_at(self.at)):
            Webhook(secret).verify(self.body, self.headers)


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

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        """Return the types of what came in, in order."""
        return [received.document["type"] for received in self.received]

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
        response = self.receiver.take(Received(self.path, headers, body))
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


@contextmanager
def listening(receiver: Receiver) -> Iterator[None]:
    """Let the receiver answer on a free port until the block ends."""
    handler = type("ItsHandler", (Handler,), {"receiver": receiver})
    server = Server(("127.0.0.1", 0), handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def clock_at(moment: datetime) -> type[datetime]:
    """Return a datetime class whose clock stands still at this moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(moment.timestamp(), tz)

    return Clock
