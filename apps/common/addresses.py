"""Network addresses: who is who behind proxies."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Of a longer chain nobody is told the truth any more.
MOST_HOPS = 20


def networks_in(texts: Iterable[str]) -> list[Network]:
    """Read networks in CIDR notation. Raises ValueError."""
    return [ip_network(text.strip()) for text in texts if text.strip()]


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Say whether an address lies in one of the networks; what is no address lies in none."""
    read = _read(address)
    return read is not None and any(read in network for network in networks)


def origin_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address from which a request came: the last one that no trusted proxy has.

    `peer` is who holds the connection, `forwarded` the X-Forwarded-For header,
    to which each proxy adds whom it got the request from. What stands before
    the first untrusted address may be anybody's invention.
    """
    at = peer
    for told in reversed(forwarded.split(",")[-MOST_HOPS:]):
        if not is_within(at, trusted) or _read(told) is None:
            break
        at = told.strip()
    read = _read(at)
    return str(read) if read is not None else at


def _read(text: str) -> Address | None:
    """Return the address, an IPv4 address that is written as IPv6 as what it is."""
    try:
        read = ip_address(text.strip())
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read
