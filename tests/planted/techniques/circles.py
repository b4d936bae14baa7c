"""Technique three, over many: money that goes round, and money that is gathered, passed through and spread."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.market import goods_of, shops_around
from tests.planted.techniques.fakes import accounts, camouflage, hygiene
from tests.planted.things import UNSEEN, Instrument, Label, Person, Shop, Technique


def _times(make: Maker, begin: datetime, hops: int, pace: float) -> list[datetime]:
    times = [begin]
    for _hop in range(hops):
        times.append(make.later(times[-1], pace, 0.8))
    return times


def circle(make: Maker, shops: list[Shop], honest: Sequence[Person]) -> None:
    """Plant a circle of three to ten accounts: transfers, sometimes an order in a member's shop, sometimes a refund."""
    chance = make.chance
    label = Label(Technique.PAYMENT_LOOP, "money circle", make.id("g"), "member")
    members = accounts(make, label, make.number(3, 10), hygiene(make))
    pace = chance.choice((6, 24, 48, 96))
    registered = max(BEGIN, *(member.registered_at for member in members))
    for _round in range(chance.choice((1, 1, 1, 2, 3))):
        latest = END - timedelta(hours=1.6 * pace * len(members))
        begin = moment(chance, registered, latest) if registered < latest else registered
        times = _times(make, begin, len(members), pace)
        if times[-1] >= END:
            continue
        amount = chance.lognormvariate(12, 0.8)
        by_order = chance.randrange(len(members)) if chance.random() < 0.35 else None
        for place, (sender, receiver) in enumerate(zip(members, [*members[1:], members[0]], strict=True)):
            amount *= chance.uniform(0.88, 1.02)
            if place == by_order:
                _by_order(make, sender, receiver, amount=amount, at=times[place])
            else:
                _hop(make, times[place], amount, sender, receiver)
    for member in members:
        camouflage(make, member, shops, make.number(0, 12))
        _lawful_dealings(make, member, honest)
    if chance.random() < 0.6:
        _refunds_beside(make, label, members, shops)


def _hop(make: Maker, at: datetime, amount: float, sender: Person, receiver: Person) -> None:
    """At once, or in two parts."""
    if make.chance.random() < 0.2:
        share = make.chance.uniform(0.3, 0.7)
        make.transfer(at, amount * share, sender, receiver)
        make.transfer(at + timedelta(minutes=make.chance.uniform(5, 50)), amount * (1 - share), sender, receiver)
    else:
        make.transfer(at, amount, sender, receiver)


def _by_order(make: Maker, sender: Person, receiver: Person, *, amount: float, at: datetime) -> None:
    """The sender buys in a shop of the receiver's."""
    goods = goods_of(make, make.chance.choice(("gift_card", "game_currency")), 3)
    shop = make.shop(receiver.label, goods, max(BEGIN, receiver.registered_at), receiver.id)
    piece = make.chance.choice(goods)
    make.purchase(sender, shop, at, [make.line(piece, max(1, round(amount / piece.face)))])


def _lawful_dealings(make: Maker, member: Person, honest: Sequence[Person]) -> None:
    for _time in range(make.number(0, 5)):
        friend = make.chance.choice(honest)
        since = max(BEGIN, member.registered_at, friend.registered_at)
        sender, receiver = (member, friend) if make.chance.random() < 0.5 else (friend, member)
        make.transfer(moment(make.chance, since, END), make.chance.lognormvariate(9.2, 1.1), sender, receiver)


def _refunds_beside(make: Maker, label: Label, members: list[Person], shops: list[Shop]) -> None:
    """What a member buys is refunded to the next one."""
    for place, buyer in enumerate(members):
        shop = shops_around(make, shops)
        since = max(BEGIN, buyer.registered_at, shop.opened_at, END - timedelta(days=30))
        if make.chance.random() < 0.4 and since < END:
            receiver = members[(place + 1) % len(members)]
            bought = make.purchase(buyer, shop, moment(make.chance, since, END))
            to = make.instrument(receiver.id, make.chance.choice(("wallet", "bank_card")))
            at = make.later(bought.at, 10)
            if at < END:
                make.ask(bought, at, "changed_mind", label=label, use=UNSEEN, destination=to, denied=0.04)


def mules(make: Maker, shops: list[Shop], honest: Sequence[Person]) -> None:
    """Plant a mule: many send, by transfers or by refunds of their orders; it goes on within days, less a fee."""
    chance = make.chance
    label = Label(Technique.PAYMENT_LOOP, "mule", make.id("g"))
    senders = accounts(make, Label(*_of(label), "sender"), make.number(6, 26), hygiene(make))
    takers = accounts(make, Label(*_of(label), "taker"), make.number(2, 12), hygiene(make))
    (mule,) = accounts(make, Label(*_of(label), "mule"), 1, hygiene(make))
    wallet = make.instrument(mule.id, chance.choice(("wallet", "bank_card")))
    since = max(BEGIN, *(person.registered_at for person in (*senders, *takers, mule)))
    for _wave in range(chance.choice((1, 1, 2, 3))):
        if since >= END - timedelta(days=6):
            break
        begin = moment(chance, since, END - timedelta(days=5))
        days = chance.uniform(0.5, 3)
        gathered = 0.0
        for sender in senders:
            at = begin + timedelta(days=days * chance.random())
            amount = chance.lognormvariate(10.5, 0.6)
            if chance.random() < 0.3:
                gathered += _by_refund(make, label, sender, shops, at=at, to=wallet)
            else:
                make.transfer(at, amount, sender, mule)
                gathered += amount
        parts = chance.sample(takers, make.number(2, len(takers)) if len(takers) > 2 else len(takers))
        left = gathered * chance.uniform(0.85, 0.98)
        for taker in parts:
            at = begin + timedelta(days=days + chance.uniform(0, 2))
            make.transfer(at, left / len(parts) * chance.uniform(0.7, 1.3), mule, taker)
    for person in (*senders, *takers, mule):
        camouflage(make, person, shops, make.number(0, 8))
        _lawful_dealings(make, person, honest)


def _of(label: Label) -> tuple[str, str, str]:
    return label.technique, label.kind, label.group


def _by_refund(make: Maker, label: Label, sender: Person, shops: list[Shop], *, at: datetime, to: Instrument) -> int:
    shop = shops_around(make, shops)
    before = at - timedelta(hours=make.chance.uniform(0.3, 30))
    if before <= max(shop.opened_at, sender.registered_at, BEGIN):
        return 0
    bought = make.purchase(sender, shop, before)
    make.ask(bought, at, "changed_mind", label=label, use=UNSEEN, destination=to, denied=0.03)
    return bought.amount
