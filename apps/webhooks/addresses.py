"""Which addresses a webhook may reach: the public internet, and private networks that the operator opened."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Only this part of IPv6 is given out as public addresses.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# IPv6 addresses behind which a translator reaches an IPv4 one (RFC 6052).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_CLOSED: tuple[Network, ...] = (
    ipaddress.IPv4Network("168.63.129.16/32"),  # the platform address of Azure: metadata under a public number
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments; metadata of Oracle Cloud
    ipaddress.IPv4Network("192.88.99.0/24"),  # relays of 6to4, abandoned
    ipaddress.IPv4Network("198.18.0.0/15"),  # benchmarks
    ipaddress.IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    ipaddress.IPv6Network("2002::/16"),  # 6to4: an IPv4 address in disguise, and abandoned
    ipaddress.IPv6Network("3fff::/20"),  # documentation, unknown to Python 3.11
)


@lru_cache(maxsize=8)
def networks_from(written: tuple[str, ...]) -> tuple[Network, ...]:
    """Read networks in CIDR notation; a bare address is a network of one. Raises ValueError."""
    return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in written)


def address_from(text: str) -> Address | None:
    """Read an address literal, a zone (``%eth0``) left out; None when it is something else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return ipaddress.IPv6Address(int(address)) if isinstance(address, ipaddress.IPv6Address) else address


def is_inside(address: Address, networks: Iterable[Network]) -> bool:
    """Tell whether the address lies in one of the networks."""
    plain = _plain(address)
    return any(plain in network for network in networks if network.version == plain.version)


def is_public(address: Address) -> bool:
    """Tell whether it is an ordinary public address."""
    plain = _plain(address)
    if isinstance(plain, ipaddress.IPv6Address) and plain not in _GLOBAL_UNICAST:
        return False
    return plain.is_global and not plain.is_multicast and not is_inside(plain, _CLOSED)


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one is only another way of writing, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
