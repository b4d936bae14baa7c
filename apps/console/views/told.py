"""What the person was told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.console.forms import row_number
from apps.console.permissions import person_of, signed_in
from apps.console.presenters.paging import page_asked, pager
from apps.console.presenters.told_rows import told_row
from apps.notifications.selectors import MOST_COUNTED, notices_of, unread_count
from apps.notifications.services.tell import notices_read

ROWS = 50


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show a page of what the person was told, the newest first."""
    person = person_of(request)
    page = page_asked(request.GET, lambda cursor: notices_of(person, limit=ROWS, cursor=cursor))
    context = {"rows": [told_row(each) for each in page.rows], "pager": pager("notices", request.GET, page.next_cursor)}
    return render(request, "console/notices.html", context)


@signed_in
@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """Show the inside of the bell: how much the person has not read."""
    count = unread_count(person_of(request))
    return render(request, "console/pieces/bell.html", {"unread": count, "most": MOST_COUNTED})


@signed_in
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one of them, or all, as read."""
    notices_read(person_of(request), now=timezone.now(), notice_id=row_number(request.POST.get("notice", "")))
    return redirect("console:notices")
