"""Which URLs may be stored as receivers. What they lead to is judged again each time they are connected to."""

import re
from collections.abc import Sequence

import httpx
from django.conf import settings

from apps.webhooks.addresses import Network, address_from, is_inside, is_public, networks_from
from apps.webhooks.errors import (
    ReceiverAddressClosed,
    ReceiverUrlHasCredentials,
    ReceiverUrlInvalid,
    ReceiverUrlNotSecure,
)

LONGEST_URL = 2000
# Names, IPv4 and IPv6 addresses as they go over the wire.
_HOST = re.compile(rb"\[?[a-z0-9._:-]+\]?")
_POINTER = "/url"


def allowed_networks() -> tuple[Network, ...]:
    """Return the private networks that the operator has opened to webhooks."""
    return networks_from(tuple(settings.REVIEWCONSOLE_WEBHOOK_ALLOW))


def receiver_url_check(url: str, *, allowed: Sequence[Network]) -> None:
    """Raise what is wrong with a receiver's URL.

    https to public hosts and to `allowed` networks; plain http to `allowed`
    networks only. A name in a plain URL may turn out to be there, so it is
    accepted when any network is allowed, and connected to when it is there.
    """
    parsed = _parsed(url)
    if parsed.userinfo:
        raise ReceiverUrlHasCredentials(pointer=_POINTER)
    is_secure = parsed.scheme == "https"
    address = address_from(parsed.host.strip("[]"))
    if address is None:
        if not is_secure and not allowed:
            raise ReceiverUrlNotSecure(pointer=_POINTER)
        return
    if is_inside(address, allowed):
        return
    if not is_public(address):
        raise ReceiverAddressClosed(pointer=_POINTER, address=str(address))
    if not is_secure:
        raise ReceiverUrlNotSecure(pointer=_POINTER)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        # Building the wire form is where names that cannot be written show.
        wire_host = parsed.raw_host
    except (httpx.InvalidURL, ValueError):
        raise ReceiverUrlInvalid(pointer=_POINTER) from None
    is_well_formed = (
        len(url) <= LONGEST_URL
        and not any(character.isspace() for character in url)
        and parsed.scheme in {"http", "https"}
        and _HOST.fullmatch(wire_host) is not None
        and not parsed.fragment
        and (parsed.port is None or 0 < parsed.port < 65536)
    )
    if not is_well_formed:
        raise ReceiverUrlInvalid(pointer=_POINTER)
    return parsed
