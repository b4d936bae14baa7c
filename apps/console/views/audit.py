"""The audit log, for supervisors."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.audit.models import Action
from apps.audit.selectors import AuditFilter, audit_page
from apps.console.forms import local_moment, row_number
from apps.console.permissions import may_lag, signed_in, supervisors_only
from apps.console.presenters.audit_rows import audit_row
from apps.console.presenters.paging import page_asked, pager
from apps.console.presenters.queue_filters import LONGEST_TEXT, options
from apps.refunds.selectors import references_of, refund_ids_named
from apps.staff.selectors import people

ROWS = 50


@signed_in
@supervisors_only
@require_safe
@may_lag
def audit(request: HttpRequest) -> HttpResponse:
    """Show a page of the log, the newest first, searched by person, action, refund and time."""
    asked = request.GET
    wanted = _wanted(asked)
    page = page_asked(request.GET, lambda cursor: audit_page(wanted, limit=ROWS, cursor=cursor))
    references = references_of(event.refund_id for event in page.rows if event.refund_id)
    person, action = asked.get("person", ""), asked.get("action", "")
    return render(
        request,
        "console/audit.html",
        {
            "rows": [audit_row(event, references) for event in page.rows],
            "people": options([(str(each.pk), str(each)) for each in people()], person),
            "actions": options(Action.choices, action),
            "wanted": {"refund": _refund(asked), "from": asked.get("from", ""), "to": asked.get("to", "")},
            "refusal": _refusal(asked),
            "is_filtered": wanted != AuditFilter(),
            "pager": pager("audit", asked, page.next_cursor),
        },
    )


def _refund(asked: QueryDict) -> str:
    return asked.get("refund", "").replace("\x00", "").strip()[:LONGEST_TEXT]


def _wanted(asked: QueryDict) -> AuditFilter:
    """Read the search; a refund that nobody knows matches nothing, other unknown values are left out."""
    action, refund = asked.get("action", ""), _refund(asked)
    return AuditFilter(
        person_id=row_number(asked.get("person", "")),
        action=action if action in Action.values else None,
        refund_ids=tuple(refund_ids_named(refund)) if refund else None,
        since=local_moment(asked.get("from", "")),
        until=local_moment(asked.get("to", "")),
    )


def _refusal(asked: QueryDict) -> str:
    unread = [name for name in ("from", "to") if asked.get(name) and local_moment(asked.get(name, "")) is None]
    return _("A time could not be read; write it as 2026-11-22T18:30.") if unread else ""
