import pytest

from apps.payouts.errors import HoldEnded, ReasonMissing
from apps.payouts.models import Hold
from apps.payouts.services.hold import hold_release_early
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase
from apps.reviews.services.recall import hold_recall_to_review
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    NOON,
    Goods,
    held_refund,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
)
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def a_held_refund() -> tuple[Refund, Hold]:
    return held_refund(make_order(make_client(), Goods(5000)), make_person())


def test_refuses_without_a_reason_and_moves_nothing() -> None:
    _refund, hold = a_held_refund()
    before = everything_that_moves()

    with pytest.raises(ReasonMissing):
        hold_recall_to_review(hold.pk, reason=" ", actor=person_actor(make_person()), now=NOON)

    after = everything_that_moves()
    assert after == before


def test_refuses_a_hold_that_has_ended() -> None:
    _refund, hold = a_held_refund()
    hold_release_early(hold.pk, reason="checked", actor=person_actor(make_person()), now=NOON)
    before = everything_that_moves()

    with pytest.raises(HoldEnded):
        hold_recall_to_review(hold.pk, reason="doubt", actor=person_actor(make_person()), now=NOON)

    assert everything_that_moves() == before


def test_refuses_to_recall_twice() -> None:
    _refund, hold = a_held_refund()
    hold_recall_to_review(hold.pk, reason="new report", actor=person_actor(make_person()), now=NOON)
    before = everything_that_moves()

    with pytest.raises(HoldEnded):
        hold_recall_to_review(hold.pk, reason="once more", actor=person_actor(make_person()), now=NOON)

    assert everything_that_moves() == before


def test_opens_a_new_case_and_takes_the_approval_back() -> None:
    refund, hold = a_held_refund()

    case = hold_recall_to_review(hold.pk, reason="new report", actor=person_actor(make_person()), now=NOON)

    refund.refresh_from_db()
    hold.refresh_from_db()
    assert (refund.status, refund.approved_amount, refund.decision, refund.hold) == ("pending_review", None, None, None)
    assert (hold.status, hold.end_reason) == ("recalled", "new report")
    assert (case.opened_because, case.status) == ("recalled", "open")
    assert ReviewCase.objects.filter(refund=refund).count() == 2
    assert Event.objects.filter(subject_id=refund.pk).latest("sequence").type == "refund.recalled"


def test_leads_to_a_second_decision_and_a_second_hold() -> None:
    refund, hold = a_held_refund()
    hold_recall_to_review(hold.pk, reason="new report", actor=person_actor(make_person()), now=NOON)

    open_desk(refund).decide(APPROVAL)

    refund.refresh_from_db()
    assert (refund.status, refund.approved_amount) == ("held", 5000)
    assert list(Hold.objects.order_by("pk").values_list("status", flat=True)) == ["recalled", "open"]
