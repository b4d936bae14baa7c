"""Cases that belong together: seen beside each other, and decided together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.console.forms import Errors, read_decision
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.decision_form import decision_form
from apps.console.presenters.linked_rows import PreviewRow, linked_rows, preview_rows
from apps.console.views.decisions import undo_tag, undo_time
from apps.reviews.case_file import CaseFile, case_file
from apps.reviews.errors import CustomerMessageMissing
from apps.reviews.linked import cases_together, linked_cases
from apps.reviews.models import DecisionOutcome
from apps.reviews.selectors import cases_whole
from apps.reviews.services.together import cases_decide, decisions_undo

MOST = 50
# What can be decided of several cases in the same words.
_OUTCOMES = (DecisionOutcome.APPROVE.value, "hold", DecisionOutcome.DENY.value)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the cases that belong to this one, itself among them, or decide those that were chosen."""
    file = case_file(case_id)
    if request.method == "POST":
        return _decide(request, file)
    return _show(request, file)


@signed_in
@require_POST
def undo_together(request: HttpRequest, batch: str) -> HttpResponse:
    """Undo what was decided together, as far as it has not taken effect."""
    undone = decisions_undo(batch, person_of(request), actor=actor_of(request), now=timezone.now())
    if undone:
        words = ngettext(
            "%(count)s decision undone; the case is yours.", "%(count)s decisions undone; the cases are yours.", undone
        )
        messages.success(request, words % {"count": undone})
    else:
        messages.warning(request, _("The decisions have taken effect and can no longer be undone."))
    return redirect("console:claims")


def _decide(request: HttpRequest, file: CaseFile) -> HttpResponse:
    # By lines a decision speaks of one refund alone.
    filled = read_decision(request.POST, {}, file.refund.currency)
    errors: Errors = dict(filled.errors)
    chosen = list(dict.fromkeys(request.POST.getlist("case")))[:MOST]
    if request.POST.get("outcome") not in _OUTCOMES:
        errors = {"outcome": [_("Choose what to decide.")]}
    is_denial = filled.verdict is not None and filled.verdict.outcome is DecisionOutcome.DENY
    if is_denial and not request.POST.get("customer_message", "").strip():
        errors["customer_message"] = [CustomerMessageMissing().detail]
    if not chosen:
        errors["outcome"] = [_("Choose the cases that this decision is for.")]
    if errors or filled.verdict is None:
        errors = errors or {"outcome": [_("Choose what to decide.")]}
        return _show(request, file, posted=request.POST, errors=errors, status=422)
    if "preview" in request.POST:
        previews = preview_rows(cases_together(chosen), filled.verdict, now=timezone.now())
        return _show(request, file, posted=request.POST, previews=previews)
    made = cases_decide(
        chosen,
        filled.verdict,
        person=person_of(request),
        actor=actor_of(request),
        now=timezone.now(),
        undo_for=undo_time(),
    )
    if made.decided:
        words = ngettext("%(count)s case decided.", "%(count)s cases decided.", len(made.decided))
        messages.success(request, words % {"count": len(made.decided)}, extra_tags=undo_tag(made.batch))
    for case_id, refusal in made.refused.items():
        messages.warning(request, f"{_reference(case_id)}: {refusal.detail}")
    return redirect("console:linked", file.case.pk if file.case is not None else "")


def _reference(case_id: str) -> str:
    found = cases_whole().filter(pk=case_id).first()
    return found.refund.reference if found is not None else case_id[:40]


def _show(
    request: HttpRequest,
    file: CaseFile,
    *,
    posted: QueryDict | None = None,
    errors: Errors | None = None,
    status: int = 200,
    previews: list[PreviewRow] | None = None,
) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    rows = linked_rows(linked_cases(file.refund, with_shop=True, with_itself=True), person=person, now=now)
    form = decision_form(file, now=now, posted=posted, errors=errors, fills=False)
    close = [row.case_id for row in rows if row.may_decide and row.is_close]
    return render(
        request,
        "console/linked.html",
        {
            "case_id": file.case.pk if file.case is not None else "",
            "reference": file.refund.reference,
            "rows": rows,
            "previews": previews,
            "form": form,
            "outcomes": [each for each in form.outcomes if each.value in _OUTCOMES],
            "chosen": close if posted is None else posted.getlist("case"),
            "may_decide": any(row.may_decide for row in rows),
        },
        status=status,
    )
