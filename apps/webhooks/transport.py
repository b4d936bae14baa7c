"""One POST to a receiver, and what came of it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import h11

from apps.webhooks.addresses import Network
from apps.webhooks.connections import Connection, Heard, NotConnected, Origin, TlsFailed, connect, target_of
from apps.webhooks.guard import AddressRefused, Guard, NameLookup, NameUnresolved, Resolver
from apps.webhooks.models import AttemptError

EXCERPT_LENGTH = 1000
_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "RefundReviewConsole-Webhooks/1",
    "Accept": "*/*",
    # The answer is only read by people who look for a fault: never unpack what a stranger packed.
    "Accept-Encoding": "identity",
}
# The first that fits is the name of the failure.
_ERRORS: tuple[tuple[type[Exception], AttemptError], ...] = (
    (NameUnresolved, AttemptError.NAME_UNRESOLVED),
    (AddressRefused, AttemptError.ADDRESS_REFUSED),
    (TlsFailed, AttemptError.TLS_FAILED),
    (NotConnected, AttemptError.NOT_CONNECTED),
    (TimeoutError, AttemptError.TIMED_OUT),
    (OSError, AttemptError.BROKEN),
    (h11.ProtocolError, AttemptError.BROKEN),
)
_FAILURES = tuple(kind for kind, _error in _ERRORS)


@dataclass(frozen=True)
class Answer:
    """What came of one POST: a status with the beginning of the body, or an error."""

    status_code: int | None
    error: AttemptError | None
    excerpt: str
    retry_after: str | None
    duration_ms: int


class Transport:
    """Posts to receivers over kept connections; lives in one event loop."""

    def __init__(self, *, allowed: Sequence[Network], timeout_seconds: float, resolve: Resolver | None = None) -> None:
        self._timeout_seconds = timeout_seconds
        self._lookup = NameLookup()
        self._guard = Guard(allowed, resolve or self._lookup)
        self._idle: defaultdict[Origin, list[Connection]] = defaultdict(list)

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once. What goes wrong on the network is in the answer; nothing of it is raised."""
        began = time.monotonic()
        heard = Heard()
        error: AttemptError | None = None
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._exchange(url, {**_HEADERS, **headers}, body, heard)
        except _FAILURES as failure:
            if heard.status_code is None:
                error = next(error for kind, error in _ERRORS if isinstance(failure, kind))
        duration_ms = round((time.monotonic() - began) * 1000)
        return Answer(heard.status_code, error, clipped(bytes(heard.body)), heard.retry_after, duration_ms)

    async def close(self) -> None:
        """Drop every connection."""
        for connection in [kept for stack in self._idle.values() for kept in stack]:
            connection.abort()
        self._idle.clear()
        self._lookup.close()
        # The loop takes down what was dropped in its next round.
        await asyncio.sleep(0)

    async def _exchange(self, url: str, headers: Mapping[str, str], body: bytes, heard: Heard) -> None:
        target = target_of(url)
        connection = self._kept(target.origin) or await self._new(target.origin)
        try:
            await connection.post(target, headers, body, heard)
        finally:
            if connection.is_fresh:
                self._idle[target.origin].append(connection)
            else:
                connection.abort()

    def _kept(self, origin: Origin) -> Connection | None:
        stack = self._idle[origin]
        while stack:
            connection = stack.pop()
            if connection.is_fresh:
                return connection
            connection.abort()
        return None

    async def _new(self, origin: Origin) -> Connection:
        return await connect(origin, await self._guard.addresses(origin.host, is_secure=origin.is_secure))


def clipped(body: bytes) -> str:
    """Return the beginning of a body as text that PostgreSQL stores: no NUL, nothing that is not Unicode."""
    # Four bytes are the most that a character takes.
    return body[: 4 * EXCERPT_LENGTH].decode("utf-8", errors="replace").replace("\x00", "\ufffd")[:EXCERPT_LENGTH]
