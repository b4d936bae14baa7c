"""Approved money that waits, and payouts that failed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.common.actors import Actor
from apps.common.errors import Refusal
from apps.console import wording
from apps.console.forms import local_moment, row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.hold_calendar import calendar, last_day
from apps.console.presenters.hold_rows import failed_row, held_sum, hold_row
from apps.console.presenters.paging import Pager, pager
from apps.console.views.sharing import do_each
from apps.payouts.errors import ReleaseOutOfBounds
from apps.payouts.selectors import held_by_day, held_totals, holds_page, payouts_failed
from apps.payouts.services.hold import hold_extend, hold_release_early
from apps.payouts.services.payout import payout_retry
from apps.reviews.services.recall import hold_recall_to_review

ROWS = 50
FAILED_AT_MOST = 50
LONGEST_REASON = 1000


@signed_in
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Show what is held, the next release first, and what could not be paid."""
    return _show(request)


@signed_in
@require_POST
def release(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Release the money early; somebody other than who placed the hold."""
    return _act(
        request,
        lambda reason, actor, now: hold_release_early(hold_id, reason=reason, actor=actor, now=now),
        _("Released. The client is told to pay."),
    )


@signed_in
@require_POST
def extend(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Let the money wait longer."""
    release_at = local_moment(request.POST.get("release_at", ""))

    def service(reason: str, actor: Actor, now: datetime) -> None:
        hold_extend(hold_id, release_at=release_at or now, reason=reason, actor=actor, now=now)

    return _act(request, service, _("The hold is extended."))


@signed_in
@require_POST
def recall(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Take the money back to review."""

    def service(reason: str, actor: Actor, now: datetime) -> None:
        hold_recall_to_review(hold_id, reason=reason, actor=actor, now=now)

    return _act(request, service, _("Recalled. A new case is in the queue."))


@signed_in
@require_POST
def pay_again(request: HttpRequest, refund_id: str) -> HttpResponse:
    """Ask the client to pay a refund again."""
    return _act(
        request,
        lambda reason, actor, now: payout_retry(refund_id, reason=reason, actor=actor, now=now),
        _("The client is asked to pay again."),
    )


def _act(request: HttpRequest, service: Callable[[str, Actor, datetime], None], done: str) -> HttpResponse:
    """Call the service and go back to the list; a refusal shows the list again with what stood in the way."""
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        service(reason, actor_of(request), timezone.now())
    except ReleaseOutOfBounds:
        notice = Notice(
            _("Time out of bounds"), _("Choose a later time, within the bound shown in the form."), "error", 422
        )
        return _show(request, notice)
    except Refusal as refusal:
        return _show(request, notice_of(refusal))
    messages.success(request, done)
    return redirect("console:holds")


@signed_in
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Release, extend or recall each chosen hold, with one reason; what is refused is said."""
    reason, actor, now = request.POST.get("reason", "")[:LONGEST_REASON], actor_of(request), timezone.now()
    release_at = local_moment(request.POST.get("release_at", ""))
    works: dict[str, Callable[[int], object]] = {
        "release": lambda hold_id: hold_release_early(hold_id, reason=reason, actor=actor, now=now),
        "extend": lambda hold_id: hold_extend(
            hold_id, release_at=release_at or now, reason=reason, actor=actor, now=now
        ),
        "recall": lambda hold_id: hold_recall_to_review(hold_id, reason=reason, actor=actor, now=now),
    }
    work = works.get(request.POST.get("do", ""))
    chosen = [number for text in request.POST.getlist("hold")[:ROWS] if (number := row_number(text)) is not None]
    if work is None or not chosen:
        messages.warning(request, _("Choose holds, and what to do with them."))
        return redirect("console:holds")
    done, refused = do_each(dict.fromkeys(chosen), work)
    if done:
        messages.success(request, ngettext("%(count)s hold done.", "%(count)s holds done.", done) % {"count": done})
    for why, count in refused.items():
        words = ngettext("%(count)s hold not: %(why)s", "%(count)s holds not: %(why)s", count)
        messages.warning(request, words % {"count": count, "why": why})
    return redirect("console:holds")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _show(request: HttpRequest, notice: Notice | None = None) -> HttpResponse:
    now = timezone.now()
    person = person_of(request)
    today, day = timezone.localdate(now), _day(request.GET.get("day", ""))
    since, until = (None, None) if day is None else (_midnight(day), _midnight(day + timedelta(days=1)))
    if day == today:
        # What is due from before is released first thing.
        since = None
    page = holds_page(limit=ROWS, cursor=request.GET.get("cursor") or None, since=since, until=until)
    held = held_by_day(until=_midnight(last_day(today)), zone=timezone.get_current_timezone())
    return render(
        request,
        "console/holds.html",
        {
            "rows": [hold_row(hold, person=person, now=now) for hold in page.rows],
            "calendar": calendar(held, today=today, chosen=day, asked=request.GET),
            "day": day,
            "least_release": wording.local_input(now + timedelta(minutes=1)),
            "sums": [held_sum(total) for total in held_totals()],
            "failed": [failed_row(refund) for refund in payouts_failed()[:FAILED_AT_MOST]],
            "pager": pager("holds", request.GET, page.next_cursor) if request.method != "POST" else Pager("", ""),
            "notice": notice,
            "typed_reason": request.POST.get("reason", "") if notice is not None else "",
        },
        status=notice.status if notice is not None else 200,
    )
