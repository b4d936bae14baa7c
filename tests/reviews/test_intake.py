"""Intake as a set: what a batch does, each refund by itself would have done."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.common.errors import Refusal
from apps.marketplace.models import Account, Category, Instrument, Order
from apps.payouts.models import Hold
from apps.refunds.documents import refund_document
from apps.refunds.errors import AmountExceedsLine, AmountExceedsOrder, OrderUnknown, ReferenceUsed
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.selectors import refund_of_client
from apps.reviews.models import ReviewCase
from apps.reviews.services.intake import refund_intake, refunds_intake
from apps.webhooks.models import Event
from tests.support.factories import NOON, Goods, client_actor, make_client, make_order, refund_body
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def take_in(client: ApiClient, *bodies: dict[str, Any]) -> list[Refund | Refusal]:
    records = [RefundRecord.model_validate(body) for body in bodies]
    return refunds_intake(records, client=client, actor=client_actor(client), now=NOON)


def new_order(identifier: str, account: str = "A-new") -> dict[str, Any]:
    """Return an order that comes along with a refund: two game items for 100 in all."""
    at = (NOON - timedelta(days=2)).isoformat()
    line = {"title": "Sword", "category": "in_game_item", "quantity": 1, "unit_amount": 50, "amount": 50}
    card = {"type": "bank_card", "fingerprint": f"card-{identifier}", "holder_account_id": account}
    return {
        "id": identifier,
        "account_id": account,
        "shop_id": "S-new",
        "placed_at": at,
        "currency": "CNY",
        "lines": [{"id": "1", **line}, {"id": "2", **line}],
        "payments": [{"id": "P", "paid_at": at, "amount": 100, "instrument": card}],
    }


def body_with(order: dict[str, Any], amount: int, **changed: Any) -> dict[str, Any]:
    return {
        "reference": f"RF-{order['id']}",
        "requested_at": NOON.isoformat(),
        "amount": amount,
        "currency": "CNY",
        "reason": {"code": "changed_mind"},
        "channel": "app",
        "order": order,
        **changed,
    }


def test_refuses_one_reference_twice_and_names_the_first() -> None:
    order = make_order(make_client(), Goods(100))

    first, second = take_in(
        order.client,
        refund_body(order, 10, reference="RF-twice"),
        refund_body(order, 10, reference="RF-twice"),
    )

    assert isinstance(first, Refund)
    assert isinstance(second, ReferenceUsed)
    assert second.extensions == {"refund_id": first.id}
    assert Refund.objects.count() == 1


def test_gives_a_reference_to_the_next_when_the_first_is_refused() -> None:
    order = make_order(make_client(), Goods(100))

    refused, taken, late = take_in(
        order.client,
        refund_body(order, 101, reference="RF-twice"),
        refund_body(order, 10, reference="RF-twice"),
        refund_body(order, 20, reference="RF-twice"),
    )

    assert isinstance(refused, AmountExceedsOrder)
    assert isinstance(taken, Refund)
    assert isinstance(late, ReferenceUsed)
    assert late.extensions == {"refund_id": taken.id}
    assert list(Refund.objects.values_list("pk", "amount")) == [(taken.id, 10)]


def test_says_that_a_reference_is_used_before_anything_else_of_a_refusal() -> None:
    order = make_order(make_client(), Goods(100))
    (first,) = take_in(order.client, refund_body(order, 100, reference="RF-all"))
    before = everything_that_moves()

    (again,) = take_in(order.client, refund_body(order, 100, reference="RF-all"))

    assert isinstance(first, Refund)
    assert isinstance(again, ReferenceUsed)
    assert again.extensions == {"refund_id": first.id}
    assert everything_that_moves() == before


def test_counts_what_the_batch_itself_takes_of_an_order() -> None:
    order = make_order(make_client(), Goods(60), Goods(40))
    lines = [{"id": "1", "amount": 50}]

    first, line_spent, order_spent, rest = take_in(
        order.client,
        refund_body(order, 50, lines=lines),
        refund_body(order, 11, lines=[{"id": "1", "amount": 11}]),
        refund_body(order, 51),
        refund_body(order, 50),
    )

    assert isinstance(first, Refund)
    assert isinstance(line_spent, AmountExceedsLine)
    assert line_spent.facts["left"] == 10
    assert isinstance(order_spent, AmountExceedsOrder)
    assert order_spent.facts["left"] == 50
    assert isinstance(rest, Refund)
    assert sum(Refund.objects.values_list("amount", flat=True)) == 100


def test_leaves_no_trace_of_what_came_with_a_refused_refund() -> None:
    client = make_client()
    order = make_order(client, Goods(100))

    taken, too_much, unknown = take_in(
        client,
        refund_body(order, 10),
        body_with(new_order("O-refused", "A-refused"), 101),
        body_with({"id": "O-refused"}, 1, reference="RF-late"),
    )

    assert isinstance(taken, Refund)
    assert isinstance(too_much, AmountExceedsOrder)
    assert isinstance(unknown, OrderUnknown)
    assert not Order.objects.filter(client=client, external_id="O-refused").exists()
    assert not Account.objects.filter(client=client, external_id="A-refused").exists()
    assert not Instrument.objects.filter(client=client, fingerprint="card-O-refused").exists()
    assert list(Refund.objects.values_list("pk", flat=True)) == [taken.pk]


def test_answers_when_all_are_refused() -> None:
    client = make_client()
    before = everything_that_moves()

    answers = take_in(client, body_with({"id": "O-1"}, 1), body_with(new_order("O-2"), 101))

    assert [type(answer) for answer in answers] == [OrderUnknown, AmountExceedsOrder]
    assert everything_that_moves() == before
    assert not Order.objects.filter(client=client).exists()


def test_puts_each_where_its_own_risk_says() -> None:
    client = make_client()
    calm = make_order(client, Goods(100, Category.PHYSICAL), placed_at=NOON - timedelta(days=3))
    used = make_order(client, Goods(64800, consumed_percent=100), placed_at=NOON - timedelta(minutes=3))

    clear, review = take_in(client, refund_body(calm, 10), refund_body(used))

    assert isinstance(clear, Refund)
    assert isinstance(review, Refund)
    assert (clear.status, review.status) == ("released", "pending_review")
    case = ReviewCase.objects.get()
    assert (case.refund_id, case.queue.slug) == (review.id, "gift-cards")
    assert review.review == {"queue": "gift-cards", "due_at": "2026-11-22T16:00:00Z"}
    assert Hold.objects.count() == 0
    events = dict(Event.objects.values_list("subject_id", "type"))
    assert events == {clear.id: "refund.released", review.id: "refund.pending_review"}
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "refund_id", "case_id")) == [
        (Action.REFUND_RECEIVED, clear.id, ""),
        (Action.CASE_OPENED, review.id, case.id),
        (Action.REFUND_RECEIVED, review.id, case.id),
    ]


def test_returns_what_a_later_read_shows() -> None:
    order = make_order(make_client(), Goods(100, consumed_percent=100))

    (taken,) = take_in(order.client, refund_body(order))

    assert isinstance(taken, Refund)
    assert refund_document(taken) == refund_document(refund_of_client(taken.id, client_id=order.client_id))
    assert Event.objects.get().payload == {"refund": refund_document(taken)}


def test_weighs_refunds_of_one_account_together() -> None:
    client = make_client()
    order = make_order(client, Goods(10_000))
    others = [make_order(client, Goods(10_000), account=order.account, shop=order.shop) for _ in range(3)]

    taken = take_in(client, *(refund_body(one) for one in (order, *others)))

    counted = [one.assessment.facts["habits"]["baskets"] for one in Refund.objects.order_by("pk")]
    assert [type(one) for one in taken] == [Refund] * 4
    assert counted == [4] * 4


def test_sees_two_accounts_that_send_money_to_one_card_in_one_batch() -> None:
    client = make_client()
    first, second = make_order(client, Goods(100)), make_order(client, Goods(100))
    card = {"type": "bank_card", "fingerprint": "same-card"}

    take_in(client, refund_body(first, destination=card), refund_body(second, destination=card))

    shared = [one.assessment.facts["shared_instruments"] for one in Refund.objects.order_by("pk")]
    assert [[(found["role"], found["account_ids"]) for found in facts] for facts in shared] == [
        [("destination", [second.account.external_id])],
        [("destination", [first.account.external_id])],
    ]


@pytest.mark.parametrize("brings_orders", [False, True])
def test_asks_the_database_as_often_for_many_as_for_few(brings_orders: bool) -> None:
    client = make_client()

    def bodies(count: int, first: int) -> list[dict[str, Any]]:
        if brings_orders:
            return [body_with(new_order(f"O-{first + number}", f"A-{first}"), 10) for number in range(count)]
        return [
            refund_body(make_order(client, Goods(100, consumed_percent=number % 2 * 100))) for number in range(count)
        ]

    asked = []
    take_in(client, *bodies(1, 5000))
    # Beyond some rows they travel by COPY, which takes a statement more for each table.
    for count, first in ((250, 1000), (350, 2000)) if brings_orders else ((4, 0), (40, 0)):
        prepared = bodies(count, first)
        with CaptureQueriesContext(connection) as queries:
            answers = take_in(client, *prepared)
        assert [type(answer) for answer in answers] == [Refund] * count
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.django_db(transaction=True)
def test_gives_a_reference_to_one_of_two_orders_that_race_for_it() -> None:
    client = make_client()
    orders = [make_order(client, Goods(100)) for _ in range(8)]

    def submit(order: Order) -> str:
        record = RefundRecord.model_validate(refund_body(order, 10, reference="RF-raced"))
        return refund_intake(record, client=client, actor=client_actor(client), now=NOON).status

    results = at_once([partial(submit, order) for order in orders])

    assert sorted(results) == ["reference_used"] * 7 + ["released"]
    assert Refund.objects.count() == 1
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lets_batches_of_the_same_orders_in_other_orders_go_by() -> None:
    client = make_client()
    orders = [make_order(client, Goods(1000)) for _ in range(12)]

    def submit(turned: bool) -> str:
        ordered = list(reversed(orders)) if turned else orders
        answers = take_in(client, *(refund_body(order, 100) for order in ordered))
        return ",".join(sorted({type(answer).__name__ for answer in answers}))

    results = at_once([partial(submit, number % 2 == 1) for number in range(6)])

    assert results == ["Refund"] * 6
    assert Refund.objects.count() == 72
