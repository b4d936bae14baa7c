"""Sharing out the work: who gets a case, in which queue it waits, with which tags, and who works in a queue."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked
from apps.refunds.services.door import refund_rewrite
from apps.reviews.errors import (
    CaseAlreadyClaimed,
    CaseNotOpen,
    HandOverRefused,
    QueueUnknown,
    SupervisorNeeded,
    TagUnfit,
)
from apps.reviews.models import CaseStatus, Claim, ClaimEnd, Queue, ReviewCase
from apps.reviews.selectors import case_locked, is_not_for
from apps.reviews.services.claim import claim_drop, claim_grant
from apps.reviews.services.intake import review_part
from apps.reviews.services.pass_on import HANDED_LEASE, case_given
from apps.reviews.steps import answer_by_of, step_set
from apps.staff.models import Person

LONGEST_TAG, MOST_TAGS = 30, 10


@transaction.atomic
def case_assign(case_id: str, *, to: Person, by: Person, actor: Actor, now: datetime) -> Claim:
    """Give a case that nobody holds to a person, who is told.

    Raises CaseUnknown, SupervisorNeeded, CaseNotOpen, CaseAlreadyClaimed, HandOverRefused.
    """
    case = case_locked(case_id)
    _check_supervisor(by)
    if case.status != CaseStatus.OPEN:
        raise CaseNotOpen
    if case.holder is not None and case.leased_until is not None and case.leased_until > now:
        raise CaseAlreadyClaimed(holder=str(case.holder))
    if not to.is_active or is_not_for(case, to):
        raise HandOverRefused(pointer="/to")
    claim_drop(case, ClaimEnd.EXPIRED, now=now)
    claim = claim_grant(case, to, now=now, lease=HANDED_LEASE)
    audit_record(
        Action.CASE_ASSIGNED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"to": str(to), "token": claim.token},
    )
    if to.pk != by.pk:
        case_given(case, to, by, now=now)
    return claim


@transaction.atomic
def case_requeue(case_id: str, *, queue_slug: str, by: Person, actor: Actor, now: datetime) -> ReviewCase:
    """Let a case wait in another queue, with the deadline that it has; whoever holds it goes on.

    Raises CaseUnknown, SupervisorNeeded, QueueUnknown, CaseNotOpen.
    """
    case = case_locked(case_id)
    _check_supervisor(by)
    queue = Queue.objects.filter(slug=queue_slug).first()
    if queue is None:
        raise QueueUnknown
    if case.status == CaseStatus.CLOSED:
        raise CaseNotOpen
    if queue.pk == case.queue_id:
        return case
    audit_record(
        Action.CASE_REQUEUED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"queue": case_put(case, queue)},
    )
    return case


def case_put(case: ReviewCase, queue: Queue) -> list[str]:
    """Let a locked case wait in another queue and follow its steps; returns both slugs. Locks the refund."""
    before, case.queue = case.queue, queue
    if case.status == CaseStatus.OPEN:
        step_set(case, answer_by_of(case))
    case.save(update_fields=["queue", "step_due_at"])
    refund: Refund = refund_locked(case.refund_id)
    if refund.review is not None:
        refund_rewrite(refund, parts={"review": review_part(case, queue)})
    return [before.slug, queue.slug]


@transaction.atomic
def case_tag(
    case_id: str, *, add: Collection[str] = (), remove: Collection[str] = (), actor: Actor, now: datetime
) -> list[str]:
    """Add and remove tags; returns those the case has now, in order. Raises CaseUnknown, TagUnfit."""
    case = case_locked(case_id)
    tags = (set(case.tags) - {tag_written(tag) for tag in remove}) | {tag_written(tag) for tag in add}
    if len(tags) > MOST_TAGS:
        raise TagUnfit(pointer="/tag", length=LONGEST_TAG, most=MOST_TAGS)
    before, case.tags = case.tags, sorted(tags)
    if before != case.tags:
        case.save(update_fields=["tags"])
        audit_record(
            Action.CASE_TAGGED,
            actor=actor,
            now=now,
            refund_id=case.refund_id,
            case_id=case.id,
            changes={"tags": [before, case.tags]},
        )
    return case.tags


def tag_written(text: str) -> str:
    """Return a tag as it is kept: in lower case, single blanks. Raises TagUnfit."""
    tag = " ".join(text.casefold().split())
    if not 0 < len(tag) <= LONGEST_TAG or "," in tag or not tag.isprintable():
        raise TagUnfit(pointer="/tag", length=LONGEST_TAG, most=MOST_TAGS)
    return tag


@transaction.atomic
def queue_staff(queue_slug: str, people: Collection[int], *, by: Person, actor: Actor, now: datetime) -> Queue:
    """Say who works in a queue; without anybody everybody does. Raises SupervisorNeeded, QueueUnknown."""
    _check_supervisor(by)
    queue = Queue.objects.select_for_update().filter(slug=queue_slug).first()
    if queue is None:
        raise QueueUnknown
    before = _names(queue)
    queue.members.set(Person.objects.filter(pk__in=people))
    after = _names(queue)
    if before != after:
        audit_record(
            Action.QUEUE_MEMBERS, actor=actor, now=now, subject=queue.slug, changes={"members": [before, after]}
        )
    return queue


def _names(queue: Queue) -> list[str]:
    return list(queue.members.order_by("username").values_list("username", flat=True))


def _check_supervisor(person: Person) -> None:
    if not person.is_supervisor:
        raise SupervisorNeeded
