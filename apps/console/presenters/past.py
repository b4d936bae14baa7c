"""What people did with a refund before: decisions, requests, holds, and the account's timeline."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.money import major_units
from apps.console import wording
from apps.console.presenters.account_panel import LONG_BACK
from apps.console.presenters.case_page import Past
from apps.console.presenters.marks import State, amount_words
from apps.console.presenters.statuses import drawn_state
from apps.console.presenters.timeline import Entry, Kind, Timeline, drawn
from apps.payouts.models import Hold, HoldStatus
from apps.reviews.case_file import CaseFile
from apps.reviews.models import (
    Decision,
    DecisionOutcome,
    InformationItem,
    InformationRequest,
    Proposal,
    ProposalState,
    ReviewCase,
)
from apps.risk.facts import VerificationKind
from apps.risk.wording import VERIFICATIONS

_OUTCOMES = {
    DecisionOutcome.APPROVE: ("good", "circle-check"),
    DecisionOutcome.PARTIAL: ("good", "arrows-split-2"),
    DecisionOutcome.DENY: ("bad", "circle-x"),
}
_WITHOUT_EFFECT = (ProposalState.REJECTED, ProposalState.VOID)


def past(file: CaseFile) -> list[Past]:
    """Return what was done, the newest first."""
    done = [
        *(_decision(decision, file.refund.currency) for decision in _decisions(file.cases)),
        *(_without_effect(one, file.refund.currency) for one in file.proposals if one.state in _WITHOUT_EFFECT),
        *(_request(request) for request in file.information_requests),
        *(_hold(hold) for hold in file.holds),
    ]
    return sorted(done, key=lambda each: each.at, reverse=True)


def _decisions(cases: list[ReviewCase]) -> Iterator[Decision]:
    for case in cases:
        if hasattr(case, "decision"):
            yield case.decision


def outcome_state(judgement: Decision | Proposal) -> State:
    """Return the outcome of a decision as a mark and a word."""
    return outcome_mark(DecisionOutcome(judgement.outcome))


def outcome_mark(outcome: DecisionOutcome) -> State:
    """Return an outcome as a mark and a word."""
    return State(str(outcome.label), *_OUTCOMES[outcome])


def _decision(decision: Decision, currency: str) -> Past:
    people = [str(person) for person in (decision.person, decision.confirmed_by) if person is not None]
    return Past(
        at=decision.decided_at,
        state=outcome_state(decision),
        by=" · ".join(people),
        text=_what(decision, currency),
        message="\n".join(text for text in (decision.customer_message, decision.internal_note) if text),
    )


def _without_effect(proposal: Proposal, currency: str) -> Past:
    """Write out what the second person disagreed with, or what was no longer possible."""
    people = [str(person) for person in (proposal.person, proposal.seconded_by) if person is not None]
    outcome = DecisionOutcome(proposal.outcome)
    return Past(
        at=proposal.ended_at or proposal.proposed_at,
        state=State(proposal.get_state_display(), "warn", "users" if proposal.seconded_by_id else "alert-triangle"),
        by=" · ".join(people),
        text=f"{outcome.label} · {_what(proposal, currency)}",
        message=proposal.end_note,
    )


def _what(judgement: Decision | Proposal, currency: str) -> str:
    amount = "" if judgement.approved_amount is None else f"{amount_words(judgement.approved_amount, currency)} · "
    return f"{amount}{judgement.get_reason_code_display()}"


def _request(request: InformationRequest) -> Past:
    items = _("; ").join(str(InformationItem(item).label) for item in request.items)
    if request.is_on_its_way:
        state = State(_("About to ask"), "warn", "message-2-question")
    elif request.answered is None:
        state = State(_("Information requested"), "warn", "message-2-question")
    elif request.answered:
        state = State(_("Answered"), "good", "circle-check")
    else:
        state = State(_("Not answered in time"), "bad", "clock-off")
    return Past(request.ended_at or request.asked_at, state, str(request.asked_by), items, request.message)


def _hold(hold: Hold) -> Past:
    status = HoldStatus(hold.status)
    until = wording.written_moment(timezone.localtime(hold.release_at))
    who = hold.ended_by or hold.placed_by
    tone = "bad" if status is HoldStatus.RECALLED else "warn" if status is HoldStatus.OPEN else "good"
    label = _("Payout held") if status is HoldStatus.OPEN else str(status.label)
    return Past(
        at=hold.ended_at or hold.placed_at,
        state=State(label, tone, "hourglass"),
        by=str(who) if who is not None else _("policy"),
        text=_("%(amount)s until %(until)s") % {"amount": amount_words(hold.amount, hold.currency), "until": until},
        message=hold.end_reason or hold.told_reason,
    )


def _events(file: CaseFile) -> Iterator[Entry]:
    """Return what befell the account: registered, verified, ordered from another device, decided before."""
    account = file.refund.account
    if account.registered_at is not None:
        yield _event(account.registered_at, _("Registered"), "none")
    for factor in file.factors.values():
        if factor.verified_at is not None:
            kind = str(VERIFICATIONS[VerificationKind(factor.kind)])
            yield _event(factor.verified_at, _("Verified: %(kind)s") % {"kind": kind}, "good")
    devices: set[str] = set()
    for order in sorted(file.orders, key=lambda each: each.placed_at):
        # The first one is no news: what came before it is not in the file.
        if order.device_id and order.device_id not in devices and devices:
            named = wording.shortened(order.device_id)
            yield _event(order.placed_at, _("First order from device %(device)s") % {"device": named}, "warn")
        devices |= {order.device_id} - {""}
    for decision in _decisions(file.cases):
        outcome = DecisionOutcome(decision.outcome)
        yield _event(decision.decided_at, f"{outcome.label} · {decision.person}", _OUTCOMES[outcome][0])


def _event(at: datetime, label: str, tone: str) -> Entry:
    return Entry(Kind.EVENT, at, _("Account"), 0, "", label, tone, "", is_here=False)


def timeline(file: CaseFile, *, now: datetime, span: str) -> Timeline:
    """Draw the account's orders and refunds."""
    orders = [
        Entry(
            kind=Kind.ORDER,
            at=order.placed_at,
            lane=str(order.shop),
            amount=int(major_units(order.paid_amount, order.currency)),
            amount_words=amount_words(order.paid_amount, order.currency),
            label=_("Order %(id)s") % {"id": order.external_id},
            state="order",
            state_words=_("paid"),
            is_here=order.pk == file.refund.order_id,
        )
        for order in file.orders
    ]
    refunds = [
        Entry(
            kind=Kind.REFUND,
            at=refund.requested_at,
            lane=str(refund.shop),
            amount=int(major_units(refund.amount, refund.currency)),
            amount_words=amount_words(refund.amount, refund.currency),
            label=_("Refund %(id)s") % {"id": refund.reference},
            state=drawn_state(refund),
            state_words=refund.get_status_display(),
            is_here=refund.pk == file.refund.pk,
            began_at=refund.order.placed_at,
        )
        for refund in file.refunds
    ]
    entries = [*orders, *refunds, *_events(file)]
    # Trade that ended long ago would be a dot at the far end of years of nothing.
    newest = max((entry.at for entry in entries), default=now)
    return drawn(entries, now=newest if now - newest > LONG_BACK else now, span=span)
