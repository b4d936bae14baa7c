from datetime import timedelta
from typing import Any

import pytest

from apps.common.errors import Invalid
from apps.marketplace.models import Category, Order
from apps.refunds.errors import (
    AccountNotOfOrder,
    AccountUnknown,
    AmountExceedsLine,
    AmountExceedsOrder,
    CurrencyDiffers,
    LineUnknown,
    OrderUnknown,
    ReferenceUsed,
    RequestedBeforeOrder,
    RequestedInFuture,
    ShopNotOfOrder,
)
from apps.refunds.models import Refund, RefundLine
from apps.reviews.models import DecisionOutcome, DecisionReason
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from tests.support.factories import DENIAL, NOON, Goods, make_client, make_order, open_desk, submit, whole_lines
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def an_order() -> Order:
    return make_order(make_client(), Goods(3000), Goods(2000, Category.PHYSICAL))


@pytest.mark.parametrize(
    ("changed", "refusal", "pointer"),
    [
        ({"order": {"id": "O-none"}}, OrderUnknown, "/order/id"),
        ({"account": {"id": "A-none"}}, AccountUnknown, "/account/id"),
        ({"shop": {"id": "S-other"}}, ShopNotOfOrder, "/shop/id"),
        ({"currency": "USD"}, CurrencyDiffers, "/currency"),
        ({"amount": 5001}, AmountExceedsOrder, "/amount"),
        ({"requested_at": (NOON - timedelta(days=2)).isoformat()}, RequestedBeforeOrder, "/requested_at"),
        ({"requested_at": (NOON + timedelta(hours=25)).isoformat()}, RequestedInFuture, "/requested_at"),
        ({"amount": 1, "lines": [{"id": "9", "amount": 1}]}, LineUnknown, "/lines/0/id"),
        (
            {"amount": 3002, "lines": [{"id": "2", "amount": 1}, {"id": "1", "amount": 3001}]},
            AmountExceedsLine,
            "/lines/1/amount",
        ),
    ],
)
def test_refuses_what_the_order_does_not_bear_out(
    changed: dict[str, Any], refusal: type[Invalid], pointer: str
) -> None:
    order = an_order()
    before = everything_that_moves()

    with pytest.raises(refusal) as refused:
        submit(order, RiskOutcome.CLEAR, **changed)

    assert refused.value.pointer == pointer
    assert everything_that_moves() == before


def test_takes_a_line_to_the_last_unit() -> None:
    lines = [{"id": "2", "amount": 1}, {"id": "1", "amount": 3000}]

    assert submit(an_order(), RiskOutcome.CLEAR, amount=3001, lines=lines).amount == 3001


def test_refuses_another_account_of_the_same_client() -> None:
    client = make_client()
    order, other = make_order(client, Goods(100)), make_order(client, Goods(100))

    with pytest.raises(AccountNotOfOrder):
        submit(order, RiskOutcome.CLEAR, account={"id": other.account.external_id})

    assert Refund.objects.count() == 0


def test_names_the_refund_that_has_the_reference() -> None:
    order = an_order()
    first = submit(order, RiskOutcome.CLEAR, amount=3000, reference="RF-same")

    with pytest.raises(ReferenceUsed) as refused:
        submit(order, RiskOutcome.CLEAR, amount=3000, reference="RF-same")

    assert refused.value.extensions == {"refund_id": first.pk}
    assert Refund.objects.count() == 1


def test_lets_two_clients_use_the_same_reference() -> None:
    submit(an_order(), RiskOutcome.CLEAR, reference="RF-same")
    submit(an_order(), RiskOutcome.CLEAR, reference="RF-same")

    assert Refund.objects.filter(reference="RF-same").count() == 2


def test_leaves_the_next_refund_what_the_first_did_not_take() -> None:
    order = an_order()
    submit(order, RiskOutcome.REVIEW, amount=1500)

    with pytest.raises(AmountExceedsOrder) as refused:
        submit(order, RiskOutcome.CLEAR, amount=3501)
    exact = submit(order, RiskOutcome.CLEAR, amount=3500)

    assert refused.value.extensions == {"left_to_refund": 3500, "currency": "CNY"}
    assert exact.amount == 3500


def test_gives_back_what_a_denial_frees() -> None:
    order = an_order()
    open_desk(submit(order, RiskOutcome.REVIEW)).decide(DENIAL)

    assert submit(order, RiskOutcome.CLEAR).amount == 5000


def test_counts_a_partly_approved_refund_with_what_was_approved() -> None:
    order = an_order()
    refund = submit(order, RiskOutcome.REVIEW, lines=whole_lines(order))
    open_desk(refund).decide(
        Verdict(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "Half is used.", lines={"1": 1000, "2": 2000})
    )

    with pytest.raises(AmountExceedsOrder) as refused:
        submit(order, RiskOutcome.CLEAR, amount=2001, lines=[{"id": "1", "amount": 2001}])
    with pytest.raises(AmountExceedsLine) as of_line:
        submit(order, RiskOutcome.CLEAR, amount=1, lines=[{"id": "2", "amount": 1}])
    rest = submit(order, RiskOutcome.CLEAR, amount=2000, lines=[{"id": "1", "amount": 2000}])

    assert of_line.value.extensions == {"left_to_refund": 0, "currency": "CNY"}
    assert refused.value.extensions == {"left_to_refund": 2000, "currency": "CNY"}
    assert rest.amount == 2000


def test_stores_the_lines_and_the_category_that_is_resold_most_easily() -> None:
    order = an_order()

    refund = submit(order, RiskOutcome.CLEAR, lines=whole_lines(order))

    assert list(RefundLine.objects.filter(refund=refund).order_by("pk").values_list("amount", flat=True)) == [
        3000,
        2000,
    ]
    assert refund.category == Category.GIFT_CARD


@pytest.mark.django_db(transaction=True)
def test_lets_only_one_of_two_simultaneous_refunds_take_the_last_of_the_money() -> None:
    order = an_order()

    def ask() -> str:
        submit(order, RiskOutcome.CLEAR)
        return "accepted"

    results = at_once([ask] * 6)

    assert sorted(results) == ["accepted"] + ["amount_exceeds_order"] * 5
    assert list(Refund.objects.filter(order=order).values_list("approved_amount", flat=True)) == [5000]
