"""/events."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Header, ListOf, Onward, Operation
from apps.api.openapi.tags import Tag
from apps.api.queries import EventListQuery
from apps.api.views.events import EventCollection
from apps.webhooks.documents import EventDocument
from apps.webhooks.errors import EventUnknown

OPERATIONS = {
    (EventCollection, "GET"): Operation(
        "listEvents",
        Tag.EVENTS,
        _("List events"),
        _(
            "Oldest first, kept for at least 30 days. Remember the id of the last event that you have dealt with and "
            "go on `after` it: no event is left out and none comes twice. Within a refund `sequence` counts up by one."
        ),
        (
            Answer(
                200,
                _("A page of events."),
                ListOf(EventDocument),
                "event_list",
                (Header.ETAG, Header.LINK),
                {
                    "next": Onward("listEvents", {"query.after": "$response.body#/data/0/id"}),
                    "refund": Onward("readRefund", {"refund_id": "$response.body#/data/0/data/refund/id"}),
                },
            ),
        ),
        query=EventListQuery,
        refusals=(EventUnknown,),
    ),
}
