"""One POST to a receiver.

httpcore is used bare, so that there are no redirects, cookies or proxies of
the environment to switch off.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import certifi
import httpcore
import httpx

from apps.webhooks.addresses import Address, Network, is_inside, is_public
from apps.webhooks.guard import AddressRefused, GuardedBackend, NameLookup, NameUnresolved, Resolver
from apps.webhooks.models import AttemptError

LARGEST_RESPONSE = 64 * 1024
EXCERPT_LENGTH = 1000
# Longer idle connections are where a receiver hangs up just as the next request is on its way.
_KEEPALIVE_SECONDS = 2.0
_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "RefundReviewConsole-Webhooks/1",
    "Accept": "*/*",
    # The answer is only read by people who look for a fault: never unpack what a stranger packed.
    "Accept-Encoding": "identity",
}

_ERRORS: tuple[tuple[type[Exception], AttemptError], ...] = (
    (NameUnresolved, AttemptError.NAME_UNRESOLVED),
    (AddressRefused, AttemptError.ADDRESS_REFUSED),
    (TimeoutError, AttemptError.TIMED_OUT),
    (httpcore.TimeoutException, AttemptError.TIMED_OUT),
    (httpcore.ConnectError, AttemptError.NOT_CONNECTED),
    (httpcore.NetworkError, AttemptError.BROKEN),
    (httpcore.ProtocolError, AttemptError.BROKEN),
)
FAILURES = tuple(kind for kind, _error in _ERRORS)


@dataclass(frozen=True)
class Answer:
    """What came of one POST: a status with the beginning of the body, or an error."""

    status_code: int | None
    error: AttemptError | None
    excerpt: str
    retry_after: str | None
    duration_ms: int


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Trust the public authorities and those that the operator installed on this host."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@lru_cache(maxsize=1024)
def _target(url: str) -> httpcore.URL:
    parsed = httpx.URL(url)
    return httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)


class Transport:
    """Posts to receivers over kept-alive connections; lives in one event loop."""

    def __init__(
        self,
        *,
        allowed: Sequence[Network],
        timeout_seconds: float,
        resolve: Resolver | None = None,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._lookup = NameLookup()

        def pool(is_open: Callable[[Address], bool]) -> httpcore.AsyncConnectionPool:
            return httpcore.AsyncConnectionPool(
                ssl_context=tls_context(),
                # The sender bounds what is under way; here nothing should wait behind a slow receiver.
                max_connections=None,
                keepalive_expiry=_KEEPALIVE_SECONDS,
                network_backend=GuardedBackend(is_open, resolve or self._lookup, inner or httpcore.AnyIOBackend()),
            )

        # Without TLS anybody on the way could read: only the operator's own networks are near enough.
        self._plain = pool(lambda address: is_inside(address, allowed))
        self._secure = pool(lambda address: is_public(address) or is_inside(address, allowed))

    async def post(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Post once. What goes wrong on the network is in the answer; nothing of it is raised."""
        began = time.monotonic()
        status_code: int | None = None
        error: AttemptError | None = None
        retry_after: str | None = None
        excerpt = bytearray()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                target = _target(url)
                pool = self._secure if target.scheme == b"https" else self._plain
                async with pool.stream(
                    "POST", target, headers=[*_HEADERS.items(), *headers.items()], content=body
                ) as response:
                    status_code, retry_after = response.status, _retry_after(response)
                    await _read_beginning(response, excerpt)
        except FAILURES as failure:
            # A status that arrived counts, even if the body after it did not.
            error = error_of(failure) if status_code is None else None
        return Answer(
            status_code, error, clipped(bytes(excerpt)), retry_after, round((time.monotonic() - began) * 1000)
        )

    async def close(self) -> None:
        await self._plain.aclose()
        await self._secure.aclose()
        self._lookup.close()


async def _read_beginning(response: httpcore.Response, into: bytearray) -> None:
    """Read to the end, so that the connection can be used again, but not for ever."""
    async for part in response.aiter_stream():
        into += part[: LARGEST_RESPONSE - len(into)]
        if len(into) >= LARGEST_RESPONSE:
            return


def _retry_after(response: httpcore.Response) -> str | None:
    values = [value for name, value in response.headers if name.lower() == b"retry-after"]
    return values[0].decode("latin-1") if values else None


def error_of(failure: Exception) -> AttemptError:
    """Name what a failed POST failed of."""
    if isinstance(failure, httpcore.ConnectError) and isinstance(failure.__cause__, ssl.SSLError):
        return AttemptError.TLS_FAILED
    return next(error for kind, error in _ERRORS if isinstance(failure, kind))


def clipped(body: bytes) -> str:
    """Return the beginning of a body as text that PostgreSQL stores: no NUL, nothing that is not Unicode."""
    # Four bytes are the most that a character takes.
    return body[: 4 * EXCERPT_LENGTH].decode("utf-8", errors="replace").replace("\x00", "\ufffd")[:EXCERPT_LENGTH]
