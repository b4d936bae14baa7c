"""The decision panel: fresh, or as it was sent with what is wrong about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.errors import Refusal
from apps.common.money import major_units
from apps.console import wording
from apps.console.forms import ESCALATE, HOLD, INFORMATION, Errors, part_name
from apps.console.presenters.marks import amount_words
from apps.refunds.models import RefundLine
from apps.reviews.case_file import CaseFile
from apps.reviews.models import (
    DecisionOutcome,
    DecisionReason,
    Escalation,
    InformationItem,
    InformationRequest,
    Proposal,
)
from apps.reviews.placeholders import filler
from apps.reviews.reasons import REASONS_FOR
from apps.reviews.texts import INFORMATION as REQUEST_TEXT
from apps.reviews.texts import standard_texts
from apps.risk.selectors.policies import policy_in_force

USUAL_WAIT = timedelta(days=2)
USUAL_HOLD = timedelta(days=1)
# JSON Pointers of the services' refusals -> the fields that are to blame.
_FIELDS = {
    "/reason_code": "reason",
    "/customer_message": "customer_message",
    "/hold_until": "hold_until",
    "/lines": "parts",
    "/items": "request_items",
    "/message": "request_message",
    "/due_at": "answer_due",
    "/note": "note",
}


@dataclass(frozen=True)
class OutcomeChoice:
    """One thing that can be decided, and its key."""

    value: str
    label: str | Promise
    key: str
    icon: str
    tone: str
    is_chosen: bool = False


@dataclass(frozen=True)
class ReasonOption:
    """One reason and the standard text that it brings."""

    value: str
    label: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class ReasonGroup:
    """The reasons of one outcome."""

    name: str
    field: str
    options: list[ReasonOption]
    errors: list[str]


@dataclass(frozen=True)
class Part:
    """One line of a partial approval."""

    name: str
    title: str
    asked: str
    value: str
    errors: list[str]


@dataclass(frozen=True)
class Item:
    """One thing that the customer can be asked for."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class DecisionForm:
    """Everything that the panel shows."""

    outcomes: list[OutcomeChoice]
    reason_groups: list[ReasonGroup]
    parts: list[Part]
    items: list[Item]
    approve_hint: str
    hold_until: str
    hold_least: str
    hold_most: str
    customer_message: str
    request_message: str
    answer_due: str
    internal_note: str
    escalation_note: str
    customer_language: str
    errors: Errors


_CHOICES = [
    OutcomeChoice(DecisionOutcome.APPROVE.value, gettext_lazy("Approve"), "a", "circle-check", "good"),
    OutcomeChoice(HOLD, gettext_lazy("Approve, hold"), "h", "hourglass", "good"),
    OutcomeChoice(DecisionOutcome.PARTIAL.value, gettext_lazy("Partly approve"), "p", "arrows-split-2", "good"),
    OutcomeChoice(DecisionOutcome.DENY.value, gettext_lazy("Deny"), "d", "circle-x", "bad"),
    OutcomeChoice(INFORMATION, gettext_lazy("Request information"), "i", "message-2-question", "none"),
    OutcomeChoice(ESCALATE, gettext_lazy("Escalate"), "e", "arrow-big-up", "none"),
]


# What a text says about this refund, or with its placeholders where several refunds are told the same.
TextAbout = Callable[[str], str]


def decision_form(
    file: CaseFile,
    *,
    now: datetime,
    posted: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    fills: bool = True,
) -> DecisionForm:
    """Return the panel for a case, with what was sent before and what is wrong about it.

    With `fills` the standard texts say what is true of this refund; without it
    they keep their placeholders.
    """
    sent = posted or {}
    wrong = errors or {}
    language = file.refund.client.language
    texts, fill = standard_texts(language), filler(file.refund)

    def text_about(about: str) -> str:
        text = texts.about(about)
        return fill(text) if fills else text

    bounds = policy_in_force().policy.hold_bounds
    # Whole minutes within the policy's bounds, for as long as it takes to fill in the rest.
    least = max(timedelta(hours=bounds.least_hours), timedelta(minutes=1))
    most = timedelta(hours=bounds.most_hours, minutes=-1)
    items = sent.getlist("items") if isinstance(sent, QueryDict) else []
    return DecisionForm(
        outcomes=_outcomes(file, sent.get("outcome", "")),
        reason_groups=[_reasons(outcome, sent, text_about, wrong) for outcome in REASONS_FOR],
        parts=_parts(file, sent, wrong),
        items=[Item(item.value, str(item.label), item.value in items) for item in InformationItem],
        approve_hint=_approve_hint(file, now),
        hold_until=sent.get("hold_until") or wording.local_input(now + min(max(least, USUAL_HOLD), most)),
        hold_least=wording.local_input(now + least),
        hold_most=wording.local_input(now + most),
        customer_message=sent.get("customer_message", "").strip() or _standard(sent, text_about, wrong),
        request_message=sent.get("request_message", "") or ("" if wrong else text_about(REQUEST_TEXT)),
        answer_due=sent.get("answer_due") or wording.local_input(now + USUAL_WAIT),
        internal_note=sent.get("internal_note", ""),
        escalation_note=sent.get("escalation_note", ""),
        customer_language=wording.language_tag(language),
        errors=wrong,
    )


def fields_of(
    undone: Proposal | InformationRequest | Escalation, asked: Mapping[int, RefundLine], currency: str
) -> dict[str, list[str]]:
    """Return the form as it was when it was sent, to open the case with it again."""
    if isinstance(undone, Escalation):
        return {"outcome": [ESCALATE], "escalation_note": [undone.note]}
    if isinstance(undone, InformationRequest):
        return {
            "outcome": [INFORMATION],
            "items": undone.items,
            "request_message": [undone.message],
            "answer_due": [wording.local_input(undone.due_at)],
        }
    return _decided_fields(undone, asked, currency)


def _decided_fields(proposal: Proposal, asked: Mapping[int, RefundLine], currency: str) -> dict[str, list[str]]:
    is_held = proposal.hold_until is not None and proposal.outcome == DecisionOutcome.APPROVE
    fields = {
        "outcome": HOLD if is_held else proposal.outcome,
        f"reason_{proposal.outcome}": proposal.reason_code,
        "customer_message": proposal.customer_message,
        "internal_note": proposal.internal_note,
    }
    if proposal.hold_until is not None:
        fields["hold_until"] = wording.local_input(proposal.hold_until)
    approved = {part["id"]: part["approved_amount"] for part in proposal.lines}
    for line_id, part in asked.items():
        fields[part_name(line_id)] = f"{major_units(approved.get(part.line.external_id, 0), currency)}"
    return {name: [value] for name, value in fields.items()}


def errors_of(refusal: Refusal) -> Errors:
    """Put a service's refusal under the field that is to blame."""
    return {_FIELDS.get(refusal.pointer or "", "outcome"): [refusal.detail]}


def typed_texts(posted: Mapping[str, str]) -> list[str]:
    """Return what somebody had written for the chosen outcome in a form that is no longer shown: no work is lost."""
    names = _TEXTS_OF.get(posted.get("outcome", ""), ("customer_message", "internal_note", "second_note"))
    return [text for name in names if (text := posted.get(name, "").strip())]


_TEXTS_OF = {INFORMATION: ("request_message",), ESCALATE: ("escalation_note",)}


def _outcomes(file: CaseFile, chosen: str) -> list[OutcomeChoice]:
    """Offer what can be done with this case.

    A refund that names no lines cannot be split, what supervisors have is not
    escalated, and a second person decides or disagrees.
    """
    left_out = set() if file.asked else {DecisionOutcome.PARTIAL.value}
    if file.case is not None and file.case.is_escalated:
        left_out.add(ESCALATE)
    if file.case is not None and file.case.is_second:
        left_out |= {ESCALATE, INFORMATION}
    offered = [each for each in _CHOICES if each.value not in left_out]
    return [
        OutcomeChoice(each.value, each.label, each.key, each.icon, each.tone, each.value == chosen) for each in offered
    ]


def _reasons(outcome: DecisionOutcome, sent: Mapping[str, str], text_about: TextAbout, wrong: Errors) -> ReasonGroup:
    field = f"reason_{outcome.value}"
    needs_text = outcome is not DecisionOutcome.APPROVE
    options = [
        ReasonOption(
            reason.value,
            str(reason.label),
            text_about(reason.value) if needs_text else "",
            reason.value == sent.get(field),
        )
        for reason in REASONS_FOR[outcome]
    ]
    errors = wrong.get("reason", []) if sent.get("outcome", "") in (outcome.value, _hold_of(outcome)) else []
    return ReasonGroup(outcome.value, field, options, errors)


def _standard(sent: Mapping[str, str], text_about: TextAbout, wrong: Errors) -> str:
    """Return the text of the chosen reason when it was missing: without a script nothing else brings it."""
    if "customer_message" not in wrong:
        return ""
    reason = sent.get(f"reason_{sent.get('outcome', '')}", "")
    return text_about(reason) if reason in DecisionReason.values else ""


def _hold_of(outcome: DecisionOutcome) -> str:
    return HOLD if outcome is DecisionOutcome.APPROVE else outcome.value


def _parts(file: CaseFile, sent: Mapping[str, str], wrong: Errors) -> list[Part]:
    currency = file.refund.currency
    parts = []
    for line_id, part in file.asked.items():
        name = part_name(line_id)
        value = sent.get(name, f"{major_units(part.amount, currency)}")
        parts.append(Part(name, part.line.title, amount_words(part.amount, currency), value, wrong.get(name, [])))
    return parts


def _approve_hint(file: CaseFile, now: datetime) -> str:
    minutes = file.refund.assessment.hold_minutes
    if not minutes:
        return _("The client is told to pay at once.")
    until = wording.written_moment(timezone.localtime(now + timedelta(minutes=minutes)))
    return _("By the policy the payout waits until %(until)s.") % {"until": until}
