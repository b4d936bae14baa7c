"""Rings: what the searches raised, with the proof; supervisors confirm and dismiss."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from apps.common.actors import Actor
from apps.common.errors import NotFound, Refusal
from apps.console.forms import row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, signed_in, supervisors_only
from apps.console.presenters.paging import page_asked, pager
from apps.console.presenters.queue_filters import choice_tabs, options
from apps.console.presenters.ring_rows import ring_figure, ring_page, ring_row
from apps.reviews.services.rings import ring_stake
from apps.rings.models import Ring, RingKind, RingStatus
from apps.rings.selectors.rings import RingFilter, ring_counts, ring_shown, rings_page
from apps.rings.services.decide import ring_confirm, ring_dismiss

ROWS = 50
LONGEST_REASON = 1000

Choice = TypeVar("Choice", RingStatus, RingKind)
Decide = Callable[[RingStatus, str, Actor, datetime], Ring]


@signed_in
@require_safe
def rings(request: HttpRequest) -> HttpResponse:
    """Show a page of rings, the newest first."""
    wanted = _wanted(request.GET)
    page = page_asked(request.GET, lambda cursor: rings_page(wanted, limit=ROWS, cursor=cursor))
    return render(
        request,
        "console/rings.html",
        {
            "rows": [ring_row(ring) for ring in page.rows],
            "tabs": choice_tabs(
                request.GET,
                RingStatus,
                name="rings",
                field="status",
                counts=ring_counts(wanted),
                chosen=wanted.status.value if wanted.status else "",
                everything=pgettext("rings", "All"),
            ),
            "kinds": options([(kind.value, str(kind.label)) for kind in RingKind], request.GET.get("kind", "")),
            "status": wanted.status.value if wanted.status else "",
            "is_filtered": wanted.kind is not None,
            "pager": pager("rings", request.GET, page.next_cursor),
        },
    )


@signed_in
@require_safe
def ring(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Show one ring with its proof, as it stood after the movement that is asked for."""
    return _show(request, ring_id)


@signed_in
@require_safe
def figure(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Show the picture of a ring for a page that has room for it, or only what is drawn when a step is asked for."""
    here, step = request.GET.get("here", "")[:128], row_number(request.GET.get("step", ""))
    drawn = ring_figure(ring_shown(ring_id), step=step, here=here)
    template = "console/pieces/ring_figure.html" if step is None else "console/pieces/ring_drawn.html"
    return render(request, template, {"figure": drawn, "here": here, "with_table": True})


@signed_in
@supervisors_only
@require_POST
def confirm(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Confirm a ring: held refunds of its members go back to review."""

    def decide(seen: RingStatus, reason: str, actor: Actor, now: datetime) -> Ring:
        return ring_confirm(ring_id, seen=seen, reason=reason, actor=actor, now=now)

    return _act(request, ring_id, decide, _("Confirmed. What its members have on hold goes back to review."))


@signed_in
@supervisors_only
@require_POST
def dismiss(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Dismiss a ring: it is not raised again."""

    def decide(seen: RingStatus, reason: str, actor: Actor, now: datetime) -> Ring:
        return ring_dismiss(ring_id, seen=seen, reason=reason, actor=actor, now=now)

    return _act(request, ring_id, decide, _("Dismissed. It is not raised again."))


def _act(request: HttpRequest, ring_id: str, decide: Decide, done: str) -> HttpResponse:
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    seen = _one_of(RingStatus, request.POST.get("seen", "")) or RingStatus.SUSPECTED
    try:
        decide(seen, reason, actor_of(request), timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, ring_id, notice=notice_of(refusal), typed=reason)
    messages.success(request, done)
    return redirect("console:ring", ring_id)


def _show(request: HttpRequest, ring_id: str, *, notice: Notice | None = None, typed: str = "") -> HttpResponse:
    found = ring_shown(ring_id)
    step = row_number(request.GET.get("step", ""))
    context = {"page": ring_page(found, ring_stake(found), step=step), "notice": notice, "typed_reason": typed}
    return render(request, "console/ring.html", context, status=notice.status if notice is not None else 200)


def _wanted(asked: QueryDict) -> RingFilter:
    return RingFilter(_one_of(RingStatus, asked.get("status", "")), _one_of(RingKind, asked.get("kind", "")))


def _one_of(choices: type[Choice], value: str) -> Choice | None:
    return choices(value) if value in choices.values else None
