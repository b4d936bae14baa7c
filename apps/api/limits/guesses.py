"""Keys that are wrong, counted by where they come from.

Nobody guesses 256 random bits; what has to be cheap is to be tried, over and
over. Each process counts by itself and in memory, so a flood costs no row and
no statement. An address that came with too many wrong keys is turned away for
a while, but not a key that was right of late, so nobody shuts out those who
already work from behind the same proxy; and as the count falls, one request
after another is looked at again, whoever sends it.
"""

import math
from ipaddress import IPv6Address, ip_address

from apps.api.errors import TooManyWrongKeys
from apps.api.limits.memory import Remembered

# As many at once, and one more every few seconds.
MOST_WRONG_KEYS = 20
SECONDS_EACH = 3.0
RIGHT_KEYS_ARE_KNOWN_FOR = 3600.0

_forgiven_at = Remembered()
_known_right_until = Remembered()


def refuse_guesses(address: str, digest: bytes, *, now: float) -> None:
    """Raise TooManyWrongKeys for an address that came with too many, unless this key is known to be right."""
    wait = _forgiven_at.moment(_source(address)) - now - (MOST_WRONG_KEYS - 1) * SECONDS_EACH
    if wait > 0 and _known_right_until.moment(digest) <= now:
        raise TooManyWrongKeys(seconds=math.ceil(wait))


def note_wrong_key(address: str, digest: bytes, *, now: float) -> None:
    """Count a key that was not accepted from there."""
    source = _source(address)
    _forgiven_at.write(source, max(_forgiven_at.moment(source), now) + SECONDS_EACH)
    if _known_right_until.moment(digest):
        _known_right_until.write(digest, 0.0)


def note_right_key(digest: bytes, *, now: float) -> None:
    """Remember that a key was accepted."""
    # Most requests come with a key that is known; its moment is written anew only when half of it has passed.
    if _known_right_until.moment(digest) < now + RIGHT_KEYS_ARE_KNOWN_FOR / 2:
        _known_right_until.write(digest, now + RIGHT_KEYS_ARE_KNOWN_FOR)


def forget_guesses() -> None:
    """Begin anew; for tests, which share one process."""
    _forgiven_at.forget_all()
    _known_right_until.forget_all()


def _source(address: str) -> bytes:
    """Return what is counted as one: an IPv4 address, or the 64 bits of an IPv6 address that name a network."""
    try:
        read = ip_address(address)
    except ValueError:
        return address.encode()
    return read.packed[:8] if isinstance(read, IPv6Address) else read.packed
