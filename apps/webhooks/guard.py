"""The guard at the moment of connecting.

Checking a URL when it is stored protects nothing: its name may answer with
another address later. Here the name is resolved, each address is judged, and
the connection goes to the very address that was judged.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from apps.webhooks.addresses import Address, address_from

_LOOKUP_THREADS = 32
_ADDRESSES_TRIED = 3

Resolver = Callable[[str], Awaitable[Sequence[Address]]]


class NameUnresolved(Exception):
    """The host name has no address."""


class AddressRefused(Exception):
    """Every address of the host is closed to webhooks."""


class NameLookup:
    """Resolves names in threads, each name once at a time: a dead name server holds up its own names only."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="webhook-names")
        self._under_way: dict[str, asyncio.Future[list[Address]]] = {}

    async def __call__(self, host: str) -> list[Address]:
        """Return the addresses of a name. Raises NameUnresolved."""
        if host not in self._under_way:
            lookup = asyncio.get_running_loop().run_in_executor(self._threads, _addresses_of, host)
            self._under_way[host] = lookup
            lookup.add_done_callback(lambda _done: self._under_way.pop(host, None))
        return await asyncio.shield(self._under_way[host])

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses_of(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unresolved:
        raise NameUnresolved(host) from unresolved
    addresses = (address_from(str(entry[4][0])) for entry in found)
    return list(dict.fromkeys(address for address in addresses if address is not None))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that are open, and to no other."""

    def __init__(
        self, is_open: Callable[[Address], bool], resolve: Resolver, inner: httpcore.AsyncNetworkBackend
    ) -> None:
        self._is_open = is_open
        self._resolve = resolve
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        literal = address_from(host.strip("[]"))
        addresses = [literal] if literal is not None else await self._resolve(host)
        opened = [address for address in addresses if self._is_open(address)]
        if not opened:
            raise AddressRefused(host)
        *earlier, last = opened[:_ADDRESSES_TRIED]
        for address in earlier:
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(str(last), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused(path)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
