"""What follows from a confirmed ring: its members' held money goes back to review, once, and nobody else's."""

from datetime import timedelta

import pytest

from apps.common.actors import Actor
from apps.marketplace.models import Account, Order
from apps.payouts.models import Hold, HoldStatus
from apps.payouts.services.hold import hold_release_early
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.reviews.models import OpenedBecause, ReviewCase
from apps.reviews.services.recall import hold_recall_to_review
from apps.reviews.services.rings import Stake, ring_stake, rings_recall_due
from apps.reviews.tasks import recall_confirmed_rings
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingMember, RingStatus
from apps.rings.services.decide import ring_confirm, ring_dismiss
from apps.risk.models import RiskOutcome
from apps.staff.models import Role as PersonRole
from tests.support.factories import NOON, Goods, held_refund, make_client, make_order, make_person, person_actor, submit

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def supervisor() -> Actor:
    return person_actor(make_person(role=PersonRole.SUPERVISOR))


@pytest.fixture
def orders() -> list[Order]:
    client = make_client()
    return [make_order(client, Goods(3000 + number)) for number in range(4)]


@pytest.fixture
def ring(orders: list[Order]) -> Ring:
    """The first two pass money on, the third only paid in; the fourth is nobody of it."""
    ring = Ring.objects.create(
        client=orders[0].client,
        kind=Kind.FAN_IN.value,
        score=90,
        chance=0.1,
        begun_at=NOON,
        ended_at=NOON,
        detected_at=NOON,
        updated_at=NOON,
        fingerprint=b"1",
    )
    for order, role in zip(orders, [Role.COLLECTS, Role.PASSES_ON, Role.PAYS], strict=False):
        RingMember.objects.create(ring=ring, account=order.account, role=role.value)
    return ring


def confirm(ring: Ring, actor: Actor) -> None:
    ring_confirm(ring.pk, seen=RingStatus.SUSPECTED, reason="One hand", actor=actor, now=LATER)


def status_of(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).status


def test_recalls_nothing_before_somebody_confirms(ring: Ring, orders: list[Order], supervisor: Actor) -> None:
    refund, _hold = held_refund(orders[0])
    assert rings_recall_due(now=LATER) == 0
    ring_dismiss(ring.pk, seen=RingStatus.SUSPECTED, reason="Friends", actor=supervisor, now=LATER)
    assert rings_recall_due(now=LATER) == 0
    assert status_of(refund) == "held"


def test_says_what_is_at_stake(ring: Ring, orders: list[Order]) -> None:
    for order in orders:
        held_refund(order)
    submit(make_order(orders[0].client, Goods(500), account=orders[1].account), RiskOutcome.REVIEW)
    assert ring_stake(ring) == Stake([("CNY", 2, 6001)], 1)
    assert ring_stake(ring).holds == 2


def test_recalls_what_its_members_have_held_and_no_more(ring: Ring, orders: list[Order], supervisor: Actor) -> None:
    refunds = [held_refund(order)[0] for order in orders]
    confirm(ring, supervisor)
    assert recall_confirmed_rings() == 2
    assert [status_of(refund) for refund in refunds] == ["pending_review", "pending_review", "held", "held"]
    cases = ReviewCase.objects.filter(refund__in=refunds)
    assert {case.opened_because for case in cases} == {OpenedBecause.RECALLED}
    hold = Hold.objects.get(refund=refunds[0])
    assert hold.status == HoldStatus.RECALLED
    assert f"Fan-in, {ring.pk}" in hold.end_reason
    assert Ring.objects.get(pk=ring.pk).recall_due_at is None
    assert recall_confirmed_rings() == 0


def test_goes_on_where_a_tick_left_off(ring: Ring, orders: list[Order], supervisor: Actor) -> None:
    account: Account = orders[0].account
    for _ in range(3):
        held_refund(make_order(orders[0].client, Goods(700), account=account))
    confirm(ring, supervisor)
    assert [rings_recall_due(now=LATER, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Ring.objects.get(pk=ring.pk).recall_due_at is None


def test_leaves_what_was_released_meanwhile(ring: Ring, orders: list[Order], supervisor: Actor) -> None:
    refund, hold = held_refund(orders[0])
    confirm(ring, supervisor)
    hold_release_early(hold.pk, reason="Urgent", actor=supervisor, now=LATER)
    assert rings_recall_due(now=LATER) == 0
    assert status_of(refund) == Status.RELEASED


def test_tries_again_later_what_fails_and_recalls_the_others(
    ring: Ring, orders: list[Order], supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (poison, poison_hold), (fine, _) = held_refund(orders[0]), held_refund(orders[1])

    def failing(hold_id: int, **rest: object) -> ReviewCase:
        if hold_id == poison_hold.pk:
            raise ZeroDivisionError
        return hold_recall_to_review(hold_id, **rest)  # type: ignore[arg-type]  # handed through

    confirm(ring, supervisor)
    with monkeypatch.context() as patch:
        patch.setattr("apps.reviews.services.recall.hold_recall_to_review", failing)
        assert rings_recall_due(now=LATER) == 1
    assert [status_of(poison), status_of(fine)] == ["held", "pending_review"]
    assert rings_recall_due(now=LATER + timedelta(seconds=59)) == 0
    assert rings_recall_due(now=LATER + timedelta(seconds=60)) == 1
    assert status_of(poison) == "pending_review"
