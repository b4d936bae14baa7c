"""Backtests, for supervisors: the list with a form, one with its progress and findings, and those as a file."""

import csv
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.clients.models import ApiClient
from apps.common.errors import NotFound, Refusal
from apps.console.forms import row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, signed_in, supervisors_only
from apps.console.presenters.backtest_rows import backtest_row
from apps.console.presenters.backtest_tables import tables
from apps.console.presenters.policy_rows import version_name
from apps.console.presenters.queue_filters import options
from apps.risk.selectors.policies import version_of, versions_newest
from apps.trials.selectors import backtest_of, backtests_newest
from apps.trials.services.backtest import backtest_cancel, backtest_start, shadow_start
from apps.trials.tally import tally_from

ROWS = 50
VERSIONS_OFFERED = 50
CLIENTS_OFFERED = 200
_PAGE = "console/backtest.html"


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def backtests(request: HttpRequest) -> HttpResponse:
    """Show the newest backtests, and start another."""
    if request.method != "POST":
        return _show_all(request)
    if "shadow" in request.POST:
        return _start_shadow(request)
    since, until = _day(request.POST, "from"), _day(request.POST, "to")
    if since is None or until is None or since >= until:
        notice = Notice(_("No period"), _("Say the first day, and a later day before which it ends."), "error", 422)
        return _show_all(request, notice)
    try:
        started = backtest_start(
            version_of(request.POST.get("version", "")),
            since=since,
            until=until,
            client=_client(request.POST),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show_all(request, notice_of(refusal))
    return redirect("console:backtest", started.pk)


def _start_shadow(request: HttpRequest) -> HttpResponse:
    try:
        version = version_of(request.POST.get("version", ""))
        started = shadow_start(version, actor=actor_of(request), now=timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show_all(request, notice_of(refusal))
    return redirect("console:backtest", started.pk)


@signed_in
@supervisors_only
@require_safe
def backtest(request: HttpRequest, backtest_id: str) -> HttpResponse:
    """Show one backtest; while it runs the page asks for its own region again and again."""
    found = backtest_of(backtest_id)
    tally = tally_from(found.tally)
    is_region = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    template = f"{_PAGE}#backtest" if is_region else _PAGE
    return render(request, template, {"row": backtest_row(found, tally), "tables": tables(tally)})


@signed_in
@supervisors_only
@require_POST
def cancel(request: HttpRequest, backtest_id: str) -> HttpResponse:
    """Stop one."""
    try:
        backtest_cancel(backtest_id, actor=actor_of(request), now=timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
    return redirect("console:backtest", backtest_id)


@signed_in
@supervisors_only
@require_safe
def export(request: HttpRequest, backtest_id: str) -> HttpResponse:
    """Give the findings away as CSV: the title of the table, the row, and its figures."""
    found = backtest_of(backtest_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.csv"'
    # The mark by which spreadsheets know UTF-8.
    response.write("\ufeff")
    writer = csv.writer(response)
    for table in tables(tally_from(found.tally)):
        writer.writerow([table.title, *table.columns])
        writer.writerows([table.title, _plain(row.name), *row.cells] for row in table.rows)
    return response


def _show_all(request: HttpRequest, notice: Notice | None = None) -> HttpResponse:
    typed = request.POST
    versions = versions_newest(VERSIONS_OFFERED)
    clients = ApiClient.objects.order_by("name")[:CLIENTS_OFFERED]
    context = {
        "rows": [backtest_row(each, tally_from(each.tally)) for each in backtests_newest(ROWS)],
        "versions": options([(each.pk, version_name(each)) for each in versions], typed.get("version", "")),
        "clients": options([(str(each.pk), each.name) for each in clients], typed.get("client", "")),
        "typed": {"since": typed.get("from", ""), "until": typed.get("to", "")},
        "notice": notice,
    }
    return render(request, "console/backtests.html", context, status=notice.status if notice is not None else 200)


def _day(posted: QueryDict, name: str) -> datetime | None:
    """Return the beginning of a day in the person's time zone."""
    try:
        day = parse_date(posted.get(name, ""))
    except ValueError:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day is not None else None  # noqa: DTZ001 (made aware)


def _client(posted: QueryDict) -> ApiClient | None:
    number = row_number(posted.get("client", ""))
    return ApiClient.objects.filter(pk=number).first() if number is not None else None


def _plain(name: str) -> str:
    """Keep a spreadsheet from taking what a client named a shop for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name
