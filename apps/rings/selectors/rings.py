"""Rings as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.clients.models import ApiClient
from apps.rings.errors import RingUnknown
from apps.rings.findings import core_of
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingMember, RingStatus


@dataclass(frozen=True)
class Known:
    """A ring that was found before, with its members: accounts positive, shops negative."""

    ring: Ring
    roles: Mapping[int, Role]

    @property
    def core(self) -> frozenset[int]:
        """The members that make it the ring that it is."""
        return core_of(Kind(self.ring.kind), self.roles)

    @property
    def is_decided(self) -> bool:
        """Whether a supervisor has decided on it."""
        return self.ring.status != RingStatus.SUSPECTED


def ring_locked(ring_id: str) -> Ring:
    """Return a ring whose row nobody else changes until the transaction ends. Raises RingUnknown."""
    ring = Ring.objects.select_for_update().filter(pk=ring_id).first()
    if ring is None:
        raise RingUnknown
    return ring


def known_rings(client: ApiClient) -> list[Known]:
    """Return all rings of a client, the oldest first, their rows locked: nobody decides on them meanwhile."""
    rings = list(Ring.objects.select_for_update().filter(client=client).order_by("pk"))
    roles: dict[str, dict[int, Role]] = {ring.pk: {} for ring in rings}
    for member in RingMember.objects.filter(ring__client=client).order_by("pk"):
        roles[member.ring_id][party_of(member)] = Role(member.role)
    return [Known(ring, roles[ring.pk]) for ring in rings]


def party_of(member: RingMember) -> int:
    """Return the member as the searches know it."""
    return member.account_id if member.account_id is not None else -(member.shop_id or 0)
