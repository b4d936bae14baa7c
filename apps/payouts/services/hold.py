"""The life of a hold. Locks are taken in the order refund, hold."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from apps.audit.models import Action, AuditEvent
from apps.audit.services import audit_event, audit_record, audit_record_many
from apps.common.actors import Actor, system
from apps.common.inserting import insert
from apps.common.instants import written_instant
from apps.payouts.errors import HoldEnded, HoldNotDue, ReasonMissing, ReleaseOutOfBounds, SecondPersonNeeded
from apps.payouts.models import Hold, HoldCause, HoldStatus
from apps.payouts.selectors import hold_locked, open_hold_locked, refund_id_of_hold
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked, refunds_locked
from apps.refunds.services.door import Parts, refund_amend, refund_move, refunds_move
from apps.timers.services import work_off
from apps.webhooks.event_types import EventType

LONGEST_HOLD = timedelta(days=30)
# However often a hold is extended, the customer has an answer within this time of the request.
LONGEST_FROM_REQUEST = timedelta(days=30)
_CLOCK = system("hold timer")


def hold_part(hold: Hold) -> dict[str, Any]:
    """Return the hold as the client sees it."""
    return {
        "placed_at": written_instant(hold.placed_at),
        "release_at": written_instant(hold.release_at),
        "reason": hold.reason,
    }


def hold_insert(
    refund: Refund,
    *,
    amount: int,
    release_at: datetime,
    cause: HoldCause,
    actor: Actor,
    now: datetime,
    case_id: str = "",
) -> Hold:
    """Write the hold of a refund that this transaction makes held. Raises ReleaseOutOfBounds."""
    hold = hold_for(refund, amount=amount, release_at=release_at, cause=cause, actor=actor, now=now)
    insert([hold])
    audit_record_many([hold_placed(hold, actor=actor, case_id=case_id)])
    return hold


def hold_for(
    refund: Refund, *, amount: int, release_at: datetime, cause: HoldCause, actor: Actor, now: datetime
) -> Hold:
    """Return the hold of a refund that is to be held, not inserted yet. Raises ReleaseOutOfBounds."""
    latest = now + LONGEST_HOLD
    if not now < release_at <= latest:
        raise ReleaseOutOfBounds(earliest=written_instant(now), latest=written_instant(latest))
    with translation.override(refund.client.language):
        reason = str(cause.label)
    return Hold(
        refund_id=refund.id,
        amount=amount,
        currency=refund.currency,
        placed_at=now,
        release_at=release_at,
        latest_release_at=max(release_at, refund.created_at + LONGEST_FROM_REQUEST),
        cause=cause,
        reason=reason,
        placed_by_id=actor.person_id,
    )


def hold_placed(hold: Hold, *, actor: Actor, case_id: str = "") -> AuditEvent:
    """Return what the audit log says of a new hold."""
    return audit_event(
        Action.HOLD_PLACED,
        actor=actor,
        now=hold.placed_at,
        refund_id=hold.refund_id,
        case_id=case_id,
        changes={
            "release_at": [None, written_instant(hold.release_at)],
            "amount": hold.amount,
            "currency": hold.currency,
        },
    )


def holds_release_due(*, now: datetime, limit: int = 1000) -> int:
    """Release what is due, the oldest promise first; returns how many were released."""

    def release(hold_id: int) -> None:
        # A refusal: somebody recalled, extended or released it between our look and our lock.
        hold_release(hold_id, now=now)

    return work_off(
        "hold",
        Hold.objects.filter(status=HoldStatus.OPEN),
        release,
        together=lambda hold_ids: holds_release(hold_ids, now=now),
        at="release_at",
        now=now,
        limit=limit,
    )


@transaction.atomic
def holds_release(hold_ids: Collection[int], *, now: datetime) -> set[int]:
    """Release those of many holds that are due; returns which.

    What somebody else has locked, recalled, extended or released is left
    alone: the refunds' rows are locked first, without waiting, so of two
    timers that see the same holds each is released by one.
    """
    of_holds = dict(Hold.objects.filter(pk__in=hold_ids).values_list("pk", "refund_id"))
    refunds = {refund.pk: refund for refund in refunds_locked(of_holds.values())}
    rows = Hold.objects.select_for_update().filter(
        pk__in=hold_ids, refund__in=refunds.keys(), status=HoldStatus.OPEN, release_at__lte=now
    )
    holds = list(rows.order_by("pk"))
    if not holds:
        return set()
    refunds_move([refunds[hold.refund_id] for hold in holds], Status.RELEASED, actor=_CLOCK, now=now)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(status=HoldStatus.RELEASED, ended_at=now)
    audit_record_many([_ended(hold, HoldStatus.RELEASED, Action.HOLD_RELEASED, _CLOCK, now, "") for hold in holds])
    return {hold.pk for hold in holds}


@transaction.atomic
def hold_release(hold_id: int, *, now: datetime) -> None:
    """Release one hold whose time has come. Raises HoldEnded, HoldNotDue.

    The refund's row is locked first, so of two timers that both see the hold
    due one waits, then finds it ended: money is never released twice.
    """
    refund = refund_locked(refund_id_of_hold(hold_id))
    hold = _open(hold_locked(hold_id))
    if hold.release_at > now:
        raise HoldNotDue(release_at=written_instant(hold.release_at))
    refund_move(refund, Status.RELEASED, actor=_CLOCK, now=now, parts={})
    _end(hold, HoldStatus.RELEASED, Action.HOLD_RELEASED, actor=_CLOCK, now=now, reason="")


@transaction.atomic
def hold_release_early(hold_id: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let the money go before its time. Raises HoldEnded, SecondPersonNeeded, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    refund = refund_locked(refund_id_of_hold(hold_id))
    hold = _open(hold_locked(hold_id))
    if actor.person_id is None or hold.placed_by_id == actor.person_id:
        raise SecondPersonNeeded
    refund_move(refund, Status.RELEASED, actor=actor, now=now, parts={}, reason=reason)
    _end(hold, HoldStatus.RELEASED_EARLY, Action.HOLD_RELEASED_EARLY, actor=actor, now=now, reason=reason)


@transaction.atomic
def hold_extend(hold_id: int, *, release_at: datetime, reason: str, actor: Actor, now: datetime) -> None:
    """Move the release to a later time. Raises HoldEnded, ReleaseOutOfBounds, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    refund = refund_locked(refund_id_of_hold(hold_id))
    hold = _open(hold_locked(hold_id))
    earliest = max(hold.release_at, now)
    if not earliest < release_at <= hold.latest_release_at:
        raise ReleaseOutOfBounds(
            pointer="/release_at",
            earliest=written_instant(earliest),
            latest=written_instant(hold.latest_release_at),
        )
    before, hold.release_at = hold.release_at, release_at
    hold.cause, hold.reason = HoldCause.EXTENSION, reason
    hold.save(update_fields=["release_at", "cause", "reason"])
    refund_amend(refund, EventType.HOLD_CHANGED, now=now, parts={"hold": hold_part(hold)})
    audit_record(
        Action.HOLD_EXTENDED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        changes={"release_at": [written_instant(before), written_instant(release_at)]},
        reason=reason,
    )


def hold_recall(hold: Hold, refund: Refund, *, parts: Parts, reason: str, actor: Actor, now: datetime) -> None:
    """Take a locked refund out of its locked hold, back to review. The caller opens the case.

    Raises HoldEnded, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    _open(hold)
    refund_move(refund, Status.PENDING_REVIEW, actor=actor, now=now, parts=parts, reason=reason)
    _end(hold, HoldStatus.RECALLED, Action.HOLD_RECALLED, actor=actor, now=now, reason=reason)


def hold_cancel(refund: Refund, *, reason: str, actor: Actor, now: datetime) -> None:
    """End the open hold of a locked refund whose money will not be paid; does nothing when none is open."""
    hold = open_hold_locked(refund.id)
    if hold is not None:
        _end(hold, HoldStatus.CANCELLED, Action.HOLD_CANCELLED, actor=actor, now=now, reason=reason)


def _open(hold: Hold) -> Hold:
    if hold.status != HoldStatus.OPEN:
        raise HoldEnded
    return hold


def _end(hold: Hold, status: HoldStatus, action: Action, *, actor: Actor, now: datetime, reason: str) -> None:
    hold.status, hold.ended_at, hold.ended_by_id, hold.end_reason = status, now, actor.person_id, reason
    hold.save(update_fields=["status", "ended_at", "ended_by", "end_reason"])
    audit_record_many([_ended(hold, status, action, actor, now, reason)])


def _ended(  # noqa: PLR0917 (handed through)
    hold: Hold, status: HoldStatus, action: Action, actor: Actor, now: datetime, reason: str
) -> AuditEvent:
    return audit_event(
        action,
        actor=actor,
        now=now,
        refund_id=hold.refund_id,
        changes={
            "hold": [HoldStatus.OPEN.value, status.value],
            "release_at": written_instant(hold.release_at),
            "amount": hold.amount,
            "currency": hold.currency,
        },
        reason=reason,
    )
