"""/webhook-endpoints and /deliveries."""

from django.utils.translation import gettext_lazy as _

from apps.api.checking import ListQuery
from apps.api.openapi.declarations import Answer, Body, Header, Idempotency, ListOf, Onward, Operation
from apps.api.openapi.tags import Tag
from apps.api.queries import DeliveryListQuery
from apps.api.records import EndpointChangeRecord, EndpointRecord, ReplayRecord
from apps.api.views import webhooks as views
from apps.common.errors import SeveralInvalid
from apps.webhooks.documents import DeliveryDocument, EndpointDocument, ReplayDocument
from apps.webhooks.errors import (
    DeliveryUnderWay,
    DeliveryUnknown,
    EndpointIsDisabled,
    EndpointUnknown,
    EventUnknown,
    ReceiverAddressClosed,
    ReceiverUrlHasCredentials,
    ReceiverUrlInvalid,
    ReceiverUrlNotSecure,
    ReplayTooLong,
    TooManyEndpoints,
)

_URL_REFUSALS = (
    ReceiverAddressClosed,
    ReceiverUrlHasCredentials,
    ReceiverUrlInvalid,
    ReceiverUrlNotSecure,
    SeveralInvalid,
)
_ID = {"endpoint_id": "$response.body#/id"}
_ONWARD = {
    "read": Onward("readWebhookEndpoint", _ID),
    "change": Onward("changeWebhookEndpoint", _ID),
    "remove": Onward("removeWebhookEndpoint", _ID),
    "rotate": Onward("rotateWebhookSecret", _ID),
    "test": Onward("testWebhookEndpoint", _ID),
    "deliveries": Onward("listDeliveries", _ID),
}
_DELIVERY_ID = {"delivery_id": "$response.body#/id"}
_DELIVERY_ONWARD = {
    "read": Onward("readDelivery", _DELIVERY_ID),
    "redeliver": Onward("redeliver", _DELIVERY_ID),
    "endpoint": Onward("readWebhookEndpoint", {"endpoint_id": "$response.body#/endpoint_id"}),
}
_BEGUN = Answer(202, _("It is on its way."), DeliveryDocument, "delivery_pending", (Header.LOCATION,), _DELIVERY_ONWARD)

OPERATIONS = {
    (views.EndpointCollection, "POST"): Operation(
        "createWebhookEndpoint",
        Tag.WEBHOOKS,
        _("Create a webhook endpoint"),
        _("Says where events shall be pushed to. The secret in the answer is shown this once; keep it."),
        (
            Answer(
                201,
                _("The endpoint with its secret."),
                EndpointDocument,
                "endpoint_created",
                (Header.ETAG, Header.LOCATION),
                _ONWARD,
            ),
        ),
        body=Body(EndpointRecord, {"endpoint": _("Two kinds of events"), "endpoint_all": _("All events")}),
        idempotency=Idempotency.REQUIRED,
        refusals=(*_URL_REFUSALS, TooManyEndpoints),
    ),
    (views.EndpointCollection, "GET"): Operation(
        "listWebhookEndpoints",
        Tag.WEBHOOKS,
        _("List webhook endpoints"),
        _("Newest first."),
        (
            Answer(
                200, _("A page of endpoints."), ListOf(EndpointDocument), "endpoint_list", (Header.ETAG, Header.LINK)
            ),
        ),
        query=ListQuery,
    ),
    (views.EndpointDetail, "GET"): Operation(
        "readWebhookEndpoint",
        Tag.WEBHOOKS,
        _("Read a webhook endpoint"),
        _("The endpoint without its secret."),
        (Answer(200, _("The endpoint."), EndpointDocument, "endpoint_read", (Header.ETAG,), _ONWARD),),
        refusals=(EndpointUnknown,),
    ),
    (views.EndpointDetail, "PATCH"): Operation(
        "changeWebhookEndpoint",
        Tag.WEBHOOKS,
        _("Change a webhook endpoint"),
        _("What is left out stays as it is. A disabled endpoint gets no new events; enable it to go on."),
        (Answer(200, _("The endpoint as it is now."), EndpointDocument, "endpoint_read", (Header.ETAG,), _ONWARD),),
        body=Body(EndpointChangeRecord, {"endpoint_change": _("Switch it off")}),
        refusals=(EndpointUnknown, *_URL_REFUSALS),
    ),
    (views.EndpointDetail, "DELETE"): Operation(
        "removeWebhookEndpoint",
        Tag.WEBHOOKS,
        _("Remove a webhook endpoint"),
        _("Nothing more is sent to it, and its deliveries are gone."),
        (Answer(204, _("It is gone.")),),
        refusals=(EndpointUnknown,),
    ),
    (views.EndpointSecret, "POST"): Operation(
        "rotateWebhookSecret",
        Tag.WEBHOOKS,
        _("Rotate the secret"),
        _(
            "Makes a new secret, shown this once. Until `previous_secret_until` webhooks carry two signatures, one by "
            "each secret, so that you can change over without a gap."
        ),
        (Answer(200, _("The endpoint with its new secret."), EndpointDocument, "endpoint_rotated", (Header.ETAG,)),),
        idempotency=Idempotency.OPTIONAL,
        refusals=(EndpointUnknown,),
    ),
    (views.EndpointPing, "POST"): Operation(
        "testWebhookEndpoint",
        Tag.WEBHOOKS,
        _("Send a test webhook"),
        _("Sends `webhook.test` to this endpoint, once. It is in no list of events."),
        (_BEGUN,),
        idempotency=Idempotency.OPTIONAL,
        refusals=(EndpointUnknown, EndpointIsDisabled),
    ),
    (views.EndpointReplay, "POST"): Operation(
        "replayEvents",
        Tag.WEBHOOKS,
        _("Replay events"),
        _("Sends everything after an event to this endpoint once more, in order."),
        (Answer(202, _("They are on their way."), ReplayDocument, "replay_answer"),),
        body=Body(ReplayRecord, {"replay": _("After an event")}),
        idempotency=Idempotency.OPTIONAL,
        refusals=(EndpointUnknown, EndpointIsDisabled, EventUnknown, ReplayTooLong),
    ),
    (views.EndpointDeliveries, "GET"): Operation(
        "listDeliveries",
        Tag.WEBHOOKS,
        _("List deliveries"),
        _("An endpoint's deliveries, newest first, with every try. `status=dead` lists those that were given up."),
        (
            Answer(
                200,
                _("A page of deliveries."),
                ListOf(DeliveryDocument),
                "delivery_list",
                (Header.ETAG, Header.LINK),
                {"delivery": Onward("readDelivery", {"delivery_id": "$response.body#/data/0/id"})},
            ),
        ),
        query=DeliveryListQuery,
        refusals=(EndpointUnknown,),
    ),
    (views.DeliveryDetail, "GET"): Operation(
        "readDelivery",
        Tag.WEBHOOKS,
        _("Read a delivery"),
        _("One event on its way to one endpoint, with every try."),
        (Answer(200, _("The delivery."), DeliveryDocument, "delivery_done", (Header.ETAG,), _DELIVERY_ONWARD),),
        refusals=(DeliveryUnknown,),
    ),
    (views.DeliveryAgain, "POST"): Operation(
        "redeliver",
        Tag.WEBHOOKS,
        _("Redeliver"),
        _("Sends one delivery once more, whether it was done or dead."),
        (_BEGUN,),
        idempotency=Idempotency.OPTIONAL,
        refusals=(DeliveryUnknown, DeliveryUnderWay, EndpointIsDisabled),
    ),
}
