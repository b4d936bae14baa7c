"""The case on one screen."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.attachments.content import checked_uploads
from apps.attachments.errors import AttachmentsExhausted, StorageFull, StorageUnavailable
from apps.attachments.limits import limits
from apps.attachments.media_types import MediaType
from apps.attachments.services.keep import files_keep
from apps.common.errors import Invalid
from apps.console.forms import INFORMATION, Errors, draft_posted
from apps.console.notices import Notice
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.case_assembly import case_page
from apps.console.presenters.decision_form import decision_form, typed_texts
from apps.console.presenters.linked_rows import alike_panel, linked_rows
from apps.console.presenters.past import timeline
from apps.console.presenters.ring_rows import ring_row
from apps.console.presenters.since import since
from apps.refunds.lifecycle import UNDECIDED, Status
from apps.refunds.selectors import refund_submitted
from apps.reviews.case_file import CaseFile, case_file, refund_file
from apps.reviews.errors import NoteEmpty
from apps.reviews.linked import alike_cases, linked_cases
from apps.reviews.models import InformationItem, ReportSource, ReviewCase
from apps.reviews.selectors import draft_kept, people_for
from apps.reviews.services.note import note_add
from apps.reviews.services.report import account_report
from apps.rings.selectors.rings import rings_of_parties
from apps.risk.services.review import refund_changes
from apps.staff.models import Person

TEMPLATE = "console/case.html"
RINGS_SHOWN = 5
LINKED_SHOWN = 6


@signed_in
@require_safe
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the case, or only the timeline when another span of it is asked for."""
    return show(request, case_file(case_id), region="timeline" if is_partial(request) else "")


@signed_in
@require_safe
def refund(request: HttpRequest, refund_id: str) -> HttpResponse:
    """Show a refund under its newest case, or the evidence alone when it never came to a person."""
    file = refund_file(refund_id)
    if file.case is not None:
        return redirect("console:case", file.case.pk)
    return show(request, file)


@signed_in
@require_POST
def add_note(request: HttpRequest, case_id: str) -> HttpResponse:
    """Add a note for colleagues, with files."""
    text = request.POST.get("text", "")[:4000]
    person, actor, now = person_of(request), actor_of(request), timezone.now()
    try:
        if not text.strip():
            raise NoteEmpty(pointer="/text")
        files = files_keep(checked_uploads(request.FILES.getlist("files"), limits(), pointer="/files"))
        note_add(case_id, text=text, author=person, actor=actor, now=now, files=files)
    except (Invalid, AttachmentsExhausted, StorageFull, StorageUnavailable) as refusal:
        told = {"note_error": refusal.detail, "note_text": text}
        return show(request, case_file(case_id), region="notes", status=422, told=told)
    if not is_partial(request):
        return redirect("console:case", case_id)
    return show(request, case_file(case_id), region="notes")


@signed_in
@require_POST
def report(request: HttpRequest, refund_id: str) -> HttpResponse:
    """Write down an adverse report about the account that asks for a refund."""
    try:
        account_report(
            refund_submitted(refund_id),
            source=request.POST.get("source", ""),
            text=request.POST.get("text", ""),
            person=person_of(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Invalid as refusal:
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, _("Report kept; held payouts of this account come back to review within seconds."))
    return redirect("console:refund", refund_id)


def is_partial(request: HttpRequest) -> bool:
    """Tell whether the page asks for one of its regions, as opposed to a whole page."""
    return request.headers.get("HX-Request") == "true"


def _asked_for(request: HttpRequest) -> QueryDict | None:
    """Return the decision form as a link of the verification panel fills it: ask the customer for this."""
    item = request.GET.get("ask", "")
    if item not in InformationItem.values:
        return None
    return QueryDict(urlencode({"outcome": INFORMATION, "items": item}))


def _draft_of(case: ReviewCase, person: Person) -> QueryDict | None:
    """Return what this person had filled in before they left the case."""
    draft = draft_kept(case, person)
    return draft_posted(draft.fields) if draft is not None else None


def refused(
    request: HttpRequest,
    file: CaseFile,
    *,
    notice: Notice | None = None,
    errors: Errors | None = None,
    posted: Mapping[str, str],
) -> HttpResponse:
    """Show the work region again, 409 or 422, with what was typed still there."""
    status = notice.status if notice is not None else 422
    return show(request, file, region="work", status=status, notice=notice, errors=errors, posted=posted)


def show(
    request: HttpRequest,
    file: CaseFile,
    *,
    region: str = "",
    status: int = 200,
    notice: Notice | None = None,
    errors: Errors | None = None,
    posted: Mapping[str, str] | None = None,
    told: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the page, or with one region of it when the page asked for that."""
    now = timezone.now()
    page_person = person_of(request)
    page = case_page(file, person=page_person, now=now)
    accepted = ",".join(MediaType.values)
    context: dict[str, Any] = {"page": page, "notice": notice, "accepted_files": accepted, **(told or {})}
    context |= {"reports": file.reports, "report_sources": ReportSource.choices}
    is_whole = not region or not is_partial(request)
    if is_whole or region == "timeline":
        context["timeline"] = timeline(file, now=now, span=request.GET.get("span", ""))
    if is_whole:
        parties = file.refund.account_id, file.refund.shop_id
        context["rings"] = [ring_row(ring) for ring in rings_of_parties(*parties, limit=RINGS_SHOWN)]
        linked = linked_cases(file.refund)
        context["linked"] = linked_rows(linked, person=page_person, now=now)[:LINKED_SHOWN]
        context["linked_count"] = len(linked)
        if file.case is not None:
            context["alike"] = alike_panel(alike_cases(file.case), person=page_person, now=now)
            context["tags"] = file.case.tags
    if is_whole and Status(file.refund.status) in UNDECIDED:
        context["since"] = since(refund_changes(file.refund.assessment, file.refund, now=now))
    if page.work.is_mine and file.case is not None:
        kept = None if posted else _asked_for(request) or _draft_of(file.case, page_person)
        context["form"] = decision_form(file, now=now, posted=posted or kept, errors=errors)
        context["second_note"] = (posted or kept or {}).get("second_note", "")
        context["people"] = people_for(file.case, but=page_person)
    elif posted is not None:
        context["typed"] = typed_texts(posted)
    template = f"{TEMPLATE}#{region}" if region and is_partial(request) else TEMPLATE
    return render(request, template, context, status=status)
