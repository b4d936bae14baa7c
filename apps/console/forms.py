"""Reading what a reviewer filled in. Only form is judged here; whether it may be done, the services say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.money import LARGEST_AMOUNT, exponent
from apps.refunds.models import RefundLine
from apps.reviews.models import DecisionOutcome, DecisionReason, InformationItem
from apps.reviews.verdicts import Verdict

INFORMATION = "information"
HOLD = "hold"
ESCALATE = "escalate"
# What the panel offers -> the decision it leads to.
OUTCOMES: dict[str, DecisionOutcome] = {
    DecisionOutcome.APPROVE.value: DecisionOutcome.APPROVE,
    HOLD: DecisionOutcome.APPROVE,
    DecisionOutcome.PARTIAL.value: DecisionOutcome.PARTIAL,
    DecisionOutcome.DENY.value: DecisionOutcome.DENY,
}

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class InformationAsk:
    """What the customer shall send, with which words, by when."""

    items: list[InformationItem]
    message: str
    due: datetime


@dataclass(frozen=True)
class Filled:
    """The form read: a verdict, a request for information or an escalation, or else the errors by field."""

    token: int
    verdict: Verdict | None = None
    information: InformationAsk | None = None
    # What a supervisor shall know.
    escalation: str | None = None
    errors: Errors = field(default_factory=dict)


def row_number(text: str) -> int | None:
    """Return a number that may be a row's or a version's; None for anything else, and for more than nine digits."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def read_decision(posted: QueryDict, asked: Mapping[int, RefundLine], currency: str) -> Filled:
    """Read the decision panel."""
    token = int(posted.get("token", "")) if posted.get("token", "").isdecimal() else 0
    chosen = posted.get("outcome", "")
    if chosen == INFORMATION:
        return _information(posted, token)
    if chosen == ESCALATE:
        return Filled(token, escalation=posted.get("escalation_note", "")[:4000])
    if chosen not in OUTCOMES:
        return Filled(token, errors={"outcome": [_("Choose what to decide.")]})
    return _verdict(posted, chosen, asked, currency, token)


def _verdict(posted: QueryDict, chosen: str, asked: Mapping[int, RefundLine], currency: str, token: int) -> Filled:
    errors: Errors = {}
    outcome = OUTCOMES[chosen]
    reason = posted.get(f"reason_{outcome.value}", "")
    if reason not in DecisionReason.values:
        errors["reason"] = [_("Choose a reason.")]
    hold_until = local_moment(posted.get("hold_until", "")) if chosen == HOLD else None
    if chosen == HOLD and hold_until is None:
        errors["hold_until"] = [_("Say until when, with date and time.")]
    lines = _lines(posted, asked, currency, errors) if outcome is DecisionOutcome.PARTIAL else {}
    if errors:
        return Filled(token, errors=errors)
    return Filled(
        token,
        verdict=Verdict(
            outcome=outcome,
            reason_code=DecisionReason(reason),
            customer_message="" if outcome is DecisionOutcome.APPROVE else posted.get("customer_message", "")[:2000],
            internal_note=posted.get("internal_note", "")[:4000],
            lines=lines,
            hold_until=hold_until,
        ),
    )


def _lines(posted: QueryDict, asked: Mapping[int, RefundLine], currency: str, errors: Errors) -> dict[str, int]:
    amounts = {}
    for line_id, part in asked.items():
        name = part_name(line_id)
        amount = minor_units(posted.get(name, ""), currency)
        if amount is None:
            errors[name] = [_("Write an amount such as 12.50.")]
        else:
            amounts[part.line.external_id] = amount
    return amounts


def _information(posted: QueryDict, token: int) -> Filled:
    due = local_moment(posted.get("answer_due", ""))
    if due is None:
        return Filled(token, errors={"answer_due": [_("Say until when, with date and time.")]})
    items = [InformationItem(item) for item in posted.getlist("items") if item in InformationItem.values]
    return Filled(token, information=InformationAsk(items, posted.get("request_message", "")[:2000], due))


# What a draft keeps; everything else that a page may send is not looked at.
DRAFTED = frozenset(
    "outcome reason_approve reason_partial reason_deny customer_message internal_note hold_until items request_message"
    " answer_due escalation_note second_note".split()
)
_DRAFT_LONGEST = 20_000


def read_draft(posted: QueryDict) -> dict[str, list[str]] | None:
    """Return what is filled in so far, field by field; None when it is more than a form holds."""
    fields = {
        name: [str(value) for value in values]
        for name, values in posted.lists()
        if name in DRAFTED or (name.startswith("part-") and row_number(name.removeprefix("part-")) is not None)
    }
    length = sum(len(value) for values in fields.values() for value in values)
    return fields if length <= _DRAFT_LONGEST and len(fields) <= len(DRAFTED) + 200 else None


def draft_posted(fields: Mapping[str, list[str]]) -> QueryDict:
    """Return a draft as if it had just been sent."""
    posted = QueryDict(mutable=True)
    for name, values in fields.items():
        posted.setlist(name, values)
    return posted


def part_name(line_id: int) -> str:
    """Return the name of the field for one line's approved amount."""
    return f"part-{line_id}"


def minor_units(text: str, currency: str) -> int | None:
    """Read an amount in major units as people type it; empty means nothing, None that it cannot be read."""
    cleaned = text.replace(",", "").replace(" ", "").strip()
    if not cleaned:
        return 0
    try:
        minor = Decimal(cleaned).scaleb(exponent(currency))
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor <= LARGEST_AMOUNT:
        return None
    return int(minor)


def local_moment(text: str) -> datetime | None:
    """Read a datetime-local field in the person's time zone; None when it cannot be read."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return timezone.make_aware(local) if local.tzinfo is None else local
