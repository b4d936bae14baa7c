"""What a search found, before it is stored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from apps.rings.hops import Hop
from apps.rings.kinds import Kind, Role
from apps.rings.sharing import Identifier

# Who does not make a ring what it is: the same collector with other payers is the same ring.
_OUTER_ROLES: dict[Kind, frozenset[Role]] = {
    Kind.FAN_IN: frozenset({Role.PAYS}),
    Kind.FAN_OUT: frozenset({Role.RECEIVES}),
    Kind.PASS_THROUGH: frozenset({Role.PAYS, Role.RECEIVES}),
    Kind.SELF_DEALING: frozenset({Role.BUYS}),
}


@dataclass(frozen=True)
class Finding:
    """A ring to be, and what proves it.

    Parties as in `hops`: accounts are positive, shops negative. `chance`,
    `amount` and `currency` as in `Ring`. `also` are other paths of the same
    group; `figures` are the numbers that the finding rests on.
    """

    kind: Kind
    roles: Mapping[int, Role]
    chance: float
    currency: str = ""
    amount: int = 0
    path: tuple[Hop, ...] = ()
    rounds: int = 1
    also: tuple[tuple[Hop, ...], ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def parties(self) -> frozenset[int]:
        """All members."""
        return frozenset(self.roles)

    @property
    def core(self) -> frozenset[int]:
        """The members that make it the ring that it is."""
        return core_of(self.kind, self.roles)

    @property
    def fingerprint(self) -> bytes:
        """The same for the same kind, currency and members, whatever else was found out since."""
        members = ",".join(str(party) for party in sorted(self.parties))
        return sha256(f"{self.kind}:{self.currency}:{members}".encode()).digest()


def core_of(kind: Kind, roles: Mapping[int, Role]) -> frozenset[int]:
    """Return those of the members that make a ring of this kind the ring that it is."""
    outer = _OUTER_ROLES.get(kind, frozenset())
    return frozenset(party for party, role in roles.items() if role not in outer)
