import json
from typing import Any

import pytest
from django.db import transaction

from apps.marketplace.models import Order
from apps.marketplace.records import OrderRecord
from apps.payouts.models import Hold
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.services.history import history_import
from apps.refunds.services.promises import ApprovalExceedsLine, ApprovalExceedsOrder, OrderPromised, order_correct
from apps.reviews.models import DecisionOutcome, DecisionReason
from apps.reviews.services.intake import refunds_intake
from apps.reviews.services.recall import hold_recall_to_review
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from tests.support.factories import (
    APPROVAL,
    NOON,
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    refund_body,
    submit,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves


def recalled_beside_another(*goods: Goods, asked: int, approved: int, other: int) -> Desk:
    """Approve part of a first line, submit what that leaves of it, and recall the first: both ask for too much now."""
    order = make_order(make_client(), *goods)
    first = submit(order, RiskOutcome.REVIEW, amount=asked, lines=[{"id": "1", "amount": asked}])
    verdict = Verdict(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "Part is used.", lines={"1": approved})
    open_desk(first).decide(verdict)
    second = submit(order, RiskOutcome.CLEAR, amount=other, lines=[{"id": "1", "amount": other}])
    assert second.approved_amount == other
    hold = Hold.objects.get(refund=first)
    hold_recall_to_review(hold.pk, reason="new report", actor=person_actor(make_person()), now=NOON)
    return open_desk(first)


@pytest.mark.django_db
def test_refuses_to_approve_more_than_the_order_was_paid() -> None:
    desk = recalled_beside_another(Goods(1000), asked=1000, approved=400, other=600)
    before = everything_that_moves()

    with pytest.raises(ApprovalExceedsOrder) as refused:
        desk.decide(APPROVAL)

    assert refused.value.detail.endswith("leave CN¥4.00 to approve.")
    assert everything_that_moves() == before


@pytest.mark.django_db
def test_refuses_to_approve_more_than_the_line_cost() -> None:
    desk = recalled_beside_another(Goods(1000), Goods(5000), asked=1000, approved=400, other=600)
    before = everything_that_moves()

    with pytest.raises(ApprovalExceedsLine) as refused:
        desk.decide(APPROVAL)

    assert refused.value.detail == "Other approved refunds of line 1 leave CN¥4.00 to approve."
    assert everything_that_moves() == before


@pytest.mark.django_db
def test_approves_what_is_left() -> None:
    desk = recalled_beside_another(Goods(1000), asked=1000, approved=400, other=600)

    desk.decide(Verdict(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "Part is used.", lines={"1": 400}))

    approved = Refund.objects.order_by("approved_amount").values_list("approved_amount", flat=True)
    assert list(approved) == [400, 600]


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_two_approvals_at_once_have_the_rest() -> None:
    order = make_order(make_client(), Goods(1000))
    first = submit(order, RiskOutcome.REVIEW, amount=600, lines=[{"id": "1", "amount": 600}])
    second = submit(order, RiskOutcome.REVIEW, amount=400, lines=[{"id": "1", "amount": 400}])
    with transaction.atomic():
        Order.objects.filter(pk=order.pk).update(paid_amount=700)
    desks = [open_desk(first), open_desk(second)]

    def approve(desk: Desk) -> str:
        desk.decide(APPROVAL)
        return "approved"

    results = at_once([lambda: approve(desks[0]), lambda: approve(desks[1])])

    assert sorted(results) == ["approval_exceeds_order", "approved"]


def record_of(order: Order, **changes: Any) -> OrderRecord:
    line = {"title": "Goods 1", "category": "gift_card", "quantity": 1, "unit_amount": 1000, "amount": 1000}
    payment = {
        "id": order.payments.get().external_id,
        "paid_at": order.placed_at.isoformat(),
        "amount": changes.pop("paid", 1000),
        "instrument": {"type": "bank_card", "fingerprint": "card"},
    }
    told: dict[str, Any] = {
        "id": order.external_id,
        "account_id": order.account.external_id,
        "shop_id": order.shop.external_id,
        "placed_at": order.placed_at.isoformat(),
        "currency": "CNY",
        "lines": [{"id": "1", **line}],
        "payments": [payment],
    }
    return OrderRecord.model_validate(told | changes)


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"paid": 599}, {"paid": 0}, {"currency": "JPY"}])
def test_refuses_payments_that_do_not_cover_what_is_approved(changes: dict[str, Any]) -> None:
    order = make_order(make_client(), Goods(1000))
    submit(order, RiskOutcome.CLEAR, amount=600)
    before = everything_that_moves()

    with pytest.raises(OrderPromised) as refused:
        order_correct(record_of(order, **changes), client_id=order.client_id, now=NOON)

    assert order.external_id in refused.value.detail
    order.refresh_from_db()
    assert (order.paid_amount, order.currency, order.payments.get().amount) == (1000, "CNY", 1000)
    assert everything_that_moves() == before


@pytest.mark.django_db
def test_corrects_payments_down_to_what_is_approved() -> None:
    order = make_order(make_client(), Goods(1000))
    submit(order, RiskOutcome.CLEAR, amount=600)
    submit(order, RiskOutcome.REVIEW, amount=400)

    put = order_correct(record_of(order, paid=600), client_id=order.client_id, now=NOON)

    assert put.row.paid_amount == 600


@pytest.mark.django_db(transaction=True)
def test_rejects_a_line_of_history_that_takes_back_what_is_approved() -> None:
    order = make_order(make_client(), Goods(1000))
    submit(order, RiskOutcome.CLEAR, amount=600)
    lowered = record_of(order, paid=599).model_dump(mode="json", exclude_unset=True)
    fresh = lowered | {"id": "O-fresh"}
    before = everything_that_moves()

    lines = [json.dumps({"type": "order", **one}).encode() + b"\n" for one in (lowered, fresh)]
    report = history_import(lines, client_id=order.client_id, now=NOON)

    assert (report.accepted, report.unchanged, report.rejected) == (1, 0, 1)
    (rejection,) = report.rejections
    assert rejection.line == 1
    assert [problem.code for problem in rejection.problems] == ["order_promised"]
    order.refresh_from_db()
    assert (order.paid_amount, order.payments.get().amount) == (1000, 1000)
    assert Order.objects.filter(external_id="O-fresh").count() == 1
    assert everything_that_moves() == before


@pytest.mark.django_db
def test_refuses_a_refund_whose_order_takes_back_what_is_approved() -> None:
    order = make_order(make_client(), Goods(1000))
    submit(order, RiskOutcome.CLEAR, amount=600)
    lowered = record_of(order, currency="JPY").model_dump(mode="json", exclude_unset=True)
    other = make_order(order.client, Goods(1000))
    bodies = [refund_body(other, 10), refund_body(order, 10, order=lowered, currency="JPY")]
    records = [RefundRecord.model_validate(body) for body in bodies]

    taken, refused = refunds_intake(records, client=order.client, actor=client_actor(order.client), now=NOON)

    assert isinstance(taken, Refund)
    assert isinstance(refused, OrderPromised)
    order.refresh_from_db()
    assert order.currency == "CNY"
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [10, 600]
