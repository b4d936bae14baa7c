"""Who works on a case: claims with a lease and a fencing token.

The case row is the thing that is raced for. Its `fence` counts the claims; a
decision has to carry the newest, so a page that slept through its lease can
change nothing.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor, system
from apps.reviews.errors import (
    CaseAlreadyClaimed,
    CaseEscalated,
    CaseNotForYou,
    CaseNotOpen,
    ClaimLost,
    QueueEmpty,
)
from apps.reviews.models import CaseStatus, Claim, ClaimEnd, ReviewCase
from apps.reviews.selectors import case_locked, is_not_for, not_for
from apps.staff.models import Person, Role
from apps.timers.services import work_off

LEASE = timedelta(minutes=10)
_CLOCK = system("lease timer")


@transaction.atomic
def case_claim_next(person: Person, *, actor: Actor, now: datetime, queue_slug: str | None = None) -> Claim:
    """Claim the most urgent open case that this person may take. Raises QueueEmpty.

    A person who holds a case already gets that one back: nobody hoards.
    SKIP LOCKED lets people who press at once each take a different row, and the
    row is read again under its lock, so nobody is given one just taken.
    """
    mine = ReviewCase.objects.filter(holder=person, status=CaseStatus.OPEN, leased_until__gt=now)
    if queue_slug is not None:
        mine = mine.filter(queue__slug=queue_slug)
    held_id = mine.order_by("due_at", "id").values_list("pk", flat=True).first()
    if held_id is not None:
        held = case_locked(held_id)
        if held.status == CaseStatus.OPEN and held.holder_id == person.pk and not is_not_for(held, person):
            return _claim(held, person, actor=actor, now=now)
    case = _next_locked(person, now=now, queue_slug=queue_slug)
    if case is None:
        raise QueueEmpty
    return _claim(case, person, actor=actor, now=now)


@transaction.atomic
def case_claim(case_id: str, person: Person, *, actor: Actor, now: datetime) -> Claim:
    """Claim this case. Raises CaseUnknown, CaseNotOpen, CaseAlreadyClaimed, CaseNotForYou, CaseEscalated.

    Claiming what one holds renews the lease and keeps the token.
    """
    case = case_locked(case_id)
    if case.status != CaseStatus.OPEN:
        raise CaseNotOpen
    check_may_take(case, person)
    return _claim(case, person, actor=actor, now=now)


def check_may_take(case: ReviewCase, person: Person) -> None:
    """Raise CaseEscalated or CaseNotForYou when this person may not take a locked case."""
    if case.is_escalated and not person.is_supervisor:
        raise CaseEscalated
    if is_not_for(case, person):
        raise CaseNotForYou


@transaction.atomic
def claim_renew(case_id: str, person: Person, *, token: int, now: datetime) -> Claim:
    """Prolong the lease of an open page. Raises ClaimLost."""
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    _lease(case, claim, now)
    return claim


@transaction.atomic
def claim_release(case_id: str, person: Person, *, token: int, actor: Actor, now: datetime) -> None:
    """Give a case back to its queue. Raises ClaimLost."""
    case = case_locked(case_id)
    claim_end(live_claim(case, person, token=token, now=now), ClaimEnd.GIVEN_BACK, case=case, now=now)
    audit_record(Action.CASE_RELEASED, actor=actor, now=now, refund_id=case.refund_id, case_id=case.id)


def leases_expire_due(*, now: datetime, limit: int = 200) -> int:
    """Give cases whose lease has ended back to their queues; returns how many."""
    held = ReviewCase.objects.filter(holder__isnull=False)
    return work_off("lease", held, lambda key: _expire(key, now), at="leased_until", now=now, limit=limit)


def live_claim(case: ReviewCase, person: Person, *, token: int, now: datetime) -> Claim:
    """Return this person's claim on a locked case if it still stands. Raises ClaimLost, CaseNotOpen."""
    if case.status != CaseStatus.OPEN:
        raise CaseNotOpen
    stands = case.holder_id == person.pk and case.fence == token and case.leased_until is not None
    if not stands or case.leased_until is None or case.leased_until <= now:
        raise ClaimLost
    return Claim.objects.get(case=case, token=token)


def claim_end(claim: Claim, end: ClaimEnd, *, case: ReviewCase, now: datetime) -> None:
    """End a live claim of a locked case; the caller audits."""
    claim.ended_at, claim.end = now, end
    claim.save(update_fields=["ended_at", "end"])
    case.holder_id, case.leased_until = None, None
    case.save(update_fields=["holder", "leased_until"])


def claim_drop(case: ReviewCase, end: ClaimEnd, *, now: datetime) -> None:
    """End whatever claim a locked case has; for cases that are closed or taken from their holder."""
    if case.holder_id is not None:
        claim_end(Claim.objects.get(case=case, token=case.fence), end, case=case, now=now)


def claim_grant(case: ReviewCase, person: Person, *, now: datetime, lease: timedelta = LEASE) -> Claim:
    """Give a locked case that nobody holds to a person, under a new token; the caller audits."""
    case.fence += 1
    case.holder = person
    case.leased_until = now + lease
    case.save(update_fields=["fence", "holder", "leased_until"])
    return Claim.objects.create(
        case=case, person=person, token=case.fence, claimed_at=now, lease_until=case.leased_until
    )


def _claim(case: ReviewCase, person: Person, *, actor: Actor, now: datetime) -> Claim:
    leased = case.holder is not None and case.leased_until is not None and case.leased_until > now
    if leased and case.holder_id == person.pk:
        claim = Claim.objects.get(case=case, token=case.fence)
        _lease(case, claim, now)
        return claim
    if leased:
        raise CaseAlreadyClaimed(holder=str(case.holder))
    claim_drop(case, ClaimEnd.EXPIRED, now=now)
    claim = claim_grant(case, person, now=now)
    audit_record(
        Action.CASE_CLAIMED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"token": claim.token},
    )
    return claim


# Stand for a person, an instant and a queue in the statement that is kept.
_SOMEBODY, _SOMETIME, _SOMEWHERE = -1, datetime.max.replace(tzinfo=UTC), "\x7f"


def _next_locked(person: Person, *, now: datetime, queue_slug: str | None) -> ReviewCase | None:
    given = {_SOMEBODY: person.pk, _SOMETIME: now, _SOMEWHERE: queue_slug}
    # What a deadline brought back goes first. Few are: they have an index of their own.
    for only_boosted in (True, False):
        text, parameters = _next_statement(Role(person.role), queue_slug is not None, only_boosted)
        found = next(iter(ReviewCase.objects.raw(text, [given.get(each, each) for each in parameters])), None)
        if found is not None:
            return found
    return None


@cache
def _next_statement(role: Role, is_of_queue: bool, only_boosted: bool) -> tuple[str, tuple[Any, ...]]:
    """Write, once, the statement that finds and locks the next case: to compile it takes longer than to run it."""
    somebody = Person(pk=_SOMEBODY, role=role)
    is_free = Q(holder__isnull=True) | Q(leased_until__lte=_SOMETIME) | Q(holder=somebody)
    waiting = ReviewCase.objects.filter(is_free, status=CaseStatus.OPEN).exclude(not_for(somebody))
    if is_of_queue:
        waiting = waiting.filter(queue__slug=_SOMEWHERE)
    if only_boosted:
        waiting = waiting.filter(is_boosted=True)
    first = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "id")[:1]
    text, parameters = first.query.sql_with_params()
    return text, tuple(parameters)


def _lease(case: ReviewCase, claim: Claim, now: datetime) -> None:
    claim.lease_until = case.leased_until = now + LEASE
    claim.save(update_fields=["lease_until"])
    case.save(update_fields=["leased_until"])


@transaction.atomic
def _expire(case_id: str, now: datetime) -> bool:
    case = case_locked(case_id)
    # Renewed, decided or claimed anew between the look and the lock.
    if case.holder_id is None or case.leased_until is None or case.leased_until > now:
        return False
    claim_drop(case, ClaimEnd.EXPIRED, now=now)
    audit_record(Action.LEASE_EXPIRED, actor=_CLOCK, now=now, refund_id=case.refund_id, case_id=case.id)
    return True
