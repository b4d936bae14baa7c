"""/events: what happened, in order."""

from django.http import HttpResponse

from apps.api.answers import list_answer
from apps.api.checking import checked_query
from apps.api.queries import EventListQuery
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView
from apps.clients.models import Scope
from apps.webhooks.documents import event_document
from apps.webhooks.selectors import events_after


class EventCollection(ApiView):
    """Events oldest first; a reader goes on after the last one that it got."""

    required_scopes = {"GET": Scope.EVENTS_READ}

    def get(self, request: ApiRequest) -> HttpResponse:
        wanted = checked_query(EventListQuery, request.query_params)
        page = events_after(
            client_id=request.client.pk,
            after=wanted.after,
            event_type=wanted.type.value if wanted.type else None,
            limit=wanted.limit,
            cursor=wanted.cursor,
        )
        return list_answer(request, page, event_document)
