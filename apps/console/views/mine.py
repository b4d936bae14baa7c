"""One's own page: what one did today, and how the console is shown to one."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.common.errors import Refusal
from apps.console import wording
from apps.console.keys import KEYS, key_rows, keys_read
from apps.console.permissions import person_of, signed_in
from apps.console.presenters.marks import State, amount_words
from apps.console.presenters.past import outcome_state
from apps.console.presenters.queue_filters import Option, options
from apps.reviews.models import DecisionOutcome, Proposal
from apps.reviews.selectors import cases_held_by
from apps.reviews.working import day_of
from apps.staff.models import Density
from apps.staff.services import person_choose_keys, person_choose_screen


@dataclass(frozen=True)
class DecidedRow:
    """One decision of the day."""

    at: datetime
    case_id: str
    reference: str
    outcome: State
    amount: str
    reason: str
    state: str
    took: str


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the day of this person, and their settings."""
    person, now = person_of(request), timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day = day_of(person, since=midnight, now=now)
    return render(
        request,
        "console/me.html",
        {
            "rows": [_row(one) for one in day.decisions],
            "outcomes": [(str(each.label), day.outcomes.get(each.value, 0)) for each in DecisionOutcome],
            "decided": len(day.decisions),
            "median": wording.duration(day.median_time) if day.median_time is not None else "",
            "judged": day.judged,
            "overturned": day.overturned,
            "held": cases_held_by(person, now=now).count(),
            "densities": options([(each.value, each.label) for each in Density], person.density),
            "keys": key_rows(person.keys),
            "zones": [Option(name, name, name == person.time_zone) for name in sorted(available_timezones())],
        },
    )


@signed_in
@require_POST
def screen(request: HttpRequest) -> HttpResponse:
    """Choose time zone and density."""
    density = request.POST.get("density", "")
    try:
        person_choose_screen(
            person=person_of(request),
            time_zone=request.POST.get("time_zone", ""),
            density=Density(density) if density in Density.values else Density.COMFORTABLE,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
    else:
        messages.success(request, _("Saved."))
    return redirect("console:me")


@signed_in
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Choose keys of one's own, or go back to the usual ones."""
    sent = {} if "usual" in request.POST else {usual: request.POST.get(f"key-{usual}", "") for usual in KEYS}
    chosen = keys_read(sent)
    if chosen is None:
        messages.warning(request, _("Each action needs a key of its own: one sign, but not G. Nothing was changed."))
    else:
        person_choose_keys(person=person_of(request), keys=chosen)
        messages.success(request, _("Saved."))
    return redirect("console:me")


def _row(proposal: Proposal) -> DecidedRow:
    refund = proposal.case.refund
    amount = refund.amount if proposal.approved_amount is None else proposal.approved_amount
    return DecidedRow(
        at=proposal.proposed_at,
        case_id=proposal.case_id,
        reference=refund.reference,
        outcome=outcome_state(proposal),
        amount=amount_words(amount, refund.currency),
        reason=proposal.get_reason_code_display(),
        state=proposal.get_state_display(),
        took=wording.duration(proposal.proposed_at - proposal.claim.claimed_at),
    )
