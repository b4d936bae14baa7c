"""What honest people bought over eighteen months: a few shops they like, prices they are used to."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.demo.catalogue import shops
from apps.demo.hours import SHANGHAI, minutes, moment_between
from apps.demo.seeded import digits, stream, weighted
from apps.demo.trade import Bought, Buyer, Device, Goods, Instrument, Purchase, Shop
from apps.demo.usage import CODES, RUNNING, Use, bought
from apps.marketplace.models import Category

HISTORY = timedelta(days=540)
# Shops below this popularity sell to honest people by accident only.
KNOWN = 1.0
_STRAYS = 4
_MONTH = timedelta(days=30)
_MOST_A_MONTH = 6.0
_TERMS = (("年", 365), ("季", 90))


@dataclass(frozen=True)
class Taste:
    """What a buyer usually does: shops with their weights, how dear, how many orders a month."""

    shops: tuple[tuple[Shop, float], ...]
    tier: float
    monthly: float


def lawful_purchases(buyers: list[Buyer], now: datetime) -> list[Purchase]:
    """Return all orders of these buyers, by buyer, each one's oldest first."""
    chance = stream("purchases")
    regular = [purchase for buyer in buyers for purchase in _history(chance, buyer, now)]
    return regular + _strays(stream("strays"), buyers, now)


def order_id(chance: random.Random, at: datetime) -> str:
    """Return an order number as malls make them: the local time, then six digits."""
    return f"{at.astimezone(SHANGHAI):%y%m%d%H%M%S}{digits(chance, 6)}"


def purchase_of(
    chance: random.Random,
    buyer: Buyer,
    shop: Shop,
    lines: tuple[Bought, ...],
    *,
    at: datetime,
    instrument: Instrument | None = None,
    device: Device | None = None,
) -> Purchase:
    """Return an order that was paid within a minute, with the buyer's usual means unless told otherwise."""
    return Purchase(
        id=order_id(chance, at),
        buyer=buyer,
        shop=shop,
        at=at,
        lines=lines,
        instrument=instrument or _instrument(chance, buyer),
        paid_at=at + paying_time(chance),
        device=device or buyer.device,
    )


def paying_time(chance: random.Random) -> timedelta:
    """Return how long somebody takes from the order to its payment."""
    return timedelta(seconds=chance.randint(6, 48))


def _history(chance: random.Random, buyer: Buyer, now: datetime) -> list[Purchase]:
    begin = max(buyer.registered_at + timedelta(minutes=chance.randint(2, 240)), now - HISTORY)
    taste = _taste(chance, buyer)
    count = max(1, round((now - begin) / _MONTH * taste.monthly))
    moments = sorted({moment_between(chance, begin, now - timedelta(hours=1)) for _ in range(count)})
    return [_purchase(chance, buyer, taste, at, now) for at in moments]


def _strays(chance: random.Random, buyers: list[Buyer], now: datetime) -> list[Purchase]:
    """Let a few honest people end up in the shops that hardly anybody knows."""
    adults = [buyer for buyer in buyers if now - buyer.registered_at > timedelta(days=90)]
    made = []
    for shop in (shop for shop in shops() if shop.popularity < KNOWN):
        for buyer in chance.sample(adults, _STRAYS):
            at = moment_between(chance, now - timedelta(days=shop.age_days - 4), now - timedelta(days=2))
            goods = shop.goods[0]
            line = _line(chance, goods, buyer, paid_at=at + timedelta(seconds=30), now=now)
            made.append(purchase_of(chance, buyer, shop, (line,), at=at))
    return made


def _taste(chance: random.Random, buyer: Buyer) -> Taste:
    weights = [
        (shop, shop.popularity * (1.0 if shop.language is buyer.language else 0.02))
        for shop in shops()
        if shop.popularity >= KNOWN
    ]
    liked = {weighted(chance, weights).id: chance.uniform(3, 9) for _ in range(chance.choice((2, 3, 3, 4)))}
    return Taste(
        shops=tuple((shop, liked.get(shop.id, 0.0) + 0.004 * weight) for shop, weight in weights),
        tier=chance.triangular(0.0, 1.0, 0.3),
        monthly=min(_MOST_A_MONTH, chance.lognormvariate(0.05, 0.75)),
    )


def _purchase(chance: random.Random, buyer: Buyer, taste: Taste, at: datetime, now: datetime) -> Purchase:
    shop = weighted(chance, taste.shops)
    paid_at = at + paying_time(chance)
    chosen = {_choice(chance, shop, taste.tier) for _ in range(weighted(chance, ((1, 88.0), (2, 10.0), (3, 2.0))))}
    lines = tuple(
        _line(chance, goods, buyer, paid_at=paid_at, now=now) for goods in sorted(chosen, key=lambda one: one.sku)
    )
    return purchase_of(chance, buyer, shop, lines, at=at)


def _choice(chance: random.Random, shop: Shop, tier: float) -> Goods:
    wanted = tier * (len(shop.goods) - 1)
    return weighted(chance, [(goods, 1 / (0.4 + abs(place - wanted)) ** 2) for place, goods in enumerate(shop.goods)])


def _line(chance: random.Random, goods: Goods, buyer: Buyer, *, paid_at: datetime, now: datetime) -> Bought:
    quantity = weighted(chance, ((1, 93.0), (2, 6.0), (3, 1.0))) if goods.face < 20_000 else 1
    full = goods.face * quantity
    # Every seventh order uses a coupon; prices then end on a tenth.
    amount = full if chance.random() > 0.14 else round(full * chance.choice((0.9, 0.95, 0.98)) / 10) * 10
    use, used_at, percent = _use(chance, goods, paid_at, now)
    return bought(
        chance,
        goods,
        paid_at=paid_at,
        now=now,
        use=use,
        used_at=used_at,
        percent=percent,
        quantity=quantity,
        amount=amount,
        language=buyer.language,
    )


def _use(chance: random.Random, goods: Goods, paid_at: datetime, now: datetime) -> tuple[Use, datetime | None, int]:
    if chance.random() < 0.04:
        return Use.NONE, None, 0
    if goods.category in RUNNING:
        term = next((days for word, days in _TERMS if word in goods.title), 31)
        percent = min(100, round(100 * (now - paid_at) / timedelta(days=term)))
        return (Use.ALL if percent == 100 else Use.PART), paid_at + minutes(chance.uniform(2, 90)), percent
    if goods.category in CODES:
        use = Use.ALL if chance.random() < 0.7 else Use.VIEWED
        return use, paid_at + minutes(chance.lognormvariate(4.0, 1.6)), 0
    if goods.category is Category.DIGITAL_CONTENT:
        return Use.PART, paid_at + minutes(chance.uniform(3, 900)), chance.randint(20, 100)
    return Use.ALL, paid_at + minutes(chance.lognormvariate(3.6, 1.4)), 100


def _instrument(chance: random.Random, buyer: Buyer) -> Instrument:
    usual, *others = buyer.instruments
    return usual if not others or chance.random() < 0.75 else chance.choice(others)
