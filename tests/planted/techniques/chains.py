"""Technique one: fake accounts buy virtual goods in shops of the same people, and the money comes back to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.market import goods_of, regrets
from tests.planted.techniques.fakes import accounts, begin_of, camouflage, hygiene
from tests.planted.things import UNSEEN, Instrument, Label, Person, Purchase, Shop, Technique, Use
from tests.planted.words import reworded, script


@dataclass
class Chain:
    """A group and its ways."""

    label: Label
    owner: Person
    fakes: list[Person]
    shops: list[Shop]
    returns: bool
    fee: float
    script: str


def trade_chain(make: Maker, size: int, honest_shops: list[Shop], honest_people: list[Person]) -> None:
    """Plant one group."""
    chance = make.chance
    care = hygiene(make)
    group = make.id("g")
    label = Label(Technique.TRADE_CHAIN, f"chain, {care.name}", group)
    owner = make.person(Label(label.technique, label.kind, group, "owner"))
    fakes = accounts(make, Label(label.technique, label.kind, group, "fake"), size, care, owner)
    begin = begin_of(make, fakes)
    chain = Chain(
        label,
        owner,
        fakes,
        [_shop(make, label, owner, begin) for _shop_ in range(chance.choice((1, 1, 2, 3)))],
        returns=chance.random() < 0.6,
        fee=chance.uniform(0.02, 0.15),
        script=script(chance),
    )
    end = min(END, begin + timedelta(days=make.number(8, 80)))
    bought = [purchase for fake in fakes for purchase in _buys(make, chain, fake, begin, end)]
    chance.shuffle(bought)
    asked = chance.uniform(0.12, 0.5)
    receiver = make.instrument(owner.id, chance.choice(("wallet", "bank_card"))) if chance.random() < 0.35 else None
    for purchase in bought:
        if chance.random() < asked:
            _asks(make, chain, purchase, receiver)
        elif chain.returns:
            _returns(make, chain, purchase)
    hides = chance.choice((0, 0, 1, 3, 6, 12))
    for fake in fakes:
        camouflage(make, fake, honest_shops, make.number(0, hides) if hides else 0)
    _honest_buyers(make, chain, honest_people, begin, end)


def _shop(make: Maker, label: Label, owner: Person, begin: datetime) -> Shop:
    opened_at = begin - timedelta(days=make.number(1, 200))
    category = make.weighted({"game_currency": 4, "gift_card": 4, "top_up": 2, "voucher": 1, "in_game_item": 2})
    goods = goods_of(make, category, make.number(2, 7))
    roll = make.chance.random()
    told: str | None = owner.id if roll < 0.4 else None
    if roll > 0.7:
        straw = make.person(Label(label.technique, label.kind, label.group, "straw man"))
        if make.chance.random() < 0.4:
            straw.places.append(owner.places[0])
        for _pass in range(make.number(1, 5)):
            at = moment(make.chance, max(BEGIN, begin, straw.registered_at, owner.registered_at), END)
            make.transfer(at, make.chance.lognormvariate(11.5, 0.7), straw, owner)
        told = straw.id
    return make.shop(label, goods, opened_at, told)


def _buys(make: Maker, chain: Chain, fake: Person, begin: datetime, end: datetime) -> list[Purchase]:
    """Buy in the group's shops; mostly on credit, which is what shall become cash."""
    begin = max(begin, fake.registered_at + timedelta(minutes=20))
    if begin >= end:
        return []
    if make.chance.random() < 0.7:
        fake.instruments.append(make.instrument(fake.id, make.chance.choice(("credit_line", "credit_card"))))
    made = []
    for _order in range(make.number(2, 14)):
        shop = make.chance.choice(chain.shops)
        at = moment(make.chance, begin, end)
        goods = make.chance.choice(shop.goods)
        lines = [make.line(goods, make.chance.choice((1, 1, 1, 2, 3)), discount=make.chance.uniform(0, 0.06))]
        made.append(make.purchase(fake, shop, at, lines, paid_by=make.chance.choice(fake.instruments[-2:])))
    return made


def _asks(make: Maker, chain: Chain, purchase: Purchase, receiver: Instrument | None) -> None:
    chance = make.chance
    at = make.later(purchase.at, chance.choice((0.3, 2, 12, 40)))
    if at >= END:
        return
    why = make.weighted(
        {"not_delivered": 40, "accidental_purchase": 20, "defective": 20, "changed_mind": 10, "other": 10}
    )
    use = chance.choice((UNSEEN, Use(None), Use("viewed", None), Use("viewed", chance.choice((30, 80, 100)))))
    says = (lambda: reworded(chance, chain.script)) if chance.random() < 0.4 else None
    make.ask(
        purchase,
        at,
        why,
        label=chain.label,
        use=use,
        text=says,
        destination=receiver if receiver and chance.random() < 0.6 else None,
        place=chance.choice(purchase.buyer.places),
        denied=0.06,
    )


def _returns(make: Maker, chain: Chain, purchase: Purchase) -> None:
    """The owner sends the money on to the fake account, less a fee; seldom for each order by itself."""
    if make.chance.random() < 0.5:
        at = make.later(purchase.at, make.chance.choice((6, 30, 80)))
        if at < END:
            share = (1 - chain.fee) * make.chance.uniform(0.9, 1.03)
            make.transfer(at, purchase.amount * share, chain.owner, purchase.buyer)


def _honest_buyers(make: Maker, chain: Chain, people: list[Person], begin: datetime, end: datetime) -> None:
    for shop in chain.shops:
        for _one in range(make.chance.choice((0, 0, 2, 6, 15, 30))):
            buyer = make.chance.choice(people)
            since = max(begin, buyer.registered_at)
            if since < end:
                bought = make.purchase(buyer, shop, moment(make.chance, since, end))
                if make.chance.random() < 0.07:
                    regrets(make, bought)
