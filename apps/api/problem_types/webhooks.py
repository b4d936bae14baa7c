"""Problems of events, webhook endpoints and deliveries."""

from django.utils.translation import gettext_lazy as _

from apps.api.problem_types.entry import ProblemType
from apps.webhooks.errors import (
    DeliveryUnderWay,
    DeliveryUnknown,
    DescriptionTooLong,
    EndpointIsDisabled,
    EndpointUnknown,
    EventTypeUnknown,
    EventUnknown,
    ReceiverAddressClosed,
    ReceiverUrlHasCredentials,
    ReceiverUrlInvalid,
    ReceiverUrlNotSecure,
    ReplayTooLong,
    TooManyEndpoints,
)
from apps.webhooks.event_types import EventType
from apps.webhooks.services.endpoints import LONGEST_DESCRIPTION, MOST_ENDPOINTS
from apps.webhooks.services.replay import LONGEST_REPLAY

_ENDPOINT = "whe_01kam6s0xj4t2c8v5qwz3n7y9e"
_DELIVERY = "dlv_01kam6s0xj4t2c8v5qwz3n7y9e"
_EVENT = "evt_01kam6s0xj4t2c8v5qwz3n7y9e"

ENTRIES = (
    ProblemType(
        EndpointUnknown(endpoint_id=_ENDPOINT),
        _("You have no webhook endpoint of this id, or no longer."),
        _("List yours by GET /webhook-endpoints."),
    ),
    ProblemType(
        DeliveryUnknown(delivery_id=_DELIVERY),
        _("You have no delivery of this id, or it is older than deliveries are kept."),
        _("List an endpoint's deliveries by GET /webhook-endpoints/{id}/deliveries."),
    ),
    ProblemType(
        EventUnknown(pointer="/after", event_id=_EVENT),
        _("You have no event of this id, or it is older than events are kept."),
        _("Begin at the oldest event: GET /events without `after`. If some are gone, compare by GET /refunds."),
    ),
    ProblemType(
        ReceiverUrlInvalid(pointer="/url"),
        _("The URL is not one that a webhook could be posted to."),
        _("Send an absolute https URL with a host name."),
    ),
    ProblemType(
        ReceiverUrlHasCredentials(pointer="/url"),
        _("A user name or password in a URL ends up in every log on the way."),
        _("Leave it out, and check the signature of each webhook instead."),
    ),
    ProblemType(
        ReceiverUrlNotSecure(pointer="/url"),
        _("Webhooks carry refunds, and plain http shows them to everybody on the way."),
        _("Use https. An operator may open a network of its own for plain http: REVIEWCONSOLE_WEBHOOK_ALLOW."),
    ),
    ProblemType(
        ReceiverAddressClosed(pointer="/url", address="10.0.0.5"),
        _("The URL leads to a private, local or otherwise special address."),
        _("Use a public address. An operator may open a network of its own: REVIEWCONSOLE_WEBHOOK_ALLOW."),
    ),
    ProblemType(
        DescriptionTooLong(pointer="/description", most=LONGEST_DESCRIPTION),
        _("The description is a line for people, and this one is longer."),
        _("Shorten it."),
    ),
    ProblemType(
        EventTypeUnknown(pointer="/event_types/0", event_type="refund.done", known=", ".join(EventType)),
        _("There is no event type of this name."),
        _("Use the types that the problem lists, or an empty list for all of them."),
    ),
    ProblemType(
        TooManyEndpoints(most=MOST_ENDPOINTS),
        _("Every event goes to every endpoint, so their number is bounded."),
        _("Remove one that is no longer needed, or hand events on from one of yours."),
    ),
    ProblemType(
        EndpointIsDisabled(endpoint_id=_ENDPOINT),
        _("Nothing is sent to an endpoint that is disabled: you switched it off, or its receiver answered 410."),
        _('Enable it first: PATCH /webhook-endpoints/{id} with {"status": "enabled"}.'),
    ),
    ProblemType(
        DeliveryUnderWay(delivery_id=_DELIVERY),
        _("The delivery is being sent at this moment, so it cannot be sent anew."),
        _("Wait for as long as Retry-After says, and look at the delivery first."),
    ),
    ProblemType(
        ReplayTooLong(pointer="/after", most=LONGEST_REPLAY),
        _("More events came after this one than one request may set in motion."),
        _("Read them by GET /events, which takes any number, or replay from a later event."),
    ),
)
