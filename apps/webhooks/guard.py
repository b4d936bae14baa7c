"""The guard at the moment of connecting.

Checking a URL when it is stored protects nothing: its name may answer with
another address later. Here the name is resolved and each address is judged,
and what comes out is the very addresses to connect to.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from apps.webhooks.addresses import Address, Network, address_from, is_inside, is_public

_LOOKUP_THREADS = 32

Resolver = Callable[[str], Awaitable[Sequence[Address]]]


class NameUnresolved(Exception):
    """The host name has no address."""


class AddressRefused(Exception):
    """Every address of the host is closed to webhooks."""


class Guard:
    """Knows which addresses are open."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolver) -> None:
        self._allowed = allowed
        self._resolve = resolve

    async def addresses(self, host: str, *, is_secure: bool) -> list[Address]:
        """Return the addresses of a host that may be connected to, with or without TLS.

        Raises NameUnresolved, AddressRefused.
        """
        literal = address_from(host)
        found = [literal] if literal is not None else await self._resolve(host)
        opened = [address for address in found if self._is_open(address, is_secure)]
        if not opened:
            raise AddressRefused(host)
        return opened

    def _is_open(self, address: Address, is_secure: bool) -> bool:
        # Without TLS anybody on the way could read: only the operator's own networks are near enough.
        return is_inside(address, self._allowed) or (is_secure and is_public(address))


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
        """Let go of lookups that nobody waits for any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses_of(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unresolved:
        raise NameUnresolved(host) from unresolved
    addresses = (address_from(str(entry[4][0])) for entry in found)
    return list(dict.fromkeys(address for address in addresses if address is not None))
