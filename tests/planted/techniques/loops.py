"""Technique three, by single trades: paid on credit and refunded as cash, paid by one and refunded to another."""

from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.market import shops_around
from tests.planted.techniques.fakes import accounts, begin_of, camouflage, hygiene
from tests.planted.things import NEVER_CAME, UNSEEN, Instrument, Label, Person, Shop, Technique, Use

_WHY = {"changed_mind": 30, "accidental_purchase": 30, "not_delivered": 20, "other": 12, "not_as_described": 8}


def credit_to_cash(make: Maker, size: int, shops: list[Shop]) -> None:
    """Plant accounts that turn credit into cash: each for itself, or all through one broker's wallet."""
    chance = make.chance
    group = make.id("g")
    is_brokered = size > 1
    label = Label(Technique.PAYMENT_LOOP, "credit to cash, brokered" if is_brokered else "credit to cash, own", group)
    payers = accounts(make, label, size, hygiene(make))
    broker = make.person(Label(label.technique, label.kind, group, "broker")) if is_brokered else None
    wallet = make.instrument(broker.id, chance.choice(("wallet", "bank_card"))) if broker else None
    begin = begin_of(make, payers)
    for payer in payers:
        credit = make.instrument(
            payer.id, make.weighted({"credit_line": 6, "credit_card": 2, "gift_card": 2, "points": 1})
        )
        own = make.instrument(payer.id, chance.choice(("wallet", "bank_card")))
        for _time in range(make.number(1, 6)):
            _round(make, payer, shops, label, begin, paid_by=credit, to=wallet or own)
        camouflage(make, payer, shops, make.number(0, 10))


def paid_by_one_refunded_to_another(make: Maker, pairs: int, shops: list[Shop]) -> None:
    """Plant pairs: the first pays for the second's orders, and the second gets the refunds."""
    for _pair in range(pairs):
        group = make.id("g")
        label = Label(Technique.PAYMENT_LOOP, "payer to another", group)
        payer, receiver = accounts(make, label, 2, hygiene(make))
        begin = begin_of(make, [payer, receiver])
        wallet = make.instrument(receiver.id, make.chance.choice(("wallet", "bank_card")))
        for _time in range(make.number(1, 7)):
            paid_by = make.chance.choice(payer.instruments)
            _round(make, receiver, shops, label, max(begin, payer.registered_at), paid_by=paid_by, to=wallet)
        camouflage(make, receiver, shops, make.number(0, 8))


def _round(
    make: Maker, buyer: Person, shops: list[Shop], label: Label, begin: datetime, *, paid_by: Instrument, to: Instrument
) -> None:
    chance = make.chance
    shop = shops_around(make, shops)
    since = max(BEGIN, begin, buyer.registered_at + timedelta(minutes=15), shop.opened_at)
    if since >= END:
        return
    at = moment(chance, since, min(END, since + timedelta(days=40)))
    lines = [make.line(chance.choice(shop.goods), chance.choice((1, 1, 2, 5)))]
    bought = make.purchase(
        buyer, shop, at, lines, paid_by=paid_by, payer=paid_by.holder if chance.random() < 0.8 else None
    )
    asked_at = make.later(at, chance.choice((0.5, 5, 30)))
    if asked_at < END:
        use = chance.choice((UNSEEN, NEVER_CAME, Use(None)))
        make.ask(bought, asked_at, make.weighted(_WHY), label=label, use=use, destination=to, denied=0.04)
