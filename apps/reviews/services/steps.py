"""A case on the way to its deadline: people are warned, it returns to its queue, moves on, or the time is up.

Locks: case, order, refund, hold. Each step is an audit event of the case.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import system
from apps.common.errors import Refusal
from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, in_each_language, people_tell
from apps.payouts.models import HoldCause
from apps.payouts.services.hold import hold_insert, hold_part
from apps.refunds.lifecycle import Status
from apps.refunds.services.door import refund_move
from apps.reviews.models import (
    AtEnd,
    CaseStatus,
    ClaimEnd,
    DecisionOutcome,
    DecisionReason,
    OpenedBecause,
    Queue,
    ReviewCase,
    StepKind,
)
from apps.reviews.ranking import review_value
from apps.reviews.selectors import case_locked
from apps.reviews.services.claim import claim_drop
from apps.reviews.services.effect import case_close, refund_covered
from apps.reviews.services.share_out import case_put
from apps.reviews.steps import Step, answer_by_of, steps_ahead
from apps.reviews.verdicts import Verdict
from apps.rings.models import RingMember, RingStatus
from apps.staff.models import Person
from apps.staff.selectors import supervisors
from apps.timers.services import work_off

CLOCK = system("deadline timer")
# A decision that may still be undone is not overtaken; it is looked at again soon after.
AFTER_SETTLING = timedelta(seconds=10)


def steps_take_due(*, now: datetime, limit: int = 200) -> int:
    """Take the steps that are due, the oldest first; returns for how many cases."""
    cases = ReviewCase.objects.filter(step_due_at__isnull=False)
    return work_off("step", cases, lambda key: _take(key, now), at="step_due_at", now=now, limit=limit)


@transaction.atomic
def _take(case_id: str, now: datetime) -> bool:
    case = case_locked(case_id)
    if case.step_due_at is None or case.step_due_at > now:
        return False
    if case.status == CaseStatus.SETTLING:
        case.step_due_at = now + AFTER_SETTLING
        case.save(update_fields=["step_due_at"])
        return False
    answer_by = answer_by_of(case)
    # After a move the steps of the other queue follow, so what is ahead is asked for again each time.
    while case.status == CaseStatus.OPEN:
        ahead = steps_ahead(case, answer_by)
        case.step_due_at = ahead[0].at if ahead else None
        if not ahead or ahead[0].at > now:
            break
        case.steps_done = ahead[0].share
        _do(case, ahead[0], now)
    if case.status != CaseStatus.OPEN:
        case.step_due_at = None
    case.save(update_fields=["step_due_at", "steps_done", "is_boosted", "value"])
    return True


def _do(case: ReviewCase, step: Step, now: datetime) -> None:
    if step.do is None:
        _record(case, Action.DEADLINE_PASSED, now, _at_end(case, now))
        return
    told: dict[str, Any] = {"step": step.do.value, "share": step.share}
    holder = _holder(case, now)
    if holder is not None:
        told["holder"] = str(holder)
    _record(case, Action.DEADLINE_STEP, now, told | _STEPS[step.do](case, step, holder, now))


def _warn_holder(case: ReviewCase, step: Step, holder: Person | None, now: datetime) -> dict[str, Any]:
    if holder is not None:
        _tell([holder], case, step, _("A case that you hold is due soon"), now)
    return {}


def _warn_supervisors(case: ReviewCase, step: Step, _holder: Person | None, now: datetime) -> dict[str, Any]:
    _tell_of_queue(supervisors(), case, "soon", _("Cases of {queue} are due soon"), now)
    return {}


def _return(case: ReviewCase, step: Step, holder: Person | None, now: datetime) -> dict[str, Any]:
    case.is_boosted = True
    case.value = review_value(case.worth, case.score, case.due_at, is_boosted=True)
    _take_from(case, step, holder, now)
    return {}


def _move(case: ReviewCase, step: Step, holder: Person | None, now: datetime) -> dict[str, Any]:
    # It may have been removed since the steps were written.
    queue = Queue.objects.filter(slug=step.queue).first()
    if queue is None or queue.pk == case.queue_id:
        return {"because": "queue_unknown" if queue is None else "same_queue"}
    slugs = case_put(case, queue)
    _take_from(case, step, holder, now)
    members = list(queue.members.filter(is_active=True).order_by("pk")) or supervisors()
    _tell_of_queue(members, case, "escalated", _("Cases were escalated to {queue}"), now)
    return {"queue": slugs}


_STEPS = {
    StepKind.WARN_HOLDER: _warn_holder,
    StepKind.WARN_SUPERVISORS: _warn_supervisors,
    StepKind.RETURN: _return,
    StepKind.MOVE: _move,
}


def _at_end(case: ReviewCase, now: datetime) -> dict[str, Any]:
    """Do what the queue says of a case whose time is up; returns what the audit log says of it."""
    if case.queue.at_end == AtEnd.HOLD:
        because = _kept_because(case) or _approve(case, now)
        if not because:
            return {"at_end": AtEnd.HOLD.value}
        told = {"at_end": AtEnd.NONE.value, "because": because}
    elif case.queue.at_end == AtEnd.LEAVE and case.refund.default_outcome:
        told = {"at_end": AtEnd.LEAVE.value, "default_outcome": case.refund.default_outcome}
    else:
        told = {"at_end": AtEnd.NONE.value}
    _tell_of_queue(supervisors(), case, "passed", _("Deadlines of {queue} passed"), now)
    return told


def _kept_because(case: ReviewCase) -> str:
    """Say why a case is for people only, whatever its queue does at the end; empty when it is not."""
    if case.is_second:
        return "second_review"
    if case.is_escalated:
        return "escalated"
    if case.opened_because != OpenedBecause.POLICY:
        return case.opened_because
    accounts = RingMember.objects.filter(account=case.refund.account_id, ring__status=RingStatus.CONFIRMED)
    return "ring_confirmed" if accounts.exists() else ""


def _approve(case: ReviewCase, now: datetime) -> str:
    """Approve a refund in full with a hold; returns the code of the refusal when its order no longer covers it."""
    try:
        refund, _amounts = refund_covered(case, Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED))
    except Refusal as refusal:
        return refusal.code
    minutes = refund.assessment.hold_minutes or case.queue.end_hold_minutes
    claim_drop(case, ClaimEnd.CASE_CLOSED, now=now)
    case_close(case, now=now)
    hold = hold_insert(
        refund,
        amount=refund.amount,
        release_at=now + timedelta(minutes=minutes),
        cause=HoldCause.UNREVIEWED,
        actor=CLOCK,
        now=now,
        case_id=case.id,
    )
    refund_move(
        refund,
        Status.HELD,
        actor=CLOCK,
        now=now,
        parts={"review": None, "information_request": None, "hold": hold_part(hold)},
        approved_amount=refund.amount,
        case_id=case.id,
    )
    return ""


def _take_from(case: ReviewCase, step: Step, holder: Person | None, now: datetime) -> None:
    claim_drop(case, ClaimEnd.DEADLINE, now=now)
    if holder is not None:
        _tell([holder], case, step, _("A case that you held returned to its queue"), now)


def _holder(case: ReviewCase, now: datetime) -> Person | None:
    return case.holder if case.leased_until is not None and case.leased_until > now else None


def _record(case: ReviewCase, action: Action, now: datetime, changes: dict[str, Any]) -> None:
    audit_record(action, actor=CLOCK, now=now, refund_id=case.refund_id, case_id=case.id, changes=changes)


def _tell(people: Iterable[Person], case: ReviewCase, step: Step, title: Promise, now: datetime) -> None:
    people_tell(
        [Receiver(person.pk) for person in people],
        kind=NoticeKind.DEADLINE,
        # The deadline is named: when it moved, the same step is news again.
        about=f"case {case.pk} {step.do} {case.due_at:%Y-%m-%dT%H:%M:%S}",
        words=in_each_language(partial(_words, title, case.refund.reference)),
        path=f"/cases/{case.pk}/",
        now=now,
    )


def _words(title: Promise, reference: str) -> dict[str, str]:
    return {"title": str(title), "text": reference}


def _tell_of_queue(people: Iterable[Person], case: ReviewCase, what: str, title: Promise, now: datetime) -> None:
    """Tell people of a queue's cases, once an hour: after an outage thousands may be due together."""
    people_tell(
        [Receiver(person.pk) for person in people],
        kind=NoticeKind.DEADLINE,
        about=f"queue {case.queue.pk} {what} {now:%Y-%m-%d %H}",
        words=in_each_language(partial(_queue_words, title, case)),
        path=f"/queue/?queue={case.queue.slug}",
        now=now,
    )


def _queue_words(title: Promise, case: ReviewCase) -> dict[str, str]:
    return {
        "title": str(title).format(queue=case.queue.name),
        "text": gettext("The first of this hour: %(reference)s") % {"reference": case.refund.reference},
    }
