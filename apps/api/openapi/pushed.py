"""The webhooks section: what is posted to a client's endpoint."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.api.openapi.bodies import example_of
from apps.api.openapi.components import Components, Schema
from apps.api.openapi.documents import document_schema
from apps.api.openapi.tags import TITLES, Tag
from apps.webhooks.documents import EventDocument
from apps.webhooks.event_types import TEST_EVENT_TYPE, EventType

_SUMMARIES: dict[EventType, Promise] = {
    EventType.PENDING_REVIEW: _("A refund waits for a person"),
    EventType.INFORMATION_REQUESTED: _("The customer is asked for something"),
    EventType.HELD: _("A refund is approved or cleared, and its money waits"),
    EventType.HOLD_CHANGED: _("The money waits longer"),
    EventType.RECALLED: _("A held refund went back to review"),
    EventType.RELEASED: _("Pay now"),
    EventType.PAID: _("You reported that it was paid"),
    EventType.PAYOUT_FAILED: _("You reported that it could not be paid"),
    EventType.DENIED: _("A refund was denied"),
    EventType.WITHDRAWN: _("A refund was withdrawn"),
    EventType.APPEALED: _("The customer appealed against a denial"),
}
_DELIVERY = _(
    "Posted to every endpoint that wants this type, in the order of `sequence` within a refund. Answer with any 2xx "
    "within 15 seconds, then do the work. Anything else is tried again for three days with growing gaps; "
    "3xx is not followed, 410 switches the endpoint off, Retry-After is honoured. The same event may come twice: "
    "`webhook-id` is the same then."
)
_TEST = _("Sent once when you ask for a test, to that endpoint alone.")
_HEADERS: tuple[tuple[str, Promise, str], ...] = (
    ("webhook-id", _("The event's id, the same for every try."), "evt_01kam6s0xj4t2c8v5qwz3n7y9e"),
    ("webhook-timestamp", _("When this try was made, in Unix seconds."), "1773450120"),
    (
        "webhook-signature",
        _("One or, while a secret is rotated, two signatures after Standard Webhooks, separated by a space."),
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)


def pushed_events(components: Components) -> Schema:
    """Return what is posted, by type of event."""
    news = document_schema(EventDocument, components)
    ping = components.reference("TestEvent", _ping)
    by_type = {kind.value: _posted(kind.value, _SUMMARIES[kind], _DELIVERY, news) for kind in EventType}
    test = _posted(TEST_EVENT_TYPE, _("A test"), _TEST, ping)
    return by_type | {TEST_EVENT_TYPE: test}


def _posted(kind: str, summary: Promise, description: Promise, body: Schema) -> Schema:
    is_test = kind == TEST_EVENT_TYPE
    example = example_of("event_test") if is_test else example_of("event") | {"type": kind}
    return {
        "post": {
            "operationId": "receive" + "".join(word.title() for word in kind.replace("_", ".").split(".")),
            "tags": [TITLES[Tag.EVENTS]],
            "summary": summary,
            "description": description,
            "security": [{}],
            "parameters": [_header(*header) for header in _HEADERS],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": body, "examples": {kind: {"value": example}}}},
            },
            "responses": {
                "2XX": {"description": _("Received; it is not sent again.")},
                "410": {"description": _("Gone for good; the endpoint is switched off.")},
                "default": {"description": _("Not received; it is tried again.")},
            },
        }
    }


def _header(name: str, description: Promise, example: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _ping() -> Schema:
    return {
        "type": "object",
        "required": ["id", "type", "timestamp", "sequence", "data"],
        "properties": {
            "id": {"type": "string"},
            "type": {"type": "string", "const": TEST_EVENT_TYPE},
            "timestamp": {"type": "string", "format": "date-time"},
            "sequence": {"type": "integer"},
            "data": {
                "type": "object",
                "required": ["endpoint"],
                "properties": {
                    "endpoint": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
                },
            },
        },
    }
