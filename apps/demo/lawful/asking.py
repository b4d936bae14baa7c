"""Turning an occasion into an order and the request to refund it."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.demo import words
from apps.demo.catalogue import shops
from apps.demo.hours import minutes
from apps.demo.lawful.means import bank_card
from apps.demo.lawful.occasions import Occasion
from apps.demo.lawful.purchases import KNOWN, paying_time, purchase_of
from apps.demo.seeded import weighted
from apps.demo.trade import Ask, Buyer, Goods, Purchase, Shop
from apps.demo.usage import Use, bought
from apps.refunds.models import Channel, DefaultOutcome

_CHANNELS = (
    (Channel.APP, 58.0),
    (Channel.MINI_PROGRAM, 17.0),
    (Channel.WEB, 13.0),
    (Channel.AGENT, 6.0),
    (Channel.APP_STORE, 4.0),
    (Channel.PLAY_STORE, 2.0),
)
# The stores decide by themselves when nobody has answered them in time.
_STORES = {Channel.APP_STORE: timedelta(hours=12), Channel.PLAY_STORE: timedelta(hours=48)}


@dataclass(frozen=True)
class Asked:
    """A request, and the orders that were made for it, the refunded one last."""

    ask: Ask
    purchases: tuple[Purchase, ...]


def asked(
    chance: random.Random,
    occasion: Occasion,
    buyer: Buyer,
    *,
    at: datetime,
    now: datetime,
    channel: Channel | None = None,
    answer_by: datetime | None = None,
) -> Asked:
    """Let a buyer ask at that moment for something bought shortly before."""
    shop, goods = _wares(chance, occasion, buyer)
    placed_at = max(buyer.registered_at + timedelta(minutes=2), at - minutes(_wait(chance, occasion)))
    purchase = _purchase(chance, occasion, buyer, (shop, goods), placed_at=placed_at, at=at, now=now)
    earlier = (_twin(chance, purchase, now),) if occasion.again else ()
    chosen = channel or weighted(chance, _CHANNELS)
    deadline = answer_by or (at + _STORES[chosen] if chosen in _STORES else None)
    own = purchase.instrument
    ask = Ask(
        purchase=purchase,
        at=at,
        reason=occasion.reason,
        text=words.reason(chance, occasion.words, buyer.language),
        channel=chosen,
        destination=bank_card(chance, buyer.id) if occasion.elsewhere else own if chance.random() < 0.8 else None,
        answer_by=deadline,
        default_outcome=DefaultOutcome.APPROVE if deadline else None,
    )
    return Asked(ask, (*earlier, purchase))


def _wares(chance: random.Random, occasion: Occasion, buyer: Buyer) -> tuple[Shop, Goods]:
    fitting = [
        # Hardly anybody buys in a language that is not theirs, unless nobody sells it in theirs.
        (shop, shop.popularity * (1.0 if shop.language is buyer.language else 0.0001))
        for shop in shops()
        if shop.popularity >= KNOWN and shop.goods[0].category in occasion.categories
    ]
    shop = weighted(chance, fitting)
    middle = (len(shop.goods) - 1) * chance.triangular(0.0, 1.0, 0.4)
    return shop, shop.goods[round(middle)]


def _wait(chance: random.Random, occasion: Occasion) -> float:
    shortest, longest = occasion.waits
    return shortest + (longest - shortest) * chance.random() ** 2


def _purchase(
    chance: random.Random,
    occasion: Occasion,
    buyer: Buyer,
    wares: tuple[Shop, Goods],
    *,
    placed_at: datetime,
    at: datetime,
    now: datetime,
) -> Purchase:
    shop, goods = wares
    paid_at = placed_at + paying_time(chance)
    line = bought(
        chance,
        goods,
        paid_at=paid_at,
        now=min(now, at) if occasion.use is Use.NONE else now,
        use=occasion.use,
        used_at=(paid_at + (at - paid_at) * chance.uniform(0.1, 0.7)).replace(microsecond=0),
        percent=chance.randint(*occasion.percent),
        language=buyer.language,
    )
    # A child takes the parent's phone and whatever it pays with.
    return replace(purchase_of(chance, buyer, shop, (line,), at=placed_at), paid_at=paid_at)


def _twin(chance: random.Random, purchase: Purchase, now: datetime) -> Purchase:
    """Return the order that the customer keeps: the same goods, a minute before, and used since."""
    placed_at = purchase.at - timedelta(seconds=chance.randint(25, 140))
    paid_at = placed_at + paying_time(chance)
    line = bought(
        chance,
        purchase.lines[0].goods,
        paid_at=paid_at,
        now=now,
        use=Use.ALL,
        used_at=paid_at + minutes(chance.uniform(20, 400)),
        language=purchase.buyer.language,
    )
    twin = purchase_of(chance, purchase.buyer, purchase.shop, (line,), at=placed_at, instrument=purchase.instrument)
    return replace(twin, paid_at=paid_at)
