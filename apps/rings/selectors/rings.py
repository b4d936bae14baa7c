"""Rings as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from apps.clients.models import ApiClient
from apps.common.keysets import Page, page_by_id
from apps.rings.errors import RingUnknown
from apps.rings.findings import core_of
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingKind, RingMember, RingStatus


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


@dataclass(frozen=True)
class RingFilter:
    """Which rings a list shows; None means all."""

    status: RingStatus | None = None
    kind: RingKind | None = None
    client_id: int | None = None


def rings_page(wanted: RingFilter, *, limit: int, cursor: str | None) -> Page[Ring]:
    """Return a page of rings with client and members, the newest first. Raises CursorUnreadable."""
    rings = _wanted(wanted).select_related("client", "decided_by").prefetch_related("members__account", "members__shop")
    return page_by_id(rings, limit=limit, cursor=cursor)


def ring_counts(wanted: RingFilter) -> dict[str, int]:
    """Count the rings of a list by status."""
    rings = _wanted(replace(wanted, status=None)).order_by().values_list("status")
    return dict(rings.annotate(count=Count("id")))


def ring_shown(ring_id: str) -> Ring:
    """Return a ring with client, people and members. Raises RingUnknown."""
    rings = Ring.objects.select_related("client", "decided_by", "grown_from")
    ring = rings.prefetch_related("members__account", "members__shop").filter(pk=ring_id).first()
    if ring is None:
        raise RingUnknown
    return ring


def rings_to_recall(*, now: datetime, limit: int) -> list[Ring]:
    """Return confirmed rings, with their clients, whose members' held refunds are to be recalled, longest due first."""
    due = Ring.objects.filter(recall_due_at__lte=now).select_related("client")
    return list(due.order_by("recall_due_at", "pk")[:limit])


def rings_of_parties(account_id: int, shop_id: int, *, limit: int) -> list[Ring]:
    """Return the rings of an account or a shop that were not dismissed, the confirmed and surest first."""
    members = RingMember.objects.filter(Q(account_id=account_id) | Q(shop_id=shop_id)).values("ring_id")
    rings = Ring.objects.filter(pk__in=members).exclude(status=RingStatus.DISMISSED)
    rings = rings.select_related("client").prefetch_related("members")
    return list(rings.order_by("status", "-score", "-pk")[:limit])


def _wanted(wanted: RingFilter) -> QuerySet[Ring]:
    rings = Ring.objects.all()
    if wanted.status is not None:
        rings = rings.filter(status=wanted.status)
    if wanted.kind is not None:
        rings = rings.filter(kind=wanted.kind)
    if wanted.client_id is not None:
        rings = rings.filter(client_id=wanted.client_id)
    return rings


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
