"""What a search found, before it is stored. Pure."""

from dataclasses import dataclass
from hashlib import sha256

from apps.rings.hops import Hop
from apps.rings.kinds import Kind


@dataclass(frozen=True)
class Finding:
    """A ring to be. Parties as in `hops`: accounts are positive, shops negative. `chance`: see `Ring.chance`."""

    kind: Kind
    parties: frozenset[int]
    path: tuple[Hop, ...]
    currency: str
    chance: float
    rounds: int = 1

    @property
    def fingerprint(self) -> bytes:
        """The same for the same kind and members, whatever else was found out since."""
        members = ",".join(str(party) for party in sorted(self.parties))
        return sha256(f"{self.kind}:{members}".encode()).digest()
