"""Webhooks, for supervisors: endpoints, one endpoint with its deliveries, one delivery with its tries."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.console.forms import row_number
from apps.console.notices import Notice
from apps.console.permissions import signed_in, supervisors_only
from apps.console.presenters.paging import Pager, page_asked, pager
from apps.console.presenters.queue_filters import choice_tabs, options
from apps.console.presenters.webhook_deliveries import delivery_row, delivery_rows, delivery_tabs, wanted_deliveries
from apps.console.presenters.webhook_rows import endpoint_row, hour_bars
from apps.refunds.selectors import references_of
from apps.webhooks.models import EndpointStatus
from apps.webhooks.overviews import (
    EndpointFilter,
    clients_with_endpoints,
    deliveries_page,
    delivery_shown,
    endpoint_counts,
    endpoint_shown,
    endpoints_page,
    hours_of,
    overviews_of,
)

ROWS = 50
CLIENTS_OFFERED = 200


@signed_in
@supervisors_only
@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """Show a page of all clients' endpoints, the newest first."""
    now = timezone.now()
    wanted = _wanted(request.GET)
    page = page_asked(request.GET, lambda cursor: endpoints_page(wanted, limit=ROWS, cursor=cursor))
    overviews = overviews_of(page.rows, now=now)
    clients = [(str(client.pk), client.name) for client in clients_with_endpoints(most=CLIENTS_OFFERED)]
    return render(
        request,
        "console/webhooks.html",
        {
            "rows": [endpoint_row(endpoint, overviews[endpoint.pk], now=now) for endpoint in page.rows],
            "tabs": choice_tabs(
                request.GET,
                EndpointStatus,
                name="webhooks",
                field="status",
                counts=endpoint_counts(wanted.client_id),
                chosen=wanted.status.value if wanted.status else "",
                everything=_("All"),
            ),
            "clients": options(clients, request.GET.get("client", "")),
            "status": wanted.status.value if wanted.status else "",
            "is_filtered": wanted.client_id is not None,
            "pager": pager("webhooks", request.GET, page.next_cursor),
        },
    )


@signed_in
@supervisors_only
@require_safe
def endpoint(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Show one endpoint with a page of its deliveries."""
    return show_endpoint(request, endpoint_id)


@signed_in
@supervisors_only
@require_safe
def delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """Show one delivery with all its tries."""
    return show_delivery(request, delivery_id)


def show_endpoint(request: HttpRequest, endpoint_id: str, notice: Notice | None = None) -> HttpResponse:
    """Return the page of an endpoint, with what stood in the way of something. Raises EndpointUnknown."""
    now = timezone.now()
    shown = endpoint_shown(endpoint_id)
    asked = request.GET
    wanted = wanted_deliveries(asked)
    page = page_asked(request.GET, lambda cursor: deliveries_page(shown, wanted, limit=ROWS, cursor=cursor))
    context = {
        "row": endpoint_row(shown, overviews_of([shown], now=now)[shown.pk], now=now),
        "bars": hour_bars(hours_of(shown, now=now), now=now),
        "deliveries": delivery_rows(page.rows, references_of(each.subject_id for each in page.rows), now=now),
        "tabs": delivery_tabs(shown.pk, asked),
        "pager": _deliveries_pager(asked, page.next_cursor),
        "notice": notice,
        "typed": request.POST if notice is not None else {},
    }
    return render(request, "console/webhook.html", context, status=notice.status if notice is not None else 200)


def show_delivery(request: HttpRequest, delivery_id: str, notice: Notice | None = None) -> HttpResponse:
    """Return the page of a delivery, with what stood in the way of something. Raises DeliveryUnknown."""
    now = timezone.now()
    shown = delivery_shown(delivery_id)
    context = {
        "row": delivery_row(shown, references_of([shown.subject_id]), now=now),
        "endpoint": shown.endpoint,
        "is_enabled": shown.endpoint.status == EndpointStatus.ENABLED,
        "notice": notice,
    }
    status = notice.status if notice is not None else 200
    return render(request, "console/webhook_delivery.html", context, status=status)


def _wanted(asked: QueryDict) -> EndpointFilter:
    """Read the filter; what it does not know it leaves out."""
    status = asked.get("status", "")
    return EndpointFilter(
        client_id=row_number(asked.get("client", "")),
        status=EndpointStatus(status) if status in EndpointStatus.values else None,
    )


def _deliveries_pager(asked: QueryDict, next_cursor: str | None) -> Pager:
    """Return addresses beside the page itself, which is the same with other parameters."""
    kept = asked.copy()
    kept.pop("cursor", None)
    first = f"?{kept.urlencode()}" if asked.get("cursor") else ""
    if next_cursor is None:
        return Pager(first, "")
    kept["cursor"] = next_cursor
    return Pager(first, f"?{kept.urlencode()}")
