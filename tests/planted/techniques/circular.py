"""Technique two: buy, take the code, ask the money back; again and again, alone or with a farm of accounts."""

from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.market import shops_around
from tests.planted.techniques.fakes import accounts, camouflage, hygiene
from tests.planted.things import Label, Person, Purchase, Shop, Technique, Use
from tests.planted.words import reworded, script

_WHY = {"not_delivered": 30, "accidental_purchase": 28, "defective": 22, "changed_mind": 10, "not_as_described": 10}


def lone_refunder(make: Maker, shops: list[Shop]) -> None:
    """Plant one account that works alone."""
    label = Label(Technique.CIRCULAR_REFUND, "alone", make.id("g"), "refunder")
    person = make.person(label)
    _circulate(make, person, shops, label, times=make.number(3, 22), says=None)


def farm(make: Maker, size: int, shops: list[Shop]) -> None:
    """Plant accounts of one hand; each asks a few times only."""
    care = hygiene(make)
    label = Label(Technique.CIRCULAR_REFUND, f"farm, {care.name}", make.id("g"), "refunder")
    says = script(make.chance) if make.chance.random() < 0.5 else None
    for fake in accounts(make, label, size, care):
        _circulate(make, fake, shops, label, times=make.number(1, 9), says=says)


def _circulate(make: Maker, person: Person, shops: list[Shop], label: Label, *, times: int, says: str | None) -> None:
    chance = make.chance
    virtual = [shop for shop in shops if shop.goods[0].is_virtual]
    own = [shops_around(make, virtual) for _shop in range(chance.choice((1, 1, 2, 4)))]
    favourite = chance.random() < 0.4
    span = timedelta(days=make.number(3, 60))
    end = END - (END - BEGIN) * 0.35 * chance.random() ** 2
    begin = max(BEGIN, person.registered_at + timedelta(minutes=10), end - span)
    end = max(end, begin + timedelta(days=1))
    pace = chance.choice((0.15, 0.7, 4, 20, 60))
    greed = chance.choice((1.0, 1.0, 0.8, 0.6))
    for _round in range(round(times / greed)):
        shop = own[0] if favourite else chance.choice(own)
        at = moment(chance, max(begin, shop.opened_at), max(end, shop.opened_at + timedelta(days=1)))
        goods = shop.goods[0] if favourite and chance.random() < 0.7 else chance.choice(shop.goods)
        lines = [make.line(goods, chance.choice((1, 1, 1, 2, 4)))]
        if chance.random() < 0.15:
            lines.append(make.line(chance.choice(shop.goods)))
        bought = make.purchase(person, shop, at, lines)
        if chance.random() < greed:
            _asks(make, bought, label, make.later(at, pace, 0.9), says)
    camouflage(make, person, shops, make.number(0, chance.choice((0, 2, 8, 20))))


def _asks(make: Maker, bought: Purchase, label: Label, at: datetime, says: str | None) -> None:
    """Most codes have been looked at; of many it is known that they were used, of some the shop tells nothing."""
    chance = make.chance
    if at >= END:
        return
    use = chance.choice(
        (
            Use("viewed", None, chance.uniform(0.5, 8)),
            Use("viewed", 100, chance.uniform(0.5, 20)),
            Use("viewed", chance.choice((10, 40, 75)), chance.uniform(0.5, 20)),
            Use("delivered"),
            Use(None),
        )
    )
    amounts = None
    if chance.random() < 0.2:
        amounts = [(0, max(1, round(bought.lines[0].amount * chance.choice((0.5, 0.7, 0.9)))))]
    text = (lambda: reworded(chance, says)) if says and chance.random() < 0.7 else None
    make.ask(bought, at, make.weighted(_WHY), label=label, use=use, amounts=amounts, text=text, denied=0.05)
