from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import Action, AuditEvent
from apps.marketplace.models import Order
from apps.payouts.errors import HoldEnded, HoldNotDue, ReasonMissing, ReleaseOutOfBounds, SecondPersonNeeded
from apps.payouts.models import Hold
from apps.payouts.selectors import HeldTotal, held_totals
from apps.payouts.services import hold as services
from apps.payouts.services.hold import hold_extend, hold_release, hold_release_early, holds_release, holds_release_due
from apps.refunds.models import Refund
from apps.refunds.services import door
from apps.reviews.services.withdraw import refund_withdraw
from apps.timers.models import Failure
from apps.webhooks.models import Event
from tests.support.factories import (
    NOON,
    Goods,
    client_actor,
    held_refund,
    make_client,
    make_order,
    make_person,
    person_actor,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

DUE = NOON + timedelta(hours=24)


def an_order() -> Order:
    return make_order(make_client(), Goods(5000))


def test_refuses_to_release_before_the_time_and_moves_nothing() -> None:
    _refund, hold = held_refund(an_order())
    before = everything_that_moves()

    with pytest.raises(HoldNotDue):
        hold_release(hold.pk, now=DUE - timedelta(microseconds=1))

    assert everything_that_moves() == before
    assert holds_release_due(now=DUE - timedelta(microseconds=1)) == 0


def test_releases_at_the_very_instant() -> None:
    refund, hold = held_refund(an_order())

    assert holds_release_due(now=DUE) == 1

    hold.refresh_from_db()
    refund.refresh_from_db()
    assert (hold.status, hold.ended_at, hold.ended_by_id) == ("released", DUE, None)
    assert (refund.status, refund.status_at, refund.approved_amount) == ("released", DUE, 5000)
    assert Event.objects.filter(subject_id=refund.pk).order_by("-sequence")[0].type == "refund.released"
    assert AuditEvent.objects.get(action=Action.HOLD_RELEASED).actor_name == "hold timer"


def test_releases_nothing_twice() -> None:
    _refund, hold = held_refund(an_order())
    holds_release_due(now=DUE)
    before = everything_that_moves()

    assert holds_release_due(now=DUE) == 0
    with pytest.raises(HoldEnded):
        hold_release(hold.pk, now=DUE)

    assert everything_that_moves() == before


def test_goes_on_when_one_hold_fails_and_tries_it_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    first, bad = held_refund(an_order())
    second, _good = held_refund(an_order())
    original = door.refund_move

    def fails_for_the_first(refund: Refund, *args: Any, **options: Any) -> None:
        if refund.pk == first.pk:
            raise RuntimeError("a bug")
        original(refund, *args, **options)

    def fails_together(refunds: list[Refund], *_args: Any, **_options: Any) -> None:
        assert first.pk in {refund.pk for refund in refunds}
        raise RuntimeError("a bug")

    monkeypatch.setattr(services, "refund_move", fails_for_the_first)
    monkeypatch.setattr(services, "refunds_move", fails_together)
    assert holds_release_due(now=DUE) == 1
    monkeypatch.undo()

    assert list(Refund.objects.order_by("pk").values_list("status", flat=True)) == ["held", "released"]
    bad.refresh_from_db()
    assert bad.status == "open"
    assert Failure.objects.get().next_try_at == DUE + timedelta(minutes=1)
    assert holds_release_due(now=DUE + timedelta(seconds=59)) == 0
    assert holds_release_due(now=DUE + timedelta(minutes=1)) == 1
    assert second.pk != first.pk


def test_releases_many_as_each_alone_would_be() -> None:
    made = [held_refund(an_order()) for _number in range(4)]
    alone, *together = [refund for refund, _hold in made]
    hold_release(made[0][1].pk, now=DUE)
    assert holds_release({hold.pk for _refund, hold in made}, now=DUE) == {hold.pk for _refund, hold in made[1:]}
    alone.refresh_from_db()
    for refund in together:
        refund.refresh_from_db()
        assert (refund.status, refund.status_at, refund.version) == (alone.status, alone.status_at, alone.version)
        assert (refund.approved_amount, refund.event_sequence) == (alone.approved_amount, alone.event_sequence)

    def told(refund: Refund) -> list[Any]:
        events = Event.objects.filter(subject_id=refund.pk).order_by("sequence")
        # What differs between any two refunds is left out.
        own = {"id", "reference", "order_id", "account_id", "shop_id", "risk", "hold"}
        return [
            (event.type, {name: part for name, part in event.payload["refund"].items() if name not in own})
            for event in events
        ]

    def recorded(refund: Refund) -> list[Any]:
        events = AuditEvent.objects.filter(refund_id=refund.pk).order_by("pk")
        return [(event.action, event.actor_kind, event.changes) for event in events]

    for refund in together:
        assert told(refund) == told(alone)
        assert sorted(map(str, recorded(refund))) == sorted(map(str, recorded(alone)))


def test_releases_of_many_only_what_is_due_and_open() -> None:
    (_one, due), (_two, later), (three, gone) = (held_refund(an_order()) for _number in range(3))
    Hold.objects.filter(pk=later.pk).update(release_at=DUE + timedelta(seconds=1))
    refund_withdraw(three.pk, client_id=three.client_id, reason="", actor=client_actor(three.client), now=NOON)
    assert holds_release([due.pk, later.pk, gone.pk, 0], now=DUE) == {due.pk}
    assert holds_release([due.pk, later.pk, gone.pk], now=DUE) == set()


@pytest.mark.django_db(transaction=True)
def test_releases_each_of_many_once_when_two_timers_race() -> None:
    for _number in range(30):
        held_refund(an_order())
    results = at_once([lambda: str(holds_release_due(now=DUE)) for _timer in range(2)])
    holds_release_due(now=DUE)
    assert sum(map(int, results)) <= 30
    assert Refund.objects.filter(status="released").count() == 30
    assert Event.objects.filter(type="refund.released").count() == 30
    assert AuditEvent.objects.filter(action="hold.released").count() == 30


def test_asks_the_database_as_often_for_many_holds_as_for_few(django_assert_num_queries: Any) -> None:
    for _number in range(8):
        held_refund(an_order())
    with django_assert_num_queries(13):
        assert holds_release_due(now=DUE) == 8


def test_refuses_an_early_release_by_the_person_who_placed_the_hold() -> None:
    person = make_person()
    _refund, hold = held_refund(an_order(), person)
    before = everything_that_moves()

    with pytest.raises(SecondPersonNeeded):
        hold_release_early(hold.pk, reason="in a hurry", actor=person_actor(person), now=NOON)

    assert everything_that_moves() == before


def test_is_kept_from_a_single_persons_early_release_by_the_database() -> None:
    person = make_person()
    _refund, hold = held_refund(an_order(), person)

    with pytest.raises(IntegrityError, match="hold_early_release_by_another"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(status="released_early", ended_at=NOON, ended_by=person)


def test_releases_early_with_a_second_person() -> None:
    refund, hold = held_refund(an_order(), make_person())
    second = make_person()

    hold_release_early(hold.pk, reason="verified by phone", actor=person_actor(second), now=NOON)

    hold.refresh_from_db()
    refund.refresh_from_db()
    assert (hold.status, hold.ended_by_id, hold.end_reason) == ("released_early", second.pk, "verified by phone")
    assert refund.status == "released"


@pytest.mark.parametrize("reason", ["", "   "])
def test_wants_a_reason_for_every_change(reason: str) -> None:
    _refund, hold = held_refund(an_order())
    actor = person_actor(make_person())

    with pytest.raises(ReasonMissing):
        hold_release_early(hold.pk, reason=reason, actor=actor, now=NOON)
    with pytest.raises(ReasonMissing):
        hold_extend(hold.pk, release_at=DUE + timedelta(hours=1), reason=reason, actor=actor, now=NOON)


@pytest.mark.parametrize("release_at", [NOON, DUE, NOON + timedelta(days=30, seconds=1)])
def test_refuses_an_extension_out_of_bounds(release_at: Any) -> None:
    _refund, hold = held_refund(an_order())
    before = everything_that_moves()

    with pytest.raises(ReleaseOutOfBounds):
        hold_extend(hold.pk, release_at=release_at, reason="more checks", actor=person_actor(make_person()), now=NOON)

    assert everything_that_moves() == before


def test_extends_and_tells_the_client() -> None:
    refund, hold = held_refund(an_order())
    later = NOON + timedelta(days=30)

    hold_extend(hold.pk, release_at=later, reason="more checks", actor=person_actor(make_person()), now=NOON)

    assert holds_release_due(now=DUE) == 0
    refund.refresh_from_db()
    assert (refund.status, refund.version, refund.status_at) == ("held", 2, NOON)
    assert refund.hold == {
        "placed_at": "2026-11-22T12:00:00Z",
        "release_at": "2026-12-22T12:00:00Z",
        "reason": "more checks",
    }
    assert Event.objects.get(subject_id=refund.pk, sequence=2).type == "refund.hold_changed"


def test_sums_what_is_held_by_currency() -> None:
    client = make_client()
    held_refund(make_order(client, Goods(5000)))
    held_refund(make_order(client, Goods(700)))
    held_refund(make_order(client, Goods(300), currency="JPY"))

    assert held_totals() == [HeldTotal("CNY", 5700, 2), HeldTotal("JPY", 300, 1)]


@pytest.mark.django_db(transaction=True)
def test_pays_once_however_many_timers_race() -> None:
    refund, hold = held_refund(an_order())

    def tick() -> str:
        hold_release(hold.pk, now=DUE)
        return "released"

    results = at_once([tick] * 8)

    assert sorted(results) == ["hold_ended"] * 7 + ["released"]
    assert Event.objects.filter(subject_id=refund.pk, type="refund.released").count() == 1
