import pytest

from apps.payouts.models import Hold
from apps.payouts.services.hold import holds_release_due
from apps.refunds.errors import IllegalTransition, RefundUnknown, VersionStale
from apps.refunds.models import Refund
from apps.reviews.errors import CaseNotOpen
from apps.reviews.models import Claim, ReviewCase
from apps.reviews.services.withdraw import refund_withdraw
from apps.risk.models import RiskOutcome
from tests.support.factories import (
    APPROVAL,
    NOON,
    Goods,
    client_actor,
    held_refund,
    make_client,
    make_order,
    open_desk,
    submit,
)
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def withdraw(refund: Refund, *, client_id: int | None = None, expected_version: int | None = None) -> Refund:
    return refund_withdraw(
        refund.pk,
        client_id=refund.client_id if client_id is None else client_id,
        reason="found the card",
        actor=client_actor(refund.client),
        now=NOON,
        expected_version=expected_version,
    )


def test_refuses_once_the_money_is_released() -> None:
    refund = submit(make_order(make_client(), Goods(5000)), RiskOutcome.CLEAR)
    before = everything_that_moves()

    with pytest.raises(IllegalTransition) as refused:
        withdraw(refund)

    assert refused.value.extensions == {"current_status": "released", "requested_status": "withdrawn"}
    assert everything_that_moves() == before


def test_refuses_another_client_and_a_stale_version() -> None:
    refund = submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)
    before = everything_that_moves()

    with pytest.raises(RefundUnknown):
        withdraw(refund, client_id=make_client().pk)
    with pytest.raises(VersionStale):
        withdraw(refund, expected_version=7)

    assert everything_that_moves() == before


def test_closes_the_case_under_the_reviewers_hands() -> None:
    desk = open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))

    refund = withdraw(desk.refund)

    assert (refund.status, refund.review) == ("withdrawn", None)
    assert ReviewCase.objects.get().status == "closed"
    assert Claim.objects.get().end == "case_closed"
    with pytest.raises(CaseNotOpen):
        desk.decide(APPROVAL)


def test_ends_the_hold_so_that_nothing_is_paid() -> None:
    refund, hold = held_refund(make_order(make_client(), Goods(5000)))

    withdraw(refund)

    assert Hold.objects.get().status == "cancelled"
    assert holds_release_due(now=hold.release_at) == 0
    assert Refund.objects.get().status == "withdrawn"
