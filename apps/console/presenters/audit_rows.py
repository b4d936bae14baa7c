"""Rows of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import Action, AuditEvent
from apps.clients.models import Scope
from apps.common.actors import ActorKind
from apps.console import wording
from apps.console.presenters.marks import amount_words
from apps.payouts.models import HoldStatus
from apps.refunds.models import DefaultOutcome, RefundStatus
from apps.reviews.models import (
    AtEnd,
    DecisionOutcome,
    DecisionReason,
    InformationItem,
    OpenedBecause,
    ReportSource,
    StepKind,
)

_ICONS = {ActorKind.PERSON: "user", ActorKind.CLIENT: "building-store", ActorKind.SYSTEM: "clock"}
_NAMES: dict[str, str | Promise] = {
    "status": gettext_lazy("status"),
    "approved_amount": gettext_lazy("approved"),
    "amount": gettext_lazy("amount"),
    "release_at": gettext_lazy("release"),
    "due_at": gettext_lazy("due"),
    "hold": gettext_lazy("hold"),
    "queue": gettext_lazy("queue"),
    "because": gettext_lazy("because"),
    "source": gettext_lazy("reported by"),
    "service": gettext_lazy("service"),
    "step": gettext_lazy("step"),
    "share": gettext_lazy("share of the time, %"),
    "holder": gettext_lazy("held by"),
    "at_end": gettext_lazy("at the end"),
    "steps": gettext_lazy("steps"),
    "end_hold_minutes": gettext_lazy("hold, minutes"),
    "default_outcome": gettext_lazy("channel decides"),
    "outcome": gettext_lazy("decision"),
    "reason_code": gettext_lazy("reason"),
    "items": gettext_lazy("asked for"),
    "token": gettext_lazy("claim"),
    "result": gettext_lazy("result"),
    "level": gettext_lazy("level"),
    "score": gettext_lazy("score"),
    "payout": gettext_lazy("payout"),
    "reference": gettext_lazy("reference"),
    "verification": gettext_lazy("verification"),
    "text": gettext_lazy("text"),
    "attachments": gettext_lazy("attachments"),
    "attachment": gettext_lazy("attachment"),
    "client": gettext_lazy("client"),
    "label": gettext_lazy("label"),
    "scopes": gettext_lazy("scopes"),
    "networks": gettext_lazy("networks"),
    "expires_at": gettext_lazy("expires"),
    "language": gettext_lazy("language"),
}
# Why a case is not approved by itself at its deadline.
_KEPT: dict[str, str | Promise] = {
    "second_review": gettext_lazy("a second person is awaited"),
    "escalated": gettext_lazy("it was escalated"),
    "ring_confirmed": gettext_lazy("the account belongs to a confirmed ring"),
    "queue_unknown": gettext_lazy("the queue is gone"),
    "same_queue": gettext_lazy("it waits there already"),
}
# Codes that have words; whatever else is stored is shown as it is.
_WORDS: dict[str, Mapping[str, str | Promise]] = {
    "status": dict(RefundStatus.choices),
    "hold": dict(HoldStatus.choices),
    "outcome": dict(DecisionOutcome.choices),
    "reason_code": dict(DecisionReason.choices),
    "items": dict(InformationItem.choices),
    "scopes": dict(Scope.choices),
    "language": {"en": "English", "zh-hans": "简体中文"},
    "because": {**dict(OpenedBecause.choices), **dict(RefundStatus.choices), **_KEPT},
    "source": dict(ReportSource.choices),
    "step": dict(StepKind.choices),
    "at_end": dict(AtEnd.choices),
    "default_outcome": dict(DefaultOutcome.choices),
    "result": {"paid": gettext_lazy("Paid"), "failed": gettext_lazy("Failed")},
}
# The console's own timers and rules, as the services name them.
_SYSTEM: dict[str, str | Promise] = {
    "policy": gettext_lazy("policy"),
    "hold timer": gettext_lazy("hold timer"),
    "lease timer": gettext_lazy("lease timer"),
    "information timer": gettext_lazy("information timer"),
    "adverse report": gettext_lazy("adverse report"),
    "verification failed": gettext_lazy("verification failed"),
    "linked account denied": gettext_lazy("linked account denied"),
    "ring confirmed": gettext_lazy("ring confirmed"),
    "key timer": gettext_lazy("key timer"),
    "deadline timer": gettext_lazy("deadline timer"),
    "command line": gettext_lazy("command line"),
}
_AMOUNTS = frozenset({"amount", "approved_amount"})
_INSTANTS = frozenset({"release_at", "due_at", "expires_at"})
# Their values are lists, so two of them are not a change.
_LISTS = frozenset({"items", "scopes", "networks"})


@dataclass(frozen=True)
class ChangeRow:
    """One thing that changed; `before` is empty for a plain fact."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditRow:
    """One audit event."""

    at: datetime
    actor: str
    actor_icon: str
    action: str
    refund_id: str
    refund_words: str
    case_id: str
    subject: str
    changes: list[ChangeRow]
    reason: str
    address: str
    request_id: str


def audit_row(event: AuditEvent, references: Mapping[str, str]) -> AuditRow:
    """Write an event out; `references` gives the clients' names of refunds by our ids."""
    known = event.action in Action.values
    return AuditRow(
        at=event.at,
        actor=_actor(event),
        actor_icon=_ICONS[ActorKind(event.actor_kind)],
        action=event.get_action_display() if known else event.action,
        refund_id=event.refund_id,
        refund_words=references.get(event.refund_id, event.refund_id),
        case_id=event.case_id,
        subject=event.subject,
        changes=change_rows(event.changes),
        reason=event.reason,
        address=event.address or "",
        request_id=event.request_id,
    )


def _actor(event: AuditEvent) -> str:
    if event.actor_kind == ActorKind.SYSTEM:
        return str(_SYSTEM.get(event.actor_name, event.actor_name))
    return event.actor_name


def change_rows(changes: Mapping[str, Any]) -> list[ChangeRow]:
    """Write changes out: ``[before, after]`` for a change, a single value for a fact."""
    currency = changes.get("currency") if isinstance(changes.get("currency"), str) else ""
    rows = []
    for name, value in changes.items():
        if name == "currency":
            continue
        is_change = isinstance(value, list) and len(value) == 2 and name not in _LISTS
        before, after = value if is_change else (None, value)
        rows.append(
            ChangeRow(str(_NAMES.get(name, name)), _value(name, before, currency), _value(name, after, currency) or "–")
        )
    return rows


def _value(name: str, value: Any, currency: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _(", ").join(_step(each) if name == "steps" else _value(name, each, currency) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _AMOUNTS and isinstance(value, int) and currency:
        return amount_words(value, currency)
    if name in _INSTANTS and isinstance(value, str):
        return _instant(value)
    return str(_WORDS.get(name, {}).get(str(value), value))


def _step(told: Mapping[str, Any]) -> str:
    step = f"{told['share']} % {StepKind(told['do']).label}"
    return f"{step} → {told['queue']}" if "queue" in told else step


def _instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return wording.written_moment(timezone.localtime(at), "long")
