"""Linked and like cases, ready to be written out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.console import wording
from apps.console.presenters.factors import strongest
from apps.console.presenters.marks import LevelMark, State, amount_words, level_mark
from apps.console.presenters.past import outcome_mark, outcome_state
from apps.reviews.linked import LOOSE, WAY_WORDS, AlikeCases, LinkedCase
from apps.reviews.models import CaseStatus, DecisionOutcome, ReviewCase
from apps.reviews.placeholders import filled
from apps.reviews.services.decide import second_rules
from apps.reviews.services.effect import held_until
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskLevel
from apps.staff.models import Person


@dataclass(frozen=True)
class LinkedRow:
    """One case beside another.

    `may_decide` tells whether this person could decide it together with
    others, `is_close` whether they have more in common than lawful people may.
    """

    case_id: str
    address: str
    reference: str
    account_id: str
    shop: str
    amount: str
    level: LevelMark
    score: int
    reasons: list[str]
    ways: list[str]
    state: State
    by: str
    at: datetime
    said: str
    may_decide: bool
    is_close: bool = False


@dataclass(frozen=True)
class PreviewRow:
    """What a decision would do with one case; `second` says why another person would have to confirm it."""

    reference: str
    state: State
    amount: str
    hold_until: datetime | None
    second: list[str]
    message: str
    language: str


@dataclass(frozen=True)
class AlikePanel:
    """How like cases were decided: shares by outcome, and the most alike."""

    count: int
    shares: list[tuple[State, int]]
    rows: list[LinkedRow]


def linked_rows(linked: Iterable[LinkedCase], *, person: Person, now: datetime) -> list[LinkedRow]:
    """Write linked cases out; open ones first."""
    rows = [
        replace(
            _row(each.case, [str(WAY_WORDS[way]) for way in each.ways], person, now),
            is_close=not LOOSE.issuperset(each.ways),
        )
        for each in linked
    ]
    return sorted(rows, key=lambda row: not row.may_decide)


def alike_panel(alike: AlikeCases, *, person: Person, now: datetime) -> AlikePanel | None:
    """Write like cases out; None where there is none."""
    if not alike.count:
        return None
    shares = [
        (outcome_mark(outcome), alike.outcomes[outcome.value])
        for outcome in DecisionOutcome
        if alike.outcomes.get(outcome.value)
    ]
    return AlikePanel(alike.count, shares, [_row(case, [], person, now) for case in alike.nearest])


def preview_rows(cases: Iterable[ReviewCase], verdict: Verdict, *, now: datetime) -> list[PreviewRow]:
    """Say what the verdict would do with each case. Nothing is changed."""
    return [_preview(case, verdict, now) for case in cases]


def _preview(case: ReviewCase, verdict: Verdict, now: datetime) -> PreviewRow:
    refund = case.refund
    is_denial = verdict.outcome is DecisionOutcome.DENY
    return PreviewRow(
        reference=refund.reference,
        state=outcome_mark(verdict.outcome),
        amount="" if is_denial else amount_words(refund.amount, refund.currency),
        hold_until=held_until(verdict, refund, now=now),
        second=[rule.reason for rule in second_rules(refund, verdict.outcome, refund.amount, case.pk)],
        message=filled(verdict.customer_message.strip(), refund),
        language=wording.language_tag(refund.client.language),
    )


def _row(case: ReviewCase, ways: list[str], person: Person, now: datetime) -> LinkedRow:
    refund = case.refund
    is_leased = case.leased_until is not None and case.leased_until > now
    is_free = case.status == CaseStatus.OPEN and (not is_leased or case.holder_id == person.pk)
    decision = getattr(case, "decision", None)
    return LinkedRow(
        case_id=case.pk,
        address=reverse("console:case", args=[case.pk]),
        reference=refund.reference,
        account_id=refund.account.external_id,
        shop=str(refund.shop),
        amount=amount_words(refund.amount, refund.currency),
        level=level_mark(case.level, str(RiskLevel(case.level).label)),
        score=refund.assessment.score,
        reasons=strongest(refund.assessment.factors),
        ways=ways,
        state=outcome_state(decision) if decision is not None else _state(case, is_leased=is_leased),
        by=str(decision.person) if decision is not None else "",
        at=decision.decided_at if decision is not None else case.opened_at,
        said=refund.reason_text or str(refund.get_reason_code_display()),
        may_decide=is_free and not case.is_second and (person.is_supervisor or not case.is_escalated),
    )


def _state(case: ReviewCase, *, is_leased: bool) -> State:
    if case.status == CaseStatus.CLOSED:
        return State(_("Closed"), "none", "lock")
    if case.status == CaseStatus.OPEN and is_leased:
        return State(str(case.holder), "none", "user")
    return State(case.get_status_display(), "none", "circle-dashed")
