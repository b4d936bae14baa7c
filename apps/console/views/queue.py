"""The queue: what waits, the nearest deadline first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.common.keysets import Page
from apps.console.permissions import person_of, signed_in
from apps.console.presenters.paging import Pager, page_asked, pager
from apps.console.presenters.queue_columns import column_choices, columns_of
from apps.console.presenters.queue_filters import address, filters, sort_options, tabs, wanted_from
from apps.console.presenters.queue_rows import queue_rows
from apps.console.views.sharing import bulk_choices
from apps.reviews.models import ReviewCase
from apps.reviews.selectors import (
    cases_arrived,
    cases_found,
    cases_listed,
    cases_page,
    queue_counts,
    saved_views,
)

ROWS = 50


@dataclass(frozen=True)
class Arrivals:
    """How many cases came since the list was drawn, and where to ask again."""

    count: int
    address: str
    reload: str


@signed_in
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show a page of the queue, or, when something is searched, the cases in any status that it names."""
    now = timezone.now()
    wanted = wanted_from(request.GET)
    if wanted.text:
        page: Page[ReviewCase] = Page(cases_found(wanted.text, limit=ROWS), None)
    else:
        page = page_asked(request.GET, lambda cursor: cases_page(wanted, now=now, limit=ROWS, cursor=cursor))
    counts = queue_counts(now=now)
    shown = tabs(counts, request.GET)
    return render(
        request,
        "console/queue.html",
        {
            "rows": queue_rows(page.rows, person=person_of(request), now=now),
            "tabs": shown,
            "are_more": any(tab.are_more for tab in shown if tab.is_current),
            "total": next((tab.count for tab in shown if tab.is_current), 0),
            "late": sum(each.late for each in counts if wanted.queue in ("", each.queue.slug)),
            "filters": filters(wanted),
            "sorts": sort_options(wanted),
            "tag": wanted.tag,
            "columns": columns_of(person_of(request)),
            "column_choices": column_choices(person_of(request)),
            "views": saved_views(person_of(request)),
            "here_query": _kept_query(request),
            "bulk": bulk_choices(person_of(request), counts),
            "search_text": wanted.text,
            "chosen_queue": wanted.queue,
            "is_filtered": bool(wanted.level or wanted.category or wanted.older_than or wanted.tag),
            "arrivals": Arrivals(0, _arrivals_address(request, now), ""),
            "pager": Pager("", "") if wanted.text else pager("queue", request.GET, page.next_cursor),
        },
    )


@signed_in
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """Say how many cases came since the list was drawn; the list itself stays as it is."""
    since = _moment(request.GET.get("since", ""))
    count = cases_arrived(wanted_from(request.GET), since=since, now=timezone.now())
    asked = request.GET.copy()
    asked.pop("since", None)
    asked.pop("shown", None)
    told = Arrivals(count, _arrivals_address(request, since), address(asked))
    shown = cases_listed().filter(pk__in=request.GET.getlist("shown")[:ROWS])
    rows = queue_rows(shown, person=person_of(request), now=timezone.now())
    return render(request, "console/queue.html#refreshed", {"arrivals": told, "rows": rows})


def _arrivals_address(request: HttpRequest, since: datetime) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    query.pop("shown", None)
    query["since"] = since.astimezone(UTC).isoformat()
    return f"{reverse('console:arrivals')}?{query.urlencode()}"


def _kept_query(request: HttpRequest) -> str:
    """Return what a view keeps of this address: everything but the place in the list."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return query.urlencode()


def _moment(text: str) -> datetime:
    """Read an instant from the address; anything else counts as now, so that nothing is announced."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return timezone.now()
    return at if at.tzinfo is not None else timezone.now()
