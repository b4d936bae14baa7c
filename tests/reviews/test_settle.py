from datetime import timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.payouts.models import Hold
from apps.refunds.lifecycle import Status
from apps.refunds.services.door import refund_move
from apps.reviews.errors import CaseAlreadyClaimed, CaseNotOpen, ClaimLost, DecisionSettled
from apps.reviews.models import CaseStatus, Decision, Proposal, ProposalState
from apps.reviews.services.claim import case_claim, case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.services.settle import decision_undo, proposals_settle_due
from apps.reviews.services.withdraw import refund_withdraw
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
    whole_lines,
)
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=5)
AFTER = NOON + WINDOW


def a_desk() -> Desk:
    order = make_order(make_client(), Goods(3000), Goods(2000))
    return open_desk(submit(order, RiskOutcome.REVIEW, lines=whole_lines(order)))


def decide(desk: Desk, verdict: Verdict = APPROVAL) -> Proposal:
    return case_decide(
        desk.case.pk,
        verdict,
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
        undo_for=WINDOW,
    )


def told(desk: Desk) -> list[str]:
    return list(Event.objects.filter(subject_id=desk.refund.pk).order_by("sequence").values_list("type", flat=True))


def test_leaves_everything_outside_as_it_is_while_it_can_be_undone() -> None:
    desk = a_desk()
    before = told(desk)

    decide(desk, DENIAL)
    proposals_settle_due(now=AFTER - timedelta(milliseconds=1))

    desk.refund.refresh_from_db()
    desk.case.refresh_from_db()
    assert desk.refund.status == Status.PENDING_REVIEW
    assert desk.case.status == CaseStatus.SETTLING
    assert told(desk) == before
    assert not Decision.objects.exists()


def test_takes_effect_when_the_time_is_over_and_only_once() -> None:
    desk = a_desk()
    decide(desk, DENIAL)

    assert proposals_settle_due(now=AFTER) == 1
    assert proposals_settle_due(now=AFTER) == 0

    desk.refund.refresh_from_db()
    desk.case.refresh_from_db()
    assert desk.refund.status == Status.DENIED
    assert desk.case.status == CaseStatus.CLOSED
    assert told(desk)[-1] == "refund.denied"
    decision = Decision.objects.get()
    assert (decision.person, decision.decided_at, decision.confirmed_by) == (desk.person, AFTER, None)


def test_holds_by_the_policy_from_when_it_takes_effect() -> None:
    desk = a_desk()
    decide(desk)

    proposals_settle_due(now=AFTER)

    assert Hold.objects.get().release_at == AFTER + timedelta(hours=24)


def test_gives_the_case_back_to_who_undoes_in_time() -> None:
    desk = a_desk()
    decide(desk, DENIAL)

    decision_undo(desk.case.pk, desk.person, actor=desk.actor, now=AFTER - timedelta(milliseconds=1))
    proposals_settle_due(now=AFTER)

    desk.case.refresh_from_db()
    assert (desk.case.status, desk.case.holder) == (CaseStatus.OPEN, desk.person)
    assert desk.case.fence == desk.claim.token + 1
    assert not Decision.objects.exists()
    assert Proposal.objects.get().state == ProposalState.UNDONE
    # The page that decided is stale: its token is an older one.
    with pytest.raises(ClaimLost):
        decide(desk)
    again = open_desk(desk.refund, desk.person)
    decide(again)
    assert proposals_settle_due(now=AFTER) == 1


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1)])
def test_refuses_to_undo_when_the_time_is_over_even_if_no_timer_ran(late: timedelta) -> None:
    desk = a_desk()
    decide(desk, DENIAL)

    with pytest.raises(DecisionSettled):
        decision_undo(desk.case.pk, desk.person, actor=desk.actor, now=AFTER + late)


def test_lets_nobody_else_undo() -> None:
    desk = a_desk()
    decide(desk)
    other = make_person("wang")

    with pytest.raises(DecisionSettled):
        decision_undo(desk.case.pk, other, actor=person_actor(other), now=NOON)


def test_gives_a_case_that_settles_to_nobody() -> None:
    desk = a_desk()
    decide(desk)
    other = make_person("wang")

    with pytest.raises(CaseNotOpen):
        case_claim(desk.case.pk, other, actor=person_actor(other), now=NOON)
    with pytest.raises(CaseNotOpen):
        decide(desk)


def test_ends_what_is_under_way_when_the_customer_withdraws() -> None:
    desk = a_desk()
    decide(desk)

    refund_withdraw(
        desk.refund.pk,
        client_id=desk.refund.client_id,
        reason="",
        actor=client_actor(desk.refund.client),
        now=NOON,
    )

    assert proposals_settle_due(now=AFTER) == 0
    assert Proposal.objects.get().state == ProposalState.VOID
    desk.refund.refresh_from_db()
    assert desk.refund.status == Status.WITHDRAWN


def test_returns_the_case_when_the_money_is_gone_meanwhile() -> None:
    order = make_order(make_client(), Goods(3000), Goods(2000))
    first = open_desk(submit(order, RiskOutcome.REVIEW, amount=3000), make_person("lin"))
    second = open_desk(submit(order, RiskOutcome.REVIEW, amount=2000), make_person("wang"))
    decide(first)
    decide(second)
    # As a client's correction of the order would: less was paid than both together.
    type(order).objects.filter(pk=order.pk).update(paid_amount=4000)

    assert proposals_settle_due(now=AFTER) == 1

    second.case.refresh_from_db()
    assert (second.case.status, second.case.holder) == (CaseStatus.OPEN, None)
    void = Proposal.objects.get(case=second.case)
    assert (void.state, void.end_note != "") == (ProposalState.VOID, True)
    assert AuditEvent.objects.filter(action="decision.void", case_id=second.case.pk).exists()


def test_goes_on_when_one_fails_and_tries_that_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    poison = a_desk()
    order = make_order(make_client("Other Mall"), Goods(700))
    sound = open_desk(submit(order, RiskOutcome.REVIEW), make_person("wang"))
    decide(poison)
    decide(sound)

    def breaks(refund: object, *arguments: object, **named: object) -> None:
        if getattr(refund, "pk", "") == poison.refund.pk:
            raise RuntimeError
        refund_move(refund, *arguments, **named)  # type: ignore[arg-type]  # handed on as it came

    with monkeypatch.context() as broken:
        broken.setattr("apps.reviews.services.effect.refund_move", breaks)
        assert proposals_settle_due(now=AFTER) == 1

    assert Decision.objects.get().case_id == sound.case.pk
    assert proposals_settle_due(now=AFTER) == 0
    assert proposals_settle_due(now=AFTER + timedelta(minutes=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_undoing_and_taking_effect_at_once_end_in_one_of_both() -> None:
    desk = a_desk()
    decide(desk)

    def undo() -> str:
        # The last moment in which it is allowed; the timer reads the first in which it is due.
        decision_undo(desk.case.pk, desk.person, actor=desk.actor, now=AFTER - timedelta(milliseconds=1))
        return "undone"

    outcomes = at_once([undo, lambda: str(proposals_settle_due(now=AFTER))])

    undone = "undone" in outcomes
    assert sorted(outcomes) == (["0", "undone"] if undone else ["1", "decision_settled"])
    assert Proposal.objects.get().state == (ProposalState.UNDONE if undone else ProposalState.EFFECTIVE)
    assert Decision.objects.count() == (0 if undone else 1)


def test_lets_who_decided_go_on_with_the_next_case_meanwhile() -> None:
    desk = a_desk()
    other = submit(make_order(make_client("Other Mall"), Goods(700)), RiskOutcome.REVIEW)
    decide(desk)

    claim = case_claim_next(desk.person, actor=desk.actor, now=NOON)
    assert claim.case.refund_id == other.pk

    decision_undo(desk.case.pk, desk.person, actor=desk.actor, now=NOON)
    third = make_person("wang")
    with pytest.raises(CaseAlreadyClaimed):
        case_claim(desk.case.pk, third, actor=person_actor(third), now=NOON)
