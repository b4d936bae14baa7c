"""HTTP/1.1 connections to receivers, kept for the next letter.

h11, which speaks the protocol, on asyncio's streams: a tenth of the work per
request of a general client, and nothing in it that follows redirects, keeps
cookies or reads proxies from the environment.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import certifi
import h11
import httpx

from apps.webhooks.addresses import Address

LARGEST_RESPONSE = 64 * 1024
# Longer idle connections are where a receiver hangs up just as the next request is on its way.
_KEPT_SECONDS = 2.0
_READ_AT_ONCE = 16 * 1024
_ADDRESSES_TRIED = 3
_SECONDS_PER_ADDRESS = 3.0


class NotConnected(Exception):
    """No address of the host took the connection."""


class TlsFailed(Exception):
    """The receiver does not speak TLS, or its certificate is not good for this host."""


class Origin(NamedTuple):
    """Where a connection leads."""

    is_secure: bool
    host: str
    port: int


class Target(NamedTuple):
    """A URL in the parts that go over the wire."""

    origin: Origin
    authority: bytes
    path: bytes


@dataclass
class Heard:
    """What has come back so far; a body that breaks off leaves the status that came before it."""

    status_code: int | None = None
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)


@lru_cache(maxsize=1024)
def target_of(url: str) -> Target:
    """Read a URL that was accepted when it was stored."""
    parsed = httpx.URL(url)
    is_secure = parsed.scheme == "https"
    origin = Origin(is_secure, parsed.raw_host.decode("ascii").strip("[]"), parsed.port or (443 if is_secure else 80))
    return Target(origin, parsed.netloc, parsed.raw_path)


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Trust the public authorities and those that the operator installed on this host."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


async def connect(origin: Origin, addresses: Sequence[Address]) -> "Connection":
    """Connect to the first of these addresses that answers. Raises NotConnected, TlsFailed."""
    *earlier, last = addresses[:_ADDRESSES_TRIED]
    for address in earlier:
        try:
            async with asyncio.timeout(_SECONDS_PER_ADDRESS):
                return await _connect(origin, address)
        except (NotConnected, TimeoutError):
            continue
    return await _connect(origin, last)


async def _connect(origin: Origin, address: Address) -> "Connection":
    try:
        reader, writer = await asyncio.open_connection(
            str(address),
            origin.port,
            limit=_READ_AT_ONCE,
            ssl=tls_context() if origin.is_secure else None,
            server_hostname=origin.host if origin.is_secure else None,
        )
    except ssl.SSLError as failure:
        raise TlsFailed(origin.host) from failure
    except OSError as failure:
        # TimeoutError is one of them, both the kernel's and ours.
        if isinstance(failure, TimeoutError):
            raise
        raise NotConnected(origin.host) from failure
    return Connection(reader, writer)


class Connection:
    """One connection, on which one exchange follows another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(our_role=h11.CLIENT)
        self._idle_since = time.monotonic()

    @property
    def is_fresh(self) -> bool:
        """Whether another exchange may begin on it."""
        return (
            self._protocol.our_state is h11.IDLE
            and not self._reader.at_eof()
            and not self._writer.is_closing()
            and time.monotonic() - self._idle_since < _KEPT_SECONDS
        )

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes, heard: Heard) -> None:
        """Post once and fill in what is heard. Raises OSError, h11.ProtocolError."""
        sent_headers = [(b"Host", target.authority)]
        sent_headers += [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        sent_headers.append((b"Content-Length", b"%d" % len(body)))
        request = h11.Request(method="POST", target=target.path, headers=sent_headers)
        # Not waiting for the receiver to read it: some answer first, and a body is small.
        self._writer.write(
            (self._protocol.send(request) or b"")
            + (self._protocol.send(h11.Data(data=body)) or b"")
            + (self._protocol.send(h11.EndOfMessage()) or b"")
        )
        await self._listen(heard)
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
            self._idle_since = time.monotonic()

    def abort(self) -> None:
        """Drop it without ceremony."""
        self._writer.transport.abort()

    async def _listen(self, heard: Heard) -> None:
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(_READ_AT_ONCE))
            elif isinstance(event, h11.Response):
                heard.status_code = event.status_code
                values = [value for name, value in event.headers if name == b"retry-after"]
                heard.retry_after = values[0].decode("latin-1") if values else None
            elif isinstance(event, h11.Data):
                heard.body += bytes(event.data)[: LARGEST_RESPONSE - len(heard.body)]
                if len(heard.body) >= LARGEST_RESPONSE:
                    return
            elif not isinstance(event, h11.InformationalResponse):
                return
