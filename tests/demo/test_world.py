"""The world before it is loaded: what it says of itself, for a moment that is given."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from apps.demo.story.stage import Group
from apps.demo.trade import Language
from apps.demo.world import World, build
from apps.marketplace.models import InstrumentType
from apps.refunds.records import PastOutcome

# A Sunday evening in Shanghai.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@cache
def the_world() -> World:
    return build(NOW)


def of_group(group: Group) -> set[str]:
    return {live.ask.purchase.buyer.id for live in the_world().live if live.group is group}


def test_is_the_same_for_the_same_seed_and_moment() -> None:
    again = build(NOW)

    assert list(again.history()) == list(the_world().history())
    assert [(live.group, live.ask) for live in again.live] == [(live.group, live.ask) for live in the_world().live]


@pytest.mark.parametrize("hours", [0, 5, 11, 17, 24 * 100 + 3])
def test_can_be_made_at_any_hour(hours: int) -> None:
    now = NOW + timedelta(hours=hours)

    world = build(now)

    assert len(world.live) == len(the_world().live)
    assert max(purchase.paid_at for purchase in world.trade.purchases) <= now
    assert max(live.ask.at for live in world.live) <= now


def test_names_nothing_twice() -> None:
    trade = the_world().trade

    for names in (
        [buyer.id for buyer in trade.buyers],
        [purchase.id for purchase in trade.purchases],
        [transfer.id for transfer in trade.transfers],
        list(the_world().references.values()),
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_has_some_three_hundred_lawful_buyers_in_two_languages_over_eighteen_months() -> None:
    trade = the_world().trade
    in_rings = set.union(*(of_group(group) for group in Group if group is not Group.LAWFUL))
    lawful = [buyer for buyer in trade.buyers if buyer.id not in in_rings]
    span = NOW - min(purchase.at for purchase in trade.purchases)

    assert 295 <= len(lawful) <= 305
    assert {buyer.language for buyer in lawful} == set(Language)
    assert timedelta(days=520) < span <= timedelta(days=541)


def test_knows_verification_in_every_state() -> None:
    states = {factor["status"] for buyer in the_world().trade.buyers for factor in buyer.verification.values()}

    assert states == {"verified", "unverified", "pending", "failed", "expired"}
    assert any("id_document" not in buyer.verification for buyer in the_world().trade.buyers)


def test_lets_nobody_act_before_the_account_or_the_shop_was_there() -> None:
    for purchase in the_world().trade.purchases:
        assert purchase.at > purchase.buyer.registered_at, purchase.id
        assert purchase.at > NOW - timedelta(days=purchase.shop.age_days), purchase.id
    for live in the_world().live:
        assert live.ask.at > live.ask.purchase.paid_at, live.ask
    for settled in the_world().trade.settled:
        assert settled.ask.purchase.paid_at < settled.ask.at < settled.decided_at < NOW - timedelta(days=20)


def test_ties_the_buyers_of_the_fictitious_trade_to_the_owners_of_their_shops() -> None:
    trade = the_world().trade
    owners = {shop.owner for shop in trade.shops if shop.owner}
    members = [buyer for buyer in trade.buyers if buyer.id in owners | of_group(Group.TRADE_CHAIN)]
    shops = {shop.id for shop in trade.shops if shop.owner}
    block = Counter((p.buyer.id, p.shop.id) for p in trade.purchases if p.shop.id in shops)
    inside = sum(count for (buyer, _shop), count in block.items() if buyer in of_group(Group.TRADE_CHAIN))

    assert (len(owners), len(shops), len(of_group(Group.TRADE_CHAIN))) == (2, 3, 13)
    assert len({buyer.device.id for buyer in members}) == 2
    assert len({buyer.verification["bank_card"]["number"] for buyer in members}) == 1
    assert len({buyer.verification["id_document"]["number"] for buyer in members}) == 2
    assert inside / sum(block.values()) > 0.9


def test_lets_the_circular_ring_ask_within_minutes_of_opening_the_code_again_and_again() -> None:
    asks = [s.ask for s in the_world().trade.settled if s.ask.purchase.buyer.id in of_group(Group.CIRCULAR)]
    asks += [live.ask for live in the_world().live if live.group is Group.CIRCULAR]
    each = Counter(ask.purchase.buyer.id for ask in asks)
    waits = [ask.at - ask.purchase.paid_at for ask in asks]

    assert (len(each), min(each.values())) == (8, 7)
    assert max(waits) < timedelta(minutes=9)


def test_pays_the_rounds_of_the_loop_from_a_credit_line_into_another_wallet() -> None:
    members = of_group(Group.PAYMENT_LOOP)
    rounds = [s for s in the_world().trade.settled if s.ask.purchase.buyer.id in members]
    transfers = [t for t in the_world().trade.transfers if {t.sender, t.receiver} <= members]

    assert [settled.outcome for settled in rounds] == [PastOutcome.PAID] * 7
    for settled in rounds:
        ask = settled.ask
        assert ask.destination is not None
        payer, buyer, receiver = ask.purchase.instrument.holder, ask.purchase.buyer.id, ask.destination.holder
        first, second = sorted((t for t in transfers if t.at > settled.decided_at), key=lambda t: t.at)[:2]
        assert (ask.purchase.instrument.type, ask.destination.type) == (
            InstrumentType.CREDIT_LINE,
            InstrumentType.WALLET,
        )
        assert len({payer, buyer, receiver}) == 3
        assert (first.sender, first.receiver, second.receiver) == (receiver, second.sender, payer)
        assert ask.amount > first.amount > second.amount
