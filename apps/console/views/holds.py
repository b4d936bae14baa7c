"""Approved money that waits, and payouts that failed."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.common.actors import Actor
from apps.common.errors import Refusal
from apps.console.forms import local_moment
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.hold_rows import failed_row, held_sum, hold_row
from apps.console.presenters.paging import Pager, pager
from apps.payouts.errors import ReleaseOutOfBounds
from apps.payouts.selectors import held_totals, holds_page, payouts_failed
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


def _show(request: HttpRequest, notice: Notice | None = None) -> HttpResponse:
    now = timezone.now()
    person = person_of(request)
    page = holds_page(limit=ROWS, cursor=request.GET.get("cursor") or None)
    return render(
        request,
        "console/holds.html",
        {
            "rows": [hold_row(hold, person=person, now=now) for hold in page.rows],
            "sums": [held_sum(total) for total in held_totals()],
            "failed": [failed_row(refund) for refund in payouts_failed()[:FAILED_AT_MOST]],
            "pager": pager("holds", request.GET, page.next_cursor) if request.method != "POST" else Pager("", ""),
            "notice": notice,
            "typed_reason": request.POST.get("reason", "") if notice is not None else "",
        },
        status=notice.status if notice is not None else 200,
    )
