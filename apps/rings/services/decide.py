"""What a supervisor makes of a ring. Who may is checked by the face, what follows is done by the apps above."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.rings.errors import PersonNeeded, RingDecidedMeanwhile, RingDecidedSo, RingReasonMissing
from apps.rings.models import Ring, RingStatus
from apps.rings.selectors.rings import ring_locked


def ring_confirm(ring_id: str, *, seen: RingStatus, reason: str, actor: Actor, now: datetime) -> Ring:
    """Confirm a ring. `seen` is the status that the person had before the eyes.

    Raises RingUnknown, RingReasonMissing, PersonNeeded, RingDecidedMeanwhile, RingDecidedSo.
    """
    return _decide(ring_id, RingStatus.CONFIRMED, Action.RING_CONFIRMED, seen=seen, reason=reason, actor=actor, now=now)


def ring_dismiss(ring_id: str, *, seen: RingStatus, reason: str, actor: Actor, now: datetime) -> Ring:
    """Dismiss a ring: the searches do not raise it again. Raises as `ring_confirm` does."""
    return _decide(ring_id, RingStatus.DISMISSED, Action.RING_DISMISSED, seen=seen, reason=reason, actor=actor, now=now)


@transaction.atomic
def _decide(
    ring_id: str, status: RingStatus, action: Action, *, seen: RingStatus, reason: str, actor: Actor, now: datetime
) -> Ring:
    if not reason.strip():
        raise RingReasonMissing(pointer="/reason")
    if actor.person_id is None:
        raise PersonNeeded
    # Locked, so that of two supervisors the second learns of the first.
    ring = ring_locked(ring_id)
    if ring.status != seen:
        raise RingDecidedMeanwhile
    if ring.status == status:
        raise RingDecidedSo
    ring.status, ring.reason, ring.decided_at, ring.decided_by_id = status, reason.strip(), now, actor.person_id
    # The apps above look after the money that waits.
    ring.recall_due_at = now if status is RingStatus.CONFIRMED else None
    ring.save(update_fields=["status", "reason", "decided_at", "decided_by", "recall_due_at"])
    audit_record(
        action,
        actor=actor,
        now=now,
        subject=ring.pk,
        changes={"status": [str(seen), str(status)], "kind": ring.kind},
        reason=ring.reason,
    )
    return ring
