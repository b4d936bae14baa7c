"""Deliveries of webhooks and their tries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.console import wording
from apps.console.presenters.marks import State
from apps.console.presenters.webhook_words import delivery_state, result_words, took
from apps.webhooks.event_types import TEST_EVENT_TYPE
from apps.webhooks.models import DeliveryStatus, WebhookAttempt, WebhookDelivery
from apps.webhooks.overviews import DeliveryFilter

_FILTERS = {
    "": (gettext_lazy("All"), DeliveryFilter()),
    "waiting": (gettext_lazy("Not tried yet"), DeliveryFilter(DeliveryStatus.PENDING, has_failed=False)),
    "retrying": (gettext_lazy("Failed and retrying"), DeliveryFilter(DeliveryStatus.PENDING, has_failed=True)),
    "dead": (gettext_lazy("Dead"), DeliveryFilter(DeliveryStatus.DEAD)),
    "done": (gettext_lazy("Delivered"), DeliveryFilter(DeliveryStatus.DONE)),
}


@dataclass(frozen=True)
class DeliveryTab:
    """One kind of deliveries."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class TryRow:
    """One try and what came back."""

    number: int
    at: datetime
    state: State
    duration: str
    excerpt: str


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery; `next_words` says when it is tried again, empty when it is not or is being sent."""

    delivery_id: str
    event_id: str
    event_type: str
    is_ping: bool
    refund_id: str
    reference: str
    sequence: int
    created_at: datetime
    finished_at: datetime | None
    state: State
    attempts: int
    result: str
    duration: str
    next_at: datetime | None
    next_words: str
    is_under_way: bool
    tries: list[TryRow]


def wanted_deliveries(asked: QueryDict) -> DeliveryFilter:
    """Read the filter from an address; one that it does not know counts as all."""
    return _FILTERS.get(asked.get("state", ""), _FILTERS[""])[1]


def delivery_tabs(endpoint_id: str, asked: QueryDict) -> list[DeliveryTab]:
    """Return the kinds of deliveries, the chosen one marked."""
    chosen = asked.get("state", "") if asked.get("state", "") in _FILTERS else ""
    start = reverse("console:webhook", args=[endpoint_id])
    return [
        DeliveryTab(str(name), f"{start}?state={value}" if value else start, value == chosen)
        for value, (name, _filter) in _FILTERS.items()
    ]


def delivery_rows(
    deliveries: Sequence[WebhookDelivery], references: Mapping[str, str], *, now: datetime
) -> list[DeliveryRow]:
    """Write deliveries out; `references` gives the clients' names of refunds by our ids."""
    return [delivery_row(delivery, references, now=now) for delivery in deliveries]


def delivery_row(delivery: WebhookDelivery, references: Mapping[str, str], *, now: datetime) -> DeliveryRow:
    """Write one delivery out with its tries, the latest first."""
    tries = [_try_row(each) for each in reversed(delivery.tries.all())]
    is_ping = delivery.event.type == TEST_EVENT_TYPE
    is_under_way = delivery.leased_until is not None and delivery.leased_until > now
    next_at = None if is_under_way else delivery.next_attempt_at
    return DeliveryRow(
        delivery_id=delivery.pk,
        event_id=delivery.event_id,
        event_type=delivery.event.type,
        is_ping=is_ping,
        refund_id="" if is_ping else delivery.subject_id,
        reference=references.get(delivery.subject_id, "" if is_ping else delivery.subject_id),
        sequence=delivery.sequence,
        created_at=delivery.created_at,
        finished_at=delivery.finished_at,
        state=delivery_state(delivery),
        attempts=delivery.attempts,
        result=tries[0].state.word if tries else "",
        duration=tries[0].duration if tries else "",
        next_at=next_at,
        next_words=_next_words(next_at, now),
        is_under_way=is_under_way,
        tries=tries,
    )


def _next_words(next_at: datetime | None, now: datetime) -> str:
    if next_at is None:
        return ""
    return _("in %(span)s") % {"span": wording.duration(next_at - now)} if next_at > now else _("due now")


def _try_row(attempt: WebhookAttempt) -> TryRow:
    has_been_taken = attempt.status_code is not None and 200 <= attempt.status_code < 300
    tone, icon = ("good", "circle-check") if has_been_taken else ("bad", "circle-x")
    return TryRow(
        number=attempt.number,
        at=attempt.at,
        state=State(result_words(attempt.status_code, attempt.error), tone, icon),
        duration=took(attempt.duration_ms),
        excerpt=attempt.response_excerpt,
    )
