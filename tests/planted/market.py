"""Honest shops, and what everybody does: buy now and then, and seldom ask the money back."""

from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.things import LAWFUL, NEVER_CAME, UNSEEN, Goods, Instrument, Label, Person, Purchase, Shop, Use

_FACES = {
    "game_currency": (600, 1800, 3000, 6800, 9800, 12800, 19800, 32800, 64800),
    "gift_card": (5000, 10000, 20000, 30000, 50000, 100000),
    "top_up": (1000, 3000, 5000, 10000, 20000),
    "voucher": (1990, 3980, 6600, 8800, 12900, 19900),
    "in_game_item": (600, 1200, 2500, 4500, 8800, 16800),
    "subscription": (1500, 2500, 4500, 6800),
    "membership": (1500, 2500, 16800, 19800, 25800),
    "digital_content": (300, 900, 1990, 4990, 9900),
    "physical": (1290, 2980, 4990, 7900, 12900, 23900, 39900, 89900),
}
_TRADES = {"game_currency": 3, "gift_card": 3, "top_up": 2, "voucher": 2, "in_game_item": 2, "membership": 2} | {
    "subscription": 1,
    "digital_content": 2,
    "physical": 8,
}
_WHY_VIRTUAL = {"accidental_purchase": 34, "not_delivered": 22, "defective": 14, "changed_mind": 18} | {
    "not_as_described": 7,
    "duplicate_charge": 4,
    "unauthorized": 1,
}
_WHY_PHYSICAL = {"changed_mind": 48, "not_as_described": 20, "defective": 17, "not_delivered": 10, "other": 5}


def goods_of(make: Maker, category: str, count: int) -> list[Goods]:
    """Return goods of a category, at the face values that everybody sells."""
    faces = _FACES[category]
    chosen = make.chance.sample(faces, min(count, len(faces)))
    if category in ("physical", "voucher", "digital_content"):
        chosen = [max(100, 10 * round(face * make.chance.uniform(0.07, 0.14))) for face in chosen]
    return [Goods(make.id("k", 8), f"{category.replace('_', ' ')} {face / 100:g}", category, face) for face in chosen]


def honest_shop(make: Maker, category: str | None = None, *, owner: Person | None = None, count: int = 6) -> Shop:
    """Make a shop; who owns it is told of some."""
    sold = category or make.weighted(_TRADES)
    opened_at = BEGIN - timedelta(days=make.number(-60, 1200))
    told = owner.id if owner and make.chance.random() < 0.6 else None
    return make.shop(Label(LAWFUL, "shop"), goods_of(make, sold, count), opened_at, told)


def shops_around(make: Maker, shops: list[Shop]) -> Shop:
    """Return a shop to buy in: some are popular and most are not."""
    return shops[min(int(make.chance.expovariate(1 / (0.22 * len(shops)))), len(shops) - 1)]


def buys(
    make: Maker,
    buyer: Person,
    shops: list[Shop],
    count: int,
    *,
    begin: datetime = BEGIN,
    end: datetime = END,
    regret: float = 0.055,
) -> list[Purchase]:
    """Let somebody buy `count` times, and ask some of it back as people do."""
    begin = max(begin, buyer.registered_at + timedelta(minutes=4))
    if begin >= end:
        return []
    own = [shops_around(make, shops) for _ in range(3)]
    made = []
    for _time in range(count):
        shop = make.chance.choice(own) if make.chance.random() < 0.6 else shops_around(make, shops)
        at = moment(make.chance, max(begin, shop.opened_at), end) if shop.opened_at < end else None
        if at is None:
            continue
        purchase = make.purchase(buyer, shop, at)
        made.append(purchase)
        if make.chance.random() < regret:
            regrets(make, purchase)
    return made


def regrets(
    make: Maker,
    purchase: Purchase,
    reason: str | None = None,
    *,
    destination: Instrument | None = None,
    label: Label | None = None,
) -> None:
    """Ask money back as ordinary people do: nearly always unused, now and then within minutes."""
    chance, is_virtual = make.chance, purchase.lines[0].goods.is_virtual
    why = reason or make.weighted(_WHY_VIRTUAL if is_virtual else _WHY_PHYSICAL)
    if chance.random() < 0.12:
        at = purchase.at + timedelta(minutes=chance.uniform(1, 10))
    else:
        at = make.later(purchase.at, 9 if is_virtual else 70, 1.3)
    if destination is None and chance.random() < 0.02:
        # A card that has expired meanwhile: the money goes to a new one of the same person.
        destination = make.instrument(purchase.buyer.id, chance.choice(("bank_card", "wallet")))
    make.ask(
        purchase,
        at,
        why,
        use=_use(make, why, is_virtual=is_virtual),
        amounts=_some_lines(make, purchase),
        destination=destination,
        label=label,
    )


def _use(make: Maker, why: str, *, is_virtual: bool) -> Use:
    if why == "not_delivered":
        return NEVER_CAME if make.chance.random() < 0.8 else UNSEEN
    if not is_virtual:
        return UNSEEN
    roll = make.chance.random()
    if why in ("defective", "not_as_described"):
        # Whoever says that a code does not work has looked at it.
        return Use("viewed", 0 if make.chance.random() < 0.5 else None, make.chance.uniform(1, 300))
    if roll < 0.78:
        return make.chance.choice((UNSEEN, UNSEEN, NEVER_CAME, Use(None)))
    return Use("viewed", make.chance.choice((None, 0, 0, 5, 20, 40)), make.chance.uniform(2, 600))


def _some_lines(make: Maker, purchase: Purchase) -> list[tuple[int, int]] | None:
    if len(purchase.lines) > 1 and make.chance.random() < 0.6:
        place = make.chance.randrange(len(purchase.lines))
        return [(place, purchase.lines[place].amount)]
    return None
