"""/webhook-endpoints and /deliveries: where events go, and how they fared."""

from django.http import HttpResponse
from django.urls import reverse

from apps.api.answers import answer, empty_answer, list_answer, read_answer
from apps.api.checking import ListQuery, checked, checked_query
from apps.api.queries import DeliveryListQuery
from apps.api.records import EndpointChangeRecord, EndpointRecord, ReplayRecord
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView, idempotent
from apps.clients.models import Scope
from apps.common.keysets import page_by_id
from apps.webhooks.documents import ReplayDocument, delivery_document, endpoint_document
from apps.webhooks.models import WebhookDelivery
from apps.webhooks.selectors import deliveries_of, delivery_of, endpoint_of, endpoints_of
from apps.webhooks.services.endpoints import endpoint_change, endpoint_create, endpoint_remove
from apps.webhooks.services.replay import ReplayRange, deliveries_replay, delivery_redeliver, endpoint_test
from apps.webhooks.services.secrets import secret_rotate


class _WebhookView(ApiView):
    required_scopes = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), Scope.WEBHOOKS_MANAGE)


class EndpointCollection(_WebhookView):
    """Making endpoints, and listing them newest first."""

    def get(self, request: ApiRequest) -> HttpResponse:
        wanted = checked_query(ListQuery, request.query_params)
        page = page_by_id(endpoints_of(request.client.pk), limit=wanted.limit, cursor=wanted.cursor)
        return list_answer(request, page, endpoint_document)

    @idempotent(required=True)
    def post(self, request: ApiRequest) -> HttpResponse:
        record = checked(EndpointRecord, request.data)
        endpoint, secret = endpoint_create(
            client_id=request.client.pk,
            url=record.url,
            description=record.description,
            event_types=[kind.value for kind in record.event_types],
            actor=request.actor,
            now=request.now,
        )
        return answer(
            endpoint_document(endpoint, secret=secret),
            status=201,
            version=endpoint.version,
            headers={"Location": reverse("api:webhook-endpoint", args=[endpoint.pk])},
        )


class EndpointDetail(_WebhookView):
    """One endpoint: read, changed, removed."""

    def get(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        endpoint = endpoint_of(endpoint_id, client_id=request.client.pk)
        return read_answer(request, endpoint_document(endpoint), version=endpoint.version)

    def patch(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        record = checked(EndpointChangeRecord, request.data)
        endpoint = endpoint_change(
            endpoint_id, client_id=request.client.pk, changes=record.changes, actor=request.actor, now=request.now
        )
        return answer(endpoint_document(endpoint), version=endpoint.version)

    def delete(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        endpoint_remove(endpoint_id, client_id=request.client.pk, actor=request.actor, now=request.now)
        return empty_answer()


class EndpointSecret(_WebhookView):
    """A new secret, shown this once; for a while the one before signs as well."""

    @idempotent()
    def post(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        endpoint, secret = secret_rotate(endpoint_id, client_id=request.client.pk, actor=request.actor, now=request.now)
        return answer(endpoint_document(endpoint, secret=secret), version=endpoint.version)


class EndpointPing(_WebhookView):
    """A ping to this endpoint alone."""

    @idempotent()
    def post(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        return _begun(endpoint_test(endpoint_id, client_id=request.client.pk, actor=request.actor, now=request.now))


class EndpointReplay(_WebhookView):
    """Everything after an event once more."""

    @idempotent()
    def post(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        record = checked(ReplayRecord, request.data)
        replayed = deliveries_replay(
            endpoint_id,
            client_id=request.client.pk,
            wanted=ReplayRange(after=record.after),
            actor=request.actor,
            now=request.now,
        )
        document: ReplayDocument = {"replayed": replayed}
        return answer(document, status=202)


class EndpointDeliveries(_WebhookView):
    """An endpoint's deliveries, newest first."""

    def get(self, request: ApiRequest, endpoint_id: str) -> HttpResponse:
        wanted = checked_query(DeliveryListQuery, request.query_params)
        endpoint = endpoint_of(endpoint_id, client_id=request.client.pk)
        page = page_by_id(deliveries_of(endpoint, status=wanted.status), limit=wanted.limit, cursor=wanted.cursor)
        return list_answer(request, page, delivery_document)


class DeliveryDetail(_WebhookView):
    """One delivery with every try."""

    def get(self, request: ApiRequest, delivery_id: str) -> HttpResponse:
        delivery = delivery_of(delivery_id, client_id=request.client.pk)
        return read_answer(request, delivery_document(delivery))


class DeliveryAgain(_WebhookView):
    """One delivery once more."""

    @idempotent()
    def post(self, request: ApiRequest, delivery_id: str) -> HttpResponse:
        return _begun(
            delivery_redeliver(delivery_id, client_id=request.client.pk, actor=request.actor, now=request.now)
        )


def _begun(delivery: WebhookDelivery) -> HttpResponse:
    """Answer that the sender has it now, and where to see how it fares."""
    headers = {"Location": reverse("api:delivery", args=[delivery.pk])}
    return answer(delivery_document(delivery), status=202, headers=headers)
