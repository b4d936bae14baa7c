"""Deciding. What is refused changes nothing, and what was typed stays."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.common.errors import Conflict, Invalid
from apps.console.forms import Filled, read_decision
from apps.console.notices import notice_of
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.decision_form import errors_of
from apps.console.presenters.marks import amount_words
from apps.console.views.cases import refused
from apps.console.views.claims import to_next
from apps.reviews.case_file import CaseFile, case_file
from apps.reviews.models import DecisionOutcome
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information


@signed_in
@require_POST
def decide(request: HttpRequest, case_id: str) -> HttpResponse:
    """Record the decision, or ask the customer, and open the next case."""
    file = case_file(case_id)
    filled = read_decision(request.POST, file.asked, file.refund.currency)
    if filled.errors:
        return refused(request, file, errors=filled.errors, posted=request.POST)
    try:
        said = _do(request, case_id, file, filled)
    except Invalid as refusal:
        return refused(request, file, errors=errors_of(refusal), posted=request.POST)
    except Conflict as refusal:
        # The file from before the refusal is stale: what is shown is read again.
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    messages.success(request, said)
    return to_next(request)


def _do(request: HttpRequest, case_id: str, file: CaseFile, filled: Filled) -> str:
    """Call the one service that was chosen; returns what to say when it is done."""
    person, actor, now = person_of(request), actor_of(request), timezone.now()
    facts = {
        "reference": file.refund.reference,
        "amount": amount_words(file.refund.amount, file.refund.currency),
    }
    if filled.information is not None:
        asked = filled.information
        case_request_information(
            case_id,
            items=asked.items,
            message=asked.message,
            due=asked.due,
            person=person,
            token=filled.token,
            actor=actor,
            now=now,
        )
        return _("%(reference)s waits for the customer.") % facts
    if filled.verdict is None:
        raise ValueError("a form without errors is a verdict or a request")
    case_decide(case_id, filled.verdict, person=person, token=filled.token, actor=actor, now=now)
    sentences = {
        DecisionOutcome.APPROVE: _("%(reference)s: %(amount)s approved."),
        DecisionOutcome.PARTIAL: _("%(reference)s: partly approved."),
        DecisionOutcome.DENY: _("%(reference)s: denied."),
    }
    return sentences[filled.verdict.outcome] % facts
