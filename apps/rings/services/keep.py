"""Writing rings down: each once, and none that a supervisor dismissed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.audit.models import Action
from apps.audit.services import audit_event, audit_record_many
from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.rings.chance import score_of
from apps.rings.findings import Finding
from apps.rings.merging import are_mostly
from apps.rings.models import Ring, RingMember, RingStatus
from apps.rings.proof import Names, moments_of, names_of, proof_of
from apps.rings.selectors.rings import Known, known_rings

# A dismissed ring is worth a second look when it became larger by half, and by this many members.
GROWN_BY, GROWN_BY_MEMBERS = 1.5, 3
_SEARCH = system("search for rings")
_CHANGING = [
    "fingerprint", "score", "chance", "currency", "amount", "begun_at", "ended_at", "proof", "updated_at",
]  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What became of the findings."""

    new: int
    again: int
    dismissed_before: int


@dataclass
class _Sorted:
    """What is to be done with each finding."""

    new: list[tuple[Ring, Finding]]
    again: list[tuple[Known, Finding]]
    decided: list[Known]


def rings_keep(client: ApiClient, findings: Sequence[Finding], *, now: datetime) -> tuple[list[Ring], Kept]:
    """Insert the rings that are new, bring those that are known up to date, and leave out what was dismissed.

    A ring on which a supervisor has decided stays as it was decided on; where
    it grew much, what it became is raised as a ring of its own that names the
    first. Returns the rings that stand, the highest score first, with their
    members loaded.
    """
    todo = _sort(client, findings, known_rings(client), now)
    names = names_of([finding for _, finding in todo.new] + [finding for _, finding in todo.again])
    _update(todo.again, names, now)
    _insert(todo.new, names, now)
    confirmed = [known for known in todo.decided if known.ring.status == RingStatus.CONFIRMED]
    standing = [ring for ring, _ in todo.new] + [
        known.ring for known in (*(each for each, _ in todo.again), *confirmed)
    ]
    kept = Kept(len(todo.new), len(todo.again) + len(confirmed), len(todo.decided) - len(confirmed))
    return _whole([ring.pk for ring in standing]), kept


def _sort(client: ApiClient, findings: Iterable[Finding], known: Sequence[Known], now: datetime) -> _Sorted:
    by_party: defaultdict[tuple[str, str, int], list[Known]] = defaultdict(list)
    for each in known:
        for party in each.core:
            by_party[each.ring.kind, each.ring.currency, party].append(each)
    todo = _Sorted([], [], [])
    taken: set[str] = set()
    for finding in findings:
        about = _about(finding, by_party)
        best = max(about, key=lambda each: (_likeness(each, finding), each.is_decided), default=None)
        free = [each for each in about if not each.is_decided and each.ring.pk not in taken]
        if best is not None and best in free:
            todo.again.append((best, finding))
        elif best is not None and any(each.is_decided and not _has_grown(each, finding) for each in about):
            todo.decided += [best] if best.is_decided and best.ring.pk not in taken else []
        elif best is not None and free:
            best = max(free, key=lambda each: _likeness(each, finding))
            todo.again.append((best, finding))
        else:
            todo.new.append((_new(client, finding, best, now), finding))
        taken |= {best.ring.pk} if best is not None else set()
    return todo


def _about(finding: Finding, by_party: Mapping[tuple[str, str, int], Sequence[Known]]) -> list[Known]:
    """Return the rings that were mostly about the finding's members, the oldest first."""
    around = {
        each.ring.pk: each
        for party in finding.core
        for each in by_party.get((finding.kind, finding.currency, party), ())
    }
    return [each for _, each in sorted(around.items()) if are_mostly(each.core, finding.core)]


def _likeness(known: Known, finding: Finding) -> float:
    members = frozenset(known.roles)
    return len(members & finding.parties) / len(members | finding.parties)


def _has_grown(known: Known, finding: Finding) -> bool:
    """Tell whether there is something to look at anew: of a confirmed ring each new member is."""
    if known.ring.status == RingStatus.CONFIRMED:
        return not finding.core <= known.core
    before = len(known.roles)
    return len(finding.roles) >= max(GROWN_BY * before, before + GROWN_BY_MEMBERS)


def _new(client: ApiClient, finding: Finding, grown_from: Known | None, now: datetime) -> Ring:
    ring = Ring(client=client, kind=finding.kind.value, detected_at=now)
    ring.grown_from = grown_from.ring if grown_from is not None else None
    return ring


def _insert(new: Sequence[tuple[Ring, Finding]], names: Names, now: datetime) -> None:
    for ring, finding in new:
        _bring_up_to_date(ring, finding, names, now)
    Ring.objects.bulk_create([ring for ring, _ in new])
    RingMember.objects.bulk_create([member for ring, finding in new for member in _members(ring, finding)])
    audit_record_many(
        [
            audit_event(
                Action.RING_RAISED,
                actor=_SEARCH,
                now=now,
                subject=ring.pk,
                changes={"kind": ring.kind, "score": ring.score, "members": len(finding.roles)},
            )
            for ring, finding in new
        ]
    )


def _update(again: Sequence[tuple[Known, Finding]], names: Names, now: datetime) -> None:
    """Bring suspected rings up to date, their members too: nobody has decided on them."""
    for known, finding in again:
        _bring_up_to_date(known.ring, finding, names, now)
    changed = [(known.ring, finding) for known, finding in again if dict(known.roles) != dict(finding.roles)]
    RingMember.objects.filter(ring__in=[ring for ring, _ in changed]).delete()
    RingMember.objects.bulk_create([member for ring, finding in changed for member in _members(ring, finding)])
    Ring.objects.bulk_update([known.ring for known, _ in again], _CHANGING)


def _members(ring: Ring, finding: Finding) -> list[RingMember]:
    return [
        RingMember(
            ring=ring,
            account_id=party if party > 0 else None,
            shop_id=-party if party < 0 else None,
            role=finding.roles[party].value,
        )
        for party in sorted(finding.roles)
    ]


def _bring_up_to_date(ring: Ring, finding: Finding, names: Names, now: datetime) -> None:
    ring.fingerprint = finding.fingerprint
    ring.score, ring.chance = score_of(finding.chance), finding.chance
    ring.currency, ring.amount = finding.currency, finding.amount
    ring.begun_at, ring.ended_at = moments_of(finding, otherwise=now)
    ring.proof = proof_of(finding, names, ring.grown_from)
    ring.updated_at = now


def _whole(ring_ids: Sequence[str]) -> list[Ring]:
    rings = Ring.objects.filter(pk__in=ring_ids).prefetch_related("members__account", "members__shop")
    return list(rings.order_by("-score", "chance", "pk"))
