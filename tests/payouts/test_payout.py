import pytest

from apps.marketplace.models import Order
from apps.payouts.errors import ReasonMissing
from apps.payouts.services.payout import PayoutResult, payout_report, payout_retry
from apps.refunds.errors import IllegalTransition, RefundUnknown
from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from tests.support.factories import (
    NOON,
    Goods,
    client_actor,
    held_refund,
    make_client,
    make_order,
    make_person,
    person_actor,
    submit,
)
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def an_order() -> Order:
    return make_order(make_client(), Goods(5000))


def report(refund: Refund, result: PayoutResult, *, client_id: int | None = None) -> Refund:
    return payout_report(
        refund.pk,
        client_id=refund.client_id if client_id is None else client_id,
        result=result,
        reference="PO-1",
        at=NOON,
        failure_reason="account closed" if result is PayoutResult.FAILED else "",
        actor=client_actor(refund.client),
        now=NOON,
    )


def test_refuses_a_report_on_money_that_is_held() -> None:
    refund, _hold = held_refund(an_order())
    before = everything_that_moves()

    with pytest.raises(IllegalTransition) as refused:
        report(refund, PayoutResult.PAID)

    assert refused.value.extensions == {"current_status": "held", "requested_status": "paid"}
    assert everything_that_moves() == before


def test_refuses_a_second_report_on_paid_money() -> None:
    refund = submit(an_order(), RiskOutcome.CLEAR)
    report(refund, PayoutResult.PAID)

    with pytest.raises(IllegalTransition):
        report(refund, PayoutResult.FAILED)

    assert Refund.objects.get(pk=refund.pk).status == "paid"


def test_refuses_a_report_by_another_client() -> None:
    refund = submit(an_order(), RiskOutcome.CLEAR)

    with pytest.raises(RefundUnknown):
        report(refund, PayoutResult.PAID, client_id=make_client().pk)

    assert Refund.objects.get(pk=refund.pk).status == "released"


@pytest.mark.parametrize("outcome", RiskOutcome)
def test_refuses_to_ask_again_for_a_payout_that_did_not_fail(outcome: RiskOutcome) -> None:
    refund = submit(make_order(make_client(), Goods(5000)), outcome)
    before = everything_that_moves()

    with pytest.raises(IllegalTransition) as refused:
        payout_retry(refund.pk, reason="in a hurry", actor=person_actor(make_person()), now=NOON)

    assert refused.value.extensions == {"current_status": refund.status, "requested_status": "released"}
    assert everything_that_moves() == before


def test_lets_a_person_ask_for_a_failed_payout_again() -> None:
    refund = submit(an_order(), RiskOutcome.CLEAR)
    failed = report(refund, PayoutResult.FAILED)
    assert failed.payout == {
        "reference": "PO-1",
        "result": "failed",
        "at": "2026-11-22T12:00:00Z",
        "failure_reason": "account closed",
    }
    actor = person_actor(make_person())

    with pytest.raises(ReasonMissing):
        payout_retry(refund.pk, reason="", actor=actor, now=NOON)
    payout_retry(refund.pk, reason="the customer named another card", actor=actor, now=NOON)

    stored = Refund.objects.get(pk=refund.pk)
    assert (stored.status, stored.payout, stored.approved_amount) == ("released", None, 5000)
