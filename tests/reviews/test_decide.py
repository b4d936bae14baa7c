from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from apps.audit.models import Action, AuditEvent
from apps.common.errors import Refusal
from apps.payouts.models import Hold
from apps.refunds.models import Refund, RefundLine
from apps.reviews.errors import (
    CaseNotOpen,
    ClaimLost,
    CustomerMessageMissing,
    HoldUntilOutOfBounds,
    PartialAmountsWrong,
    PartialNeedsLines,
    ReasonNotForOutcome,
)
from apps.reviews.models import Decision, DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services.claim import LEASE
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from apps.risk.policy import HoldBounds
from apps.risk.selectors.policies import policy_in_force
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Desk,
    Goods,
    make_client,
    make_order,
    open_desk,
    submit,
    whole_lines,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

PARTLY = Verdict(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "Half is used.", lines={"1": 1000})


def a_desk(*, with_lines: bool = True, hold_minutes: int = 24 * 60) -> Desk:
    order = make_order(make_client(), Goods(3000), Goods(2000))
    lines = whole_lines(order) if with_lines else None
    return open_desk(submit(order, RiskOutcome.REVIEW, hold_minutes=hold_minutes, lines=lines))


@pytest.mark.parametrize(
    ("verdict", "refusal", "pointer"),
    [
        (replace(APPROVAL, reason_code=DecisionReason.CONSUMED), ReasonNotForOutcome, "/reason_code"),
        (replace(DENIAL, reason_code=DecisionReason.EXPLAINED), ReasonNotForOutcome, "/reason_code"),
        (replace(DENIAL, customer_message=" "), CustomerMessageMissing, "/customer_message"),
        (replace(PARTLY, customer_message=""), CustomerMessageMissing, "/customer_message"),
        (replace(PARTLY, lines={}), PartialAmountsWrong, "/lines"),
        (replace(PARTLY, lines={"1": 3001}), PartialAmountsWrong, "/lines"),
        (replace(PARTLY, lines={"1": -1, "2": 5}), PartialAmountsWrong, "/lines"),
        (replace(PARTLY, lines={"1": 3000, "2": 2000}), PartialAmountsWrong, "/lines"),
        (replace(PARTLY, lines={"1": 10, "7": 10}), PartialAmountsWrong, "/lines"),
        (replace(APPROVAL, hold_until=NOON - timedelta(minutes=1)), HoldUntilOutOfBounds, "/hold_until"),
        (replace(APPROVAL, hold_until=NOON), HoldUntilOutOfBounds, "/hold_until"),
        (replace(APPROVAL, hold_until=NOON + timedelta(days=30, seconds=1)), HoldUntilOutOfBounds, "/hold_until"),
    ],
)
def test_refuses_a_verdict_that_does_not_hold_together(verdict: Verdict, refusal: type[Refusal], pointer: str) -> None:
    desk = a_desk()
    before = everything_that_moves()

    with pytest.raises(refusal) as refused:
        desk.decide(verdict)

    assert refused.value.pointer == pointer
    assert everything_that_moves() == before


def test_lets_reviewers_choose_within_the_bounds_of_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = HoldBounds(least_hours=4, most_hours=6)
    policy = policy_in_force()
    narrow = replace(policy, policy=policy.policy.model_copy(update={"hold_bounds": bounds}))
    monkeypatch.setattr("apps.reviews.services.decide.policy_in_force", lambda: narrow)
    desk = a_desk()
    for hours in (3.5, 6.5):
        with pytest.raises(HoldUntilOutOfBounds) as refused:
            desk.decide(replace(APPROVAL, hold_until=NOON + timedelta(hours=hours)))
        assert "from 4 to 6 hours" in str(refused.value.detail)
    # A form opened some minutes ago told the least of then.
    desk.decide(replace(APPROVAL, hold_until=NOON + timedelta(hours=4, minutes=-5)))
    assert Decision.objects.get().hold_until == NOON + timedelta(hours=4, minutes=-5)


def test_refuses_to_split_a_refund_that_names_no_lines() -> None:
    desk = a_desk(with_lines=False)

    with pytest.raises(PartialNeedsLines):
        desk.decide(PARTLY)

    assert Decision.objects.count() == 0


def test_refuses_a_second_decision() -> None:
    desk = a_desk()
    desk.decide(APPROVAL)
    before = everything_that_moves()

    with pytest.raises(CaseNotOpen):
        desk.decide(DENIAL)

    assert everything_that_moves() == before


def test_refuses_a_decision_under_a_lease_that_has_ended() -> None:
    desk = a_desk()
    before = everything_that_moves()

    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL, now=NOON + LEASE)

    assert everything_that_moves() == before


def test_refuses_the_first_holder_after_somebody_took_the_case_over() -> None:
    desk = a_desk()
    open_desk(desk.refund, now=NOON + LEASE)
    before = everything_that_moves()

    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL, now=NOON + LEASE)

    assert everything_that_moves() == before


def test_refuses_the_same_person_with_an_older_token() -> None:
    desk = a_desk()
    again = open_desk(desk.refund, desk.person, now=NOON + LEASE)

    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL, now=NOON + LEASE)
    again.decide(APPROVAL, now=NOON + LEASE)

    assert Decision.objects.get().claim == again.claim


def test_holds_approved_money_for_as_long_as_the_policy_says() -> None:
    desk = a_desk()

    desk.decide(APPROVAL)

    refund = Refund.objects.get()
    hold = Hold.objects.get()
    assert (refund.status, refund.approved_amount, refund.version) == ("held", 5000, 2)
    assert (hold.amount, hold.release_at, hold.placed_by) == (5000, NOON + timedelta(hours=24), desk.person)
    assert refund.review is None
    assert refund.decision == {
        "outcome": "approve",
        "reason_code": "explained",
        "message": "",
        "decided_at": "2026-11-22T12:00:00Z",
        "lines": [{"id": "1", "approved_amount": 3000}, {"id": "2", "approved_amount": 2000}],
    }
    assert list(Event.objects.order_by("sequence").values_list("type", flat=True)) == [
        "refund.pending_review",
        "refund.held",
    ]


def test_holds_until_the_time_the_reviewer_sets() -> None:
    desk = a_desk()

    desk.decide(replace(APPROVAL, hold_until=NOON + timedelta(days=3)))

    assert Hold.objects.get().release_at == NOON + timedelta(days=3)


def test_releases_at_once_where_the_policy_wants_no_hold() -> None:
    desk = a_desk(hold_minutes=0)

    desk.decide(APPROVAL)

    assert Refund.objects.get().status == "released"
    assert Hold.objects.count() == 0


def test_denies_with_a_text_for_the_customer() -> None:
    desk = a_desk()

    desk.decide(replace(DENIAL, internal_note="Seen in three other cases"))

    refund = Refund.objects.get()
    assert (refund.status, refund.approved_amount) == ("denied", None)
    assert refund.decision is not None
    assert refund.decision["message"] == "The code was redeemed."
    assert "three other cases" not in str(Event.objects.latest("sequence").payload)
    assert desk.person.username not in str(Event.objects.latest("sequence").payload)
    decided = AuditEvent.objects.get(action=Action.CASE_DECIDED)
    assert (decided.person_id, decided.reason) == (desk.person.pk, "Seen in three other cases")
    assert ReviewCase.objects.get().status == "closed"


def test_approves_line_by_line() -> None:
    desk = a_desk()

    desk.decide(replace(PARTLY, lines={"1": 1000, "2": 2000}))

    refund = Refund.objects.get()
    assert (refund.status, refund.approved_amount, Hold.objects.get().amount) == ("held", 3000, 3000)
    assert list(RefundLine.objects.order_by("pk").values_list("approved_amount", flat=True)) == [1000, 2000]


def test_keeps_decisions_as_they_were_made() -> None:
    desk = a_desk()
    desk.decide(APPROVAL)

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Decision.objects.update(outcome="deny")

    assert Decision.objects.get().outcome == "approve"


@pytest.mark.django_db(transaction=True)
def test_is_made_once_however_often_the_button_is_pressed() -> None:
    desk = a_desk()

    def press(verdict: Verdict) -> str:
        case_decide(desk.case.id, verdict, person=desk.person, token=desk.claim.token, actor=desk.actor, now=NOON)
        return "decided"

    results = at_once([partial(press, verdict) for verdict in [APPROVAL, DENIAL] * 4])

    assert sorted(results) == ["case_not_open"] * 7 + ["decided"]
    assert Decision.objects.count() == 1
