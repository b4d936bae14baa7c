"""Deciding. What is refused changes nothing, and what was typed stays."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.common.errors import Conflict, Invalid, NotPermitted
from apps.console.forms import Filled, read_decision
from apps.console.notices import notice_of
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.decision_form import errors_of, fields_of
from apps.console.presenters.marks import amount_words
from apps.console.views.cases import refused
from apps.console.views.claims import go, to_next, token_of
from apps.reviews.case_file import CaseFile, case_file
from apps.reviews.models import DecisionOutcome
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information
from apps.reviews.services.pass_on import case_escalate
from apps.reviews.services.second import second_confirm, second_disagree, second_look
from apps.reviews.services.sending import case_undo
from apps.reviews.services.work import draft_keep


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
    except (Conflict, NotPermitted) as refusal:
        # The file from before the refusal is stale: what is shown is read again.
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    # A second person's answer takes effect at once.
    is_second = filled.verdict is not None and file.case is not None and file.case.is_second
    messages.success(request, said, extra_tags="" if is_second else undo_tag(case_id))
    return to_next(request)


@signed_in
@require_POST
def undo(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take back what this person decided a moment ago; the case opens with what they had filled in."""
    person, now = person_of(request), timezone.now()
    try:
        undone = case_undo(case_id, person, actor=actor_of(request), now=now)
    except Conflict as refusal:
        messages.warning(request, refusal.detail)
    else:
        file = case_file(case_id)
        draft_keep(case_id, person, fields_of(undone, file.asked, file.refund.currency), now=now)
        messages.success(request, _("%(reference)s: nothing was sent. The case is yours again.") % _facts(file))
    return go(request, reverse("console:case", args=[case_id]))


@signed_in
@require_POST
def second(request: HttpRequest, case_id: str) -> HttpResponse:
    """Confirm what the first person decided, or disagree, and open the next case."""
    file = case_file(case_id)
    person, actor, now = person_of(request), actor_of(request), timezone.now()
    token, note = token_of(request), request.POST.get("second_note", "")[:4000]
    try:
        if request.POST.get("answer") == "confirm":
            second_confirm(case_id, note=note, person=person, token=token, actor=actor, now=now)
            said = confirmed_words(file)
        else:
            second_disagree(case_id, note=note, person=person, token=token, actor=actor, now=now)
            said = disagreed_words(file)
    except Invalid as refusal:
        return refused(request, file, errors=errors_of(refusal), posted=request.POST)
    except (Conflict, NotPermitted) as refusal:
        return refused(request, case_file(case_id), notice=notice_of(refusal), posted=request.POST)
    messages.success(request, said)
    return to_next(request)


def undo_time() -> timedelta:
    """Return how long a decision can be undone."""
    return timedelta(seconds=settings.REVIEWCONSOLE_UNDO_SECONDS)


def confirmed_words(file: CaseFile) -> str:
    """Say that the decision took effect."""
    return _("%(reference)s: confirmed.") % _facts(file)


def disagreed_words(file: CaseFile) -> str:
    """Say where the case went."""
    return _("%(reference)s: you disagree; the supervisors decide.") % _facts(file)


def _facts(file: CaseFile) -> dict[str, str]:
    return {"reference": file.refund.reference, "amount": amount_words(file.refund.amount, file.refund.currency)}


def undo_tag(identifier: str) -> str:
    """Mark the message that offers to undo a case's decision, or those of a batch; `undo_of` reads it."""
    if not undo_time():
        return ""
    return f"undo {identifier} {(timezone.now() + undo_time()).isoformat()}"


def _do(request: HttpRequest, case_id: str, file: CaseFile, filled: Filled) -> str:
    """Call the one service that was chosen; returns what to say when it is done."""
    person, actor, now = person_of(request), actor_of(request), timezone.now()
    facts = _facts(file)
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
            undo_for=undo_time(),
        )
        return _("%(reference)s waits for the customer.") % facts
    if filled.escalation is not None:
        case_escalate(
            case_id,
            note=filled.escalation,
            person=person,
            token=filled.token,
            actor=actor,
            now=now,
            undo_for=undo_time(),
        )
        return _("%(reference)s is with the supervisors.") % facts
    if filled.verdict is None:
        raise ValueError("a form without errors is a verdict, a request or an escalation")
    if file.case is not None and file.case.is_second:
        made = second_look(case_id, filled.verdict, person=person, token=filled.token, actor=actor, now=now)
        return confirmed_words(file) if made is not None else disagreed_words(file)
    case_decide(case_id, filled.verdict, person=person, token=filled.token, actor=actor, now=now, undo_for=undo_time())
    sentences = {
        DecisionOutcome.APPROVE: _("%(reference)s: %(amount)s approved."),
        DecisionOutcome.PARTIAL: _("%(reference)s: partly approved."),
        DecisionOutcome.DENY: _("%(reference)s: denied."),
    }
    return sentences[filled.verdict.outcome] % facts
