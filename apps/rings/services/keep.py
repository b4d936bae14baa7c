"""Writing rings down: each once, and none that a supervisor dismissed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.clients.models import ApiClient
from apps.common.instants import written_instant
from apps.marketplace.models import Account, Shop
from apps.rings.chance import score_of
from apps.rings.findings import Finding
from apps.rings.hops import Hop
from apps.rings.models import Ring, RingMember, RingStatus

# Of a dismissed ring and a finding of the same kind: share of the members of both together that they have in common.
SAME_MEMBERS = 0.5


@dataclass(frozen=True)
class Kept:
    """What became of the findings."""

    new: int
    again: int
    dismissed_before: int


@dataclass(frozen=True)
class _Names:
    """The client's own ids of parties."""

    of_accounts: dict[int, str]
    of_shops: dict[int, str]

    def of(self, party: int) -> str:
        return self.of_accounts[party] if party > 0 else self.of_shops[-party]


def rings_keep(client: ApiClient, findings: Sequence[Finding], *, now: datetime) -> tuple[list[Ring], Kept]:
    """Insert the rings that are new, bring those that are known up to date, and leave out what was dismissed.

    Returns the rings that stand, the highest score first, with their members loaded.
    """
    known = {bytes(ring.fingerprint): ring for ring in Ring.objects.filter(client=client)}
    dismissed = _dismissed(client)
    standing = [finding for finding in findings if not _is_dismissed(finding, dismissed)]
    names = _names(standing)
    new, again = [], []
    for finding in standing:
        ring = known.get(finding.fingerprint)
        if ring is None:
            ring = Ring(client=client, kind=finding.kind.value, fingerprint=finding.fingerprint, detected_at=now)
            new.append((ring, finding))
        else:
            again.append(ring)
        _bring_up_to_date(ring, finding, names, now)
    Ring.objects.bulk_create([ring for ring, _finding in new])
    RingMember.objects.bulk_create([member for ring, finding in new for member in _members(ring, finding)])
    Ring.objects.bulk_update(again, ["score", "chance", "amount", "begun_at", "ended_at", "proof", "updated_at"])
    rings = _whole([ring.pk for ring in (*(ring for ring, _finding in new), *again)])
    return rings, Kept(len(new), len(again), len(findings) - len(standing))


def _dismissed(client: ApiClient) -> list[tuple[str, frozenset[int]]]:
    rings = Ring.objects.filter(client=client, status=RingStatus.DISMISSED).prefetch_related("members").order_by("pk")
    return [(ring.kind, frozenset(_party(member) for member in ring.members.all())) for ring in rings]


def _is_dismissed(finding: Finding, dismissed: Iterable[tuple[str, frozenset[int]]]) -> bool:
    return any(
        kind == finding.kind and len(parties & finding.parties) > SAME_MEMBERS * len(parties | finding.parties)
        for kind, parties in dismissed
    )


def _party(member: RingMember) -> int:
    return member.account_id if member.account_id is not None else -(member.shop_id or 0)


def _members(ring: Ring, finding: Finding) -> list[RingMember]:
    return [
        RingMember(ring=ring, account_id=party if party > 0 else None, shop_id=-party if party < 0 else None)
        for party in sorted(finding.parties)
    ]


def _names(findings: Iterable[Finding]) -> _Names:
    parties = {party for finding in findings for party in finding.parties}
    parties |= {party for finding in findings for hop in finding.path for party in (hop.source, hop.target)}
    accounts = Account.objects.filter(pk__in=[party for party in parties if party > 0])
    shops = Shop.objects.filter(pk__in=[-party for party in parties if party < 0])
    return _Names(dict(accounts.values_list("pk", "external_id")), dict(shops.values_list("pk", "external_id")))


def _bring_up_to_date(ring: Ring, finding: Finding, names: _Names, now: datetime) -> None:
    ring.score, ring.chance, ring.currency = score_of(finding.chance), finding.chance, finding.currency
    ring.amount = max(hop.amount for hop in finding.path)
    ring.begun_at, ring.ended_at = (_moment(hop.at) for hop in (finding.path[0], finding.path[-1]))
    ring.proof = {
        "path": [_step(hop, finding.currency, names) for hop in finding.path],
        "rounds": finding.rounds,
    }
    ring.updated_at = now


def _step(hop: Hop, currency: str, names: _Names) -> dict[str, Any]:
    return {
        "from": names.of(hop.source),
        "to": names.of(hop.target),
        "at": written_instant(_moment(hop.at)),
        "amount": hop.amount,
        "currency": currency,
        "record": hop.record,
    }


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _whole(ring_ids: Sequence[str]) -> list[Ring]:
    rings = Ring.objects.filter(pk__in=ring_ids).prefetch_related("members__account", "members__shop")
    return list(rings.order_by("-score", "chance", "pk"))
