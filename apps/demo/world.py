"""The whole world for one moment: what was, and what is still to be played."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from apps.demo import documents
from apps.demo.catalogue import shops
from apps.demo.hours import SHANGHAI, moment_between
from apps.demo.lawful.buyers import lawful_buyers
from apps.demo.lawful.live import lawful_live
from apps.demo.lawful.means import wallet
from apps.demo.lawful.past import lawful_past
from apps.demo.lawful.purchases import lawful_purchases
from apps.demo.numbers import Numbers
from apps.demo.rings.circular_refunds import circular_refunds
from apps.demo.rings.fictitious_trade import fictitious_trade
from apps.demo.rings.payment_loop import payment_loop
from apps.demo.rings.ring import Ring
from apps.demo.seeded import digits, stream
from apps.demo.story.stage import LiveAsk
from apps.demo.trade import Ask, Buyer, Shop, Trade, Transfer

# Until then the mall settled refunds by itself; since then it sends them here.
LIVE = timedelta(days=21)
_GIFTS = 44
_GIFT_AMOUNTS = (1_880, 5_200, 6_600, 8_800, 10_000, 13_140, 20_000, 50_000)


@dataclass
class World:
    """Everything that happened up to `now`; `live` is played, the rest is told as history."""

    now: datetime
    trade: Trade = field(default_factory=Trade)
    live: list[LiveAsk] = field(default_factory=list)
    references: dict[int, str] = field(default_factory=dict)

    def history(self) -> Iterator[documents.Document]:
        """Yield the lines of the history, in an order in which nothing is named before it is told."""
        yield from ({"type": "account", **documents.account(buyer)} for buyer in self.trade.buyers)
        for sold_by in self.trade.shops:
            yield {"type": "shop", **documents.shop(sold_by, self.now)}
        yield from ({"type": "order", **documents.order(purchase)} for purchase in self.trade.purchases)
        yield from ({"type": "transfer", **documents.transfer(sent)} for sent in self.trade.transfers)
        for settled in self.trade.settled:
            yield {"type": "refund", **documents.settled_refund(settled, self.reference(settled.ask))}

    def reference(self, ask: Ask) -> str:
        """Return the mall's number of a request: the day, and how many there were that day."""
        return self.references[id(ask)]


def build(now: datetime) -> World:
    """Make the world as it is at `now`: the same for the same moment."""
    world = World(now.replace(microsecond=0))
    numbers, since = Numbers(world.now), world.now - LIVE
    _add_lawful(world, numbers, since)
    rings = (
        fictitious_trade(numbers, world.now),
        circular_refunds(numbers, live_since=since, now=world.now),
        payment_loop(numbers, live_since=since, now=world.now),
    )
    for ring in rings:
        _add_ring(world, ring)
    world.trade.shops = _owned(rings)
    world.trade.purchases.sort(key=lambda purchase: purchase.at)
    world.trade.settled.sort(key=lambda settled: settled.ask.at)
    world.live.sort(key=lambda live: live.ask.at)
    world.references = _references([*(one.ask for one in world.trade.settled), *(one.ask for one in world.live)])
    return world


def _add_lawful(world: World, numbers: Numbers, since: datetime) -> None:
    trade = world.trade
    trade.buyers = lawful_buyers(numbers, world.now)
    trade.purchases = lawful_purchases(trade.buyers, world.now)
    trade.transfers = _gifts(stream("gifts"), trade.buyers, world.now)
    counted = Counter(purchase.buyer.id for purchase in trade.purchases)
    for settled, made in lawful_past(trade.buyers, counted, until=since, now=world.now):
        trade.settled.append(settled)
        trade.purchases += made.purchases
    for live, made in lawful_live(trade.buyers, counted, since=since, now=world.now):
        world.live.append(live)
        trade.purchases += made.purchases


def _add_ring(world: World, ring: Ring) -> None:
    world.trade.buyers += ring.trade.buyers
    world.trade.purchases += ring.trade.purchases
    world.trade.transfers += ring.trade.transfers
    world.trade.settled += ring.trade.settled
    world.live += ring.live


def _owned(rings: tuple[Ring, ...]) -> list[Shop]:
    owners = {sold_by.id: sold_by.owner for ring in rings for sold_by in ring.trade.shops}
    return [replace(sold_by, owner=owners.get(sold_by.id, "")) for sold_by in shops()]


def _gifts(chance: random.Random, buyers: list[Buyer], now: datetime) -> list[Transfer]:
    """Red envelopes between friends: money that moves for no other reason."""
    made = []
    for _ in range(_GIFTS):
        giver, friend = chance.sample(buyers, 2)
        begin = max(giver.registered_at, friend.registered_at, now - timedelta(days=400))
        at = moment_between(chance, begin, now - timedelta(hours=3))
        amount = chance.choice(_GIFT_AMOUNTS)
        made.append(Transfer(f"T{digits(chance, 14)}", at, amount, giver.id, friend.id, wallet(chance, giver.id)))
    return made


def _references(asks: list[Ask]) -> dict[int, str]:
    counted: Counter[str] = Counter()
    references = {}
    for ask in sorted(asks, key=lambda one: one.at):
        day = f"{ask.at.astimezone(SHANGHAI):%Y%m%d}"
        counted[day] += 1
        references[id(ask)] = f"RF-{day}-{counted[day]:04d}"
    return references
