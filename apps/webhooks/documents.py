"""Events, endpoints and deliveries as their client sees them."""

from typing import Annotated, Any, NotRequired, TypedDict

from apps.common.instants import written_instant, written_or_none
from apps.common.shapes import InstantText, OneOf
from apps.webhooks.event_types import EventType
from apps.webhooks.models import (
    DeliveryStatus,
    DisabledReason,
    EndpointStatus,
    Event,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)


class EventDocument(TypedDict):
    """An event, in `GET /events` and as the body of a webhook."""

    id: str
    type: str
    timestamp: InstantText
    sequence: int
    data: dict[str, Any]


class EndpointDocument(TypedDict):
    """An endpoint; the secret is there only when it was just made."""

    id: str
    url: str
    description: str
    event_types: list[Annotated[str, OneOf(EventType)]]
    status: Annotated[str, OneOf(EndpointStatus)]
    disabled_reason: Annotated[str, OneOf(DisabledReason)] | None
    previous_secret_until: InstantText | None
    created_at: InstantText
    secret: NotRequired[str]


class AttemptDocument(TypedDict):
    """One try: a status code, or an error."""

    number: int
    at: InstantText
    duration_ms: int
    status_code: int | None
    error: str | None
    response_excerpt: str


class DeliveryDocument(TypedDict):
    """One event on its way to one endpoint, with every try."""

    id: str
    endpoint_id: str
    event_id: str
    event_type: str
    refund_id: str | None
    sequence: int
    status: Annotated[str, OneOf(DeliveryStatus)]
    attempts: int
    next_attempt_at: InstantText | None
    created_at: InstantText
    finished_at: InstantText | None
    tries: list[AttemptDocument]


class ReplayDocument(TypedDict):
    """How many events are on their way once more."""

    replayed: int


def event_document(event: Event) -> EventDocument:
    """Build what is sent and listed."""
    return {
        "id": event.id,
        "type": event.type,
        "timestamp": written_instant(event.timestamp),
        "sequence": event.sequence,
        "data": event.payload,
    }


def endpoint_document(endpoint: WebhookEndpoint, *, secret: str | None = None) -> EndpointDocument:
    """Build what a client sees of its endpoint, with the secret if it is shown this once."""
    document: EndpointDocument = {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "event_types": endpoint.event_types,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason or None,
        "previous_secret_until": written_or_none(endpoint.previous_secret_until),
        "created_at": written_instant(endpoint.created_at),
    }
    if secret is not None:
        document["secret"] = secret
    return document


def delivery_document(delivery: WebhookDelivery) -> DeliveryDocument:
    """Build it from a delivery whose event and tries are loaded."""
    is_about_refund = "refund" in delivery.event.payload
    return {
        "id": delivery.id,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "event_type": delivery.event.type,
        "refund_id": delivery.subject_id if is_about_refund else None,
        "sequence": delivery.sequence,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_attempt_at": written_or_none(delivery.next_attempt_at),
        "created_at": written_instant(delivery.created_at),
        "finished_at": written_or_none(delivery.finished_at),
        "tries": [_attempt_document(attempt) for attempt in delivery.tries.all()],
    }


def _attempt_document(attempt: WebhookAttempt) -> AttemptDocument:
    return {
        "number": attempt.number,
        "at": written_instant(attempt.at),
        "duration_ms": attempt.duration_ms,
        "status_code": attempt.status_code,
        "error": attempt.error or None,
        "response_excerpt": attempt.response_excerpt,
    }
