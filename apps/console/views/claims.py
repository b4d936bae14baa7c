"""Claiming cases, keeping them while their page is open, giving them back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.common.errors import Conflict, Invalid, NotPermitted
from apps.console.forms import read_draft, row_number
from apps.console.notices import notice_of
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.case_assembly import case_page
from apps.console.presenters.queue_columns import columns_of
from apps.console.presenters.queue_rows import queue_rows
from apps.console.views.cases import is_partial, refused, show
from apps.reviews.case_file import case_file
from apps.reviews.errors import HandOverRefused, QueueEmpty
from apps.reviews.selectors import case_of, cases_held_by
from apps.reviews.services.claim import case_claim, case_claim_next, claim_release, claim_renew
from apps.reviews.services.pass_on import claim_hand_over, claim_take_over
from apps.reviews.services.work import case_viewed, draft_keep
from apps.staff.models import Person


@signed_in
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Show the cases that this person holds."""
    now = timezone.now()
    person = person_of(request)
    rows = queue_rows(cases_held_by(person, now=now), person=person, now=now)
    return render(request, "console/claims.html", {"rows": rows, "columns": columns_of(person)})


@signed_in
@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the most urgent case and open it."""
    return to_next(request)


def to_next(request: HttpRequest) -> HttpResponse:
    """Open the most urgent case, or the queue when nothing waits."""
    try:
        claim = case_claim_next(person_of(request), actor=actor_of(request), now=timezone.now())
    except QueueEmpty:
        messages.info(request, _("No case is waiting that you may take."))
        return go(request, reverse("console:queue"))
    return go(request, reverse("console:case", args=[claim.case_id]))


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Send the whole page there, also when only a region of it asked."""
    if is_partial(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


@signed_in
@require_POST
def claim(request: HttpRequest, case_id: str) -> HttpResponse:
    """Claim this case and open it; 409 with the case as it is when somebody was first."""
    try:
        case_claim(case_id, person_of(request), actor=actor_of(request), now=timezone.now())
    except (Conflict, NotPermitted) as refusal:
        notice = notice_of(refusal)
        return show(request, case_file(case_id), region="work", status=notice.status, notice=notice)
    return go(request, reverse("console:case", args=[case_id]))


@signed_in
@require_POST
def renew(request: HttpRequest, case_id: str) -> HttpResponse:
    """Prolong the lease of the open page; 409 with a word of warning when it is lost."""
    try:
        claim_renew(case_id, person_of(request), token=token_of(request), now=timezone.now())
    except Conflict as refusal:
        # The form stays on the page: what was typed is not lost, and the next decision is refused anyway.
        return render(request, "console/case.html#lease_lost", {"notice": notice_of(refusal)}, status=409)
    page = case_page(case_file(case_id), person=person_of(request), now=timezone.now())
    return render(request, "console/case.html#lease", {"page": page})


@signed_in
@require_POST
def take_over(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take the case from the one who holds it, and open it."""
    try:
        claim_take_over(case_id, person_of(request), actor=actor_of(request), now=timezone.now())
    except (Conflict, NotPermitted) as refusal:
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    return go(request, reverse("console:case", args=[case_id]))


@signed_in
@require_POST
def hand_over(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the case to a named colleague, with a note."""
    to = Person.objects.filter(pk=row_number(request.POST.get("to", "")) or 0).first()
    note = request.POST.get("note", "")[:4000]
    try:
        if to is None:
            raise HandOverRefused(pointer="/to")
        claim_hand_over(
            case_id,
            to=to,
            note=note,
            person=person_of(request),
            token=token_of(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except (Conflict, Invalid) as refusal:
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    messages.success(request, _("%(name)s has the case now and was told.") % {"name": to})
    return go(request, reverse("console:queue"))


@signed_in
@require_POST
def viewing(request: HttpRequest, case_id: str) -> HttpResponse:
    """Note that this person has the case open, and say who else has."""
    others = case_viewed(case_of(case_id).pk, person_of(request), now=timezone.now())
    return render(request, "console/case.html#viewers", {"viewers": others, "case_id": case_id})


@signed_in
@require_POST
def draft(request: HttpRequest, case_id: str) -> HttpResponse:
    """Keep what is filled in so far."""
    fields = read_draft(request.POST)
    if fields is None:
        return HttpResponse(status=413)
    draft_keep(case_of(case_id).pk, person_of(request), fields, now=timezone.now())
    return HttpResponse(status=204)


@signed_in
@require_POST
def give_back(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the case back to its queue."""
    token = token_of(request)
    try:
        claim_release(case_id, person_of(request), token=token, actor=actor_of(request), now=timezone.now())
    except Conflict as refusal:
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    messages.success(request, _("The case is back in its queue."))
    return go(request, reverse("console:queue"))


def token_of(request: HttpRequest) -> int:
    """Return the fencing token that the page carries, 0 when it carries none."""
    return row_number(request.POST.get("token", "")) or 0
