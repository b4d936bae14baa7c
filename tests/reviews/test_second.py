from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.common.errors import Refusal
from apps.payouts.models import Hold
from apps.refunds.lifecycle import Status
from apps.reviews.errors import (
    CaseEscalated,
    CaseNotForYou,
    DisagreementUnexplained,
    NothingToConfirm,
    SecondReviewDue,
)
from apps.reviews.models import CaseStatus, Decision, DecisionOutcome, DecisionReason, Proposal, ProposalState
from apps.reviews.services.claim import case_claim, case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.services.second import second_confirm, second_disagree, second_look
from apps.reviews.services.settle import proposals_settle_due
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from apps.risk.policy import SecondReviewRule
from apps.staff.models import Person, Role
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Desk,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
    whole_lines,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

PARTLY = Verdict(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "Half is used.", lines={"1": 1000})
RULE = SecondReviewRule(when="", reason="Every decision")


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> list[SecondReviewRule]:
    """The rules that apply to every decision here; what makes one apply is tested with the policy."""
    applying = [RULE]
    monkeypatch.setattr("apps.reviews.services.decide.second_review_rules", lambda *_a, **_n: list(applying))
    return applying


@pytest.fixture
def wang() -> Iterator[Person]:
    return make_person("wang")  # type: ignore[return-value]  # a fixture


def decided(verdict: Verdict = APPROVAL) -> Desk:
    order = make_order(make_client(), Goods(3000), Goods(2000))
    desk = open_desk(submit(order, RiskOutcome.REVIEW, lines=whole_lines(order)), make_person("lin"))
    desk.decide(verdict)
    desk.case.refresh_from_db()
    return desk


def test_sends_what_needs_a_second_person_back_to_the_queue_without_telling_anybody() -> None:
    desk = decided(DENIAL)

    desk.refund.refresh_from_db()
    assert desk.refund.status == Status.PENDING_REVIEW
    assert (desk.case.status, desk.case.is_second, desk.case.holder) == (CaseStatus.OPEN, True, None)
    assert Event.objects.filter(subject_id=desk.refund.pk).count() == 1
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.second_reasons) == (ProposalState.SECOND, ["Every decision"])


def test_asks_only_when_the_decision_can_no_longer_be_undone() -> None:
    order = make_order(make_client(), Goods(3000))
    desk = open_desk(submit(order, RiskOutcome.REVIEW))
    window = timedelta(seconds=5)
    case_decide(
        desk.case.pk,
        APPROVAL,
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
        undo_for=window,
    )
    desk.case.refresh_from_db()
    assert (desk.case.status, desk.case.is_second) == (CaseStatus.SETTLING, False)

    proposals_settle_due(now=NOON + window)

    desk.case.refresh_from_db()
    assert (desk.case.status, desk.case.is_second) == (CaseStatus.OPEN, True)


@pytest.mark.parametrize("verdict", [APPROVAL, DENIAL, PARTLY])
def test_lets_what_another_confirms_take_effect(verdict: Verdict, wang: Person) -> None:
    desk = decided(verdict)
    claim = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)

    second_confirm(desk.case.pk, note="Same.", person=wang, token=claim.token, actor=person_actor(wang), now=NOON)

    decision = Decision.objects.get()
    assert (decision.person, decision.confirmed_by, decision.outcome) == (desk.person, wang, verdict.outcome)
    desk.refund.refresh_from_db()
    desk.case.refresh_from_db()
    assert desk.refund.status == (Status.DENIED if verdict is DENIAL else Status.HELD)
    assert (desk.case.status, desk.case.is_second) == (CaseStatus.CLOSED, False)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.seconded_by, proposal.end_note) == (ProposalState.EFFECTIVE, wang, "Same.")
    # Who decided may not let the money go before its time, though another person confirmed.
    assert set(Hold.objects.values_list("placed_by", flat=True)) <= {desk.person.pk}


def test_gives_the_case_to_anybody_but_who_decided_supervisors_included() -> None:
    order = make_order(make_client(), Goods(3000))
    boss = make_person("chen", Role.SUPERVISOR)
    desk = open_desk(submit(order, RiskOutcome.REVIEW), boss)
    desk.decide(APPROVAL)

    with pytest.raises(CaseNotForYou):
        case_claim(desk.case.pk, boss, actor=person_actor(boss), now=NOON)
    with pytest.raises(Refusal):
        case_claim_next(boss, actor=person_actor(boss), now=NOON)
    wang = make_person("wang")
    assert case_claim_next(wang, actor=person_actor(wang), now=NOON).case_id == desk.case.pk


def test_is_refused_by_the_database_when_one_person_does_both() -> None:
    desk = decided()
    proposal = Proposal.objects.get()

    with pytest.raises(IntegrityError, match="proposal_seconded_by_another"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(seconded_by=desk.person)
    with pytest.raises(IntegrityError, match="proposal_second_person_spoke"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.EFFECTIVE, ended_at=NOON)


def test_refuses_to_decide_again_over_what_waits(wang: Person) -> None:
    desk = decided()
    claim = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    before = everything_that_moves()

    with pytest.raises(SecondReviewDue):
        case_decide(desk.case.pk, DENIAL, person=wang, token=claim.token, actor=person_actor(wang), now=NOON)

    assert everything_that_moves() == before


def test_refuses_to_confirm_where_nothing_waits(rules: list[SecondReviewRule]) -> None:
    rules.clear()
    order = make_order(make_client(), Goods(3000))
    desk = open_desk(submit(order, RiskOutcome.REVIEW))

    with pytest.raises(NothingToConfirm):
        second_confirm(desk.case.pk, person=desk.person, token=desk.claim.token, actor=desk.actor, now=NOON)


def test_sends_a_disagreement_to_the_supervisors(wang: Person) -> None:
    desk = decided(DENIAL)
    claim = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    told = Event.objects.count()

    with pytest.raises(DisagreementUnexplained):
        second_disagree(desk.case.pk, note=" ", person=wang, token=claim.token, actor=person_actor(wang), now=NOON)
    second_disagree(desk.case.pk, note="Unused.", person=wang, token=claim.token, actor=person_actor(wang), now=NOON)

    desk.case.refresh_from_db()
    assert (desk.case.status, desk.case.is_second, desk.case.is_escalated) == (CaseStatus.OPEN, False, True)
    assert Event.objects.count() == told
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.seconded_by, proposal.end_note) == (ProposalState.REJECTED, wang, "Unused.")
    with pytest.raises(CaseEscalated):
        case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    boss = make_person("chen", Role.SUPERVISOR)
    assert case_claim(desk.case.pk, boss, actor=person_actor(boss), now=NOON).person == boss


@pytest.mark.parametrize(
    ("verdict", "agrees"),
    [
        (PARTLY, True),
        (replace(PARTLY, reason_code=DecisionReason.MERCHANT_FAULT, customer_message="Other words."), True),
        (replace(PARTLY, lines={"1": 999}), False),
        (replace(PARTLY, lines={"2": 1000}), False),
        (APPROVAL, False),
        (DENIAL, False),
    ],
)
def test_compares_a_blind_look_by_outcome_and_amounts(
    verdict: Verdict, agrees: bool, wang: Person, rules: list[SecondReviewRule]
) -> None:
    rules[:] = [replace_rule(blind=True)]
    desk = decided(PARTLY)
    assert Proposal.objects.get().is_blind
    claim = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)

    made = second_look(desk.case.pk, verdict, person=wang, token=claim.token, actor=person_actor(wang), now=NOON)

    assert (made is not None) is agrees
    desk.case.refresh_from_db()
    assert desk.case.is_escalated is not agrees
    if made is not None:
        # What goes out is what the first person wrote.
        assert (made.person, made.customer_message) == (desk.person, PARTLY.customer_message)


@pytest.mark.django_db(transaction=True)
def test_takes_one_answer_of_two_that_come_at_once(wang: Person) -> None:
    desk = decided()
    claim = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    actor = person_actor(wang)

    def confirm() -> str:
        second_confirm(desk.case.pk, person=wang, token=claim.token, actor=actor, now=NOON)
        return "done"

    def disagree() -> str:
        second_disagree(desk.case.pk, note="No.", person=wang, token=claim.token, actor=actor, now=NOON)
        return "done"

    assert at_once([confirm, disagree]).count("done") == 1
    assert Proposal.objects.get().state in (ProposalState.EFFECTIVE, ProposalState.REJECTED)


def replace_rule(**changed: bool) -> SecondReviewRule:
    return RULE.model_copy(update=changed)
