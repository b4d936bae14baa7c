"""What a supervisor makes of an alert. Who may is checked by the face."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.monitors.errors import AlertDecided, AlertNeedsPerson, AlertReasonMissing, AlertUnknown
from apps.monitors.models import Alert, AlertStatus

# What may follow what: what was acknowledged may turn out to be nothing.
_NEXT = {
    AlertStatus.ACKNOWLEDGED: frozenset({AlertStatus.OPEN}),
    AlertStatus.DISMISSED: frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED}),
}


def alert_acknowledge(alert_id: str, *, reason: str, actor: Actor, now: datetime) -> Alert:
    """Take an alert on; a reason may be given. Raises AlertUnknown, AlertNeedsPerson, AlertDecided."""
    return _decide(alert_id, AlertStatus.ACKNOWLEDGED, Action.ALERT_ACKNOWLEDGED, reason=reason, actor=actor, now=now)


def alert_dismiss(alert_id: str, *, reason: str, actor: Actor, now: datetime) -> Alert:
    """Say that it is all right: while it lasts it is not raised again.

    Raises AlertReasonMissing, and what `alert_acknowledge` raises.
    """
    if not reason.strip():
        raise AlertReasonMissing(pointer="/reason")
    return _decide(alert_id, AlertStatus.DISMISSED, Action.ALERT_DISMISSED, reason=reason, actor=actor, now=now)


@transaction.atomic
def _decide(alert_id: str, status: AlertStatus, action: Action, *, reason: str, actor: Actor, now: datetime) -> Alert:
    if actor.person_id is None:
        raise AlertNeedsPerson
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise AlertUnknown
    if alert.status not in _NEXT[status]:
        raise AlertDecided
    before = alert.status
    alert.status, alert.reason = status, reason.strip()
    alert.decided_by_id, alert.decided_at = actor.person_id, now
    alert.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    changes = {"status": [before, status.value], "measure": alert.measure}
    audit_record(action, actor=actor, now=now, subject=alert.pk, changes=changes, reason=alert.reason)
    return alert
