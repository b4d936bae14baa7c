"""Working calendars, and how long the cases of each queue may take."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.common.errors import Invalid
from apps.console import wording
from apps.console.forms import row_number
from apps.console.permissions import actor_of, person_of, signed_in, supervisors_only
from apps.console.presenters.queue_filters import Option
from apps.reviews.errors import CalendarUnfit
from apps.reviews.models import WorkCalendar
from apps.reviews.selectors import calendar_written, calendars
from apps.reviews.services.deadlines import (
    CalendarDraft,
    Moved,
    StepDraft,
    calendar_save,
    queue_steps_save,
    queue_times_save,
)
from apps.risk.models import RiskLevel

# China first: most who use this work there.
COUNTRIES = ["", "CN", "HK", "TW", "SG", "JP", "KR", "US", "GB", "DE", "FR"]
SHOWN_DAYS = 14
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})\s+(off|worked)\b\s*(.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class DayRow:
    """One day of the next two weeks, with its shifts."""

    day: date
    label: str
    shifts: str


@dataclass(frozen=True)
class ShiftField:
    """One weekday of the form."""

    name: str
    label: str | Promise
    value: str


@signed_in
@supervisors_only
@require_safe
def calendars_list(request: HttpRequest) -> HttpResponse:
    """Show all calendars, and the queues that go by them."""
    return render(request, "console/calendars.html", {"rows": calendars()})


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    """Show one calendar with its next days, or write it."""
    found = WorkCalendar.objects.prefetch_related("days", "queues").filter(pk=calendar_id or 0).first()
    if calendar_id is not None and found is None:
        raise Http404
    if request.method != "POST":
        return _show(request, found, _fields(found))
    fields = _posted(request)
    try:
        draft = CalendarDraft(
            name=fields["name"],
            time_zone=fields["time_zone"],
            country=fields["country"],
            shifts=fields["shifts"],
            days=_days(fields["days"]),
        )
        saved, moved = calendar_save(
            draft, calendar_id=calendar_id, person=person_of(request), actor=actor_of(request), now=timezone.now()
        )
    except Invalid as refusal:
        return _show(request, found, fields, error=refusal.detail, status=422)
    tell_moved(request, moved)
    return redirect("console:calendar", saved.pk)


@signed_in
@supervisors_only
@require_POST
def queue_times(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how long the cases of a queue may take."""
    by_level = {level: row_number(request.POST.get(f"minutes-{level}", "")) for level in RiskLevel.values}
    try:
        moved = queue_times_save(
            slug,
            minutes=row_number(request.POST.get("minutes", "")) or 0,
            by_level={level: value for level, value in by_level.items() if value is not None},
            calendar_id=row_number(request.POST.get("calendar", "")),
            person=person_of(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Invalid as refusal:
        messages.warning(request, refusal.detail)
    else:
        tell_moved(request, moved)
    return redirect("console:queues")


@signed_in
@supervisors_only
@require_POST
def queue_steps(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what happens on the way to the deadlines of a queue, and at their end."""
    rows = zip(
        request.POST.getlist("share"), request.POST.getlist("do"), request.POST.getlist("to-queue"), strict=False
    )
    try:
        queue_steps_save(
            slug,
            # A row without an action is none.
            [StepDraft(row_number(share) or 0, do, queue) for share, do, queue in rows if do],
            at_end=request.POST.get("at_end", ""),
            end_hold_minutes=row_number(request.POST.get("end_hold_minutes", "")) or 0,
            person=person_of(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Invalid as refusal:
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, _("Steps saved; open cases follow them from now on."))
    return redirect("console:queues")


def tell_moved(request: HttpRequest, moved: list[Moved]) -> None:
    """Say which deadlines a change moved."""
    if not moved:
        messages.success(request, _("Saved. No open deadline moved."))
        return
    words = ngettext("Saved. %(count)s deadline moved:", "Saved. %(count)s deadlines moved:", len(moved))
    first = "; ".join(
        f"{one.reference} {wording.written_moment(timezone.localtime(one.before))} →"
        f" {wording.written_moment(timezone.localtime(one.after))}"
        for one in moved[:3]
    )
    more = " …" if len(moved) > 3 else ""
    messages.success(request, f"{words % {'count': len(moved)}} {first}{more}")


def _posted(request: HttpRequest) -> dict[str, Any]:
    posted = request.POST
    return {
        "name": posted.get("name", "")[:200],
        "time_zone": posted.get("time_zone", "")[:64],
        "country": posted.get("country", "")[:2],
        "shifts": [posted.get(f"shifts-{day}", "")[:200] for day in range(7)],
        "days": posted.get("days", "")[:20_000],
    }


def _fields(found: WorkCalendar | None) -> dict[str, Any]:
    if found is None:
        usual = ["09:00-18:00"] * 5 + ["", ""]
        return {"name": "", "time_zone": "Asia/Shanghai", "country": "CN", "shifts": usual, "days": ""}
    return {
        "name": found.name,
        "time_zone": found.time_zone,
        "country": found.country,
        "shifts": [", ".join(_span(begin, end) for begin, end in day) for day in found.shifts],
        "days": "\n".join(
            f"{day.day} {'worked' if day.is_worked else 'off'} {day.note}".rstrip() for day in found.days.all()
        ),
    }


def _show(
    request: HttpRequest, found: WorkCalendar | None, fields: dict[str, Any], *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "calendar": found,
        "fields": fields,
        "error": error,
        "week": [ShiftField(f"shifts-{day}", WEEKDAYS[day], fields["shifts"][day]) for day in range(7)],
        "zones": [Option(name, name, name == fields["time_zone"]) for name in sorted(available_timezones())],
        "countries": [Option(code, code or _("none"), code == fields["country"]) for code in COUNTRIES],
        "next_days": _next_days(found) if found is not None else [],
    }
    return render(request, "console/calendar.html", context, status=status)


def _next_days(found: WorkCalendar) -> list[DayRow]:
    """Write out the next two weeks, so that one sees what the calendar makes of holidays."""
    written = calendar_written(found)
    today = timezone.now().astimezone(ZoneInfo(found.time_zone)).date()
    rows = []
    for day in (today + timedelta(days=number) for number in range(SHOWN_DAYS)):
        noon = datetime.combine(day, datetime.min.time().replace(hour=12))
        label = f"{WEEKDAYS[day.weekday()]}, {wording.written_moment(noon.replace(tzinfo=ZoneInfo('UTC')), 'day')}"
        rows.append(DayRow(day, label, ", ".join(_span(begin, end) for begin, end in written.shifts_on(day))))
    return rows


def _span(begin: int, end: int) -> str:
    return f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"


def _days(text: str) -> list[tuple[date, bool, str]]:
    """Read single days, one a line. Raises CalendarUnfit."""
    days = []
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        found = _DAY.match(line)
        try:
            day = date.fromisoformat(found[1]) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise CalendarUnfit(pointer="/days", why="days", text=line[:60])
        days.append((day, found[2].lower() == "worked", found[3].strip()))
    return days
