"""People who share phones, cards, devices and networks for good reasons."""

from collections.abc import Sequence
from datetime import timedelta

from tests.planted.calendar import END, HISTORY_DAYS, LIVE_DAYS, moment, moment_on
from tests.planted.making import Maker
from tests.planted.market import buys, honest_shop, regrets
from tests.planted.things import LAWFUL, NEVER_CAME, UNSEEN, Instrument, Label, Person, Place, Shop, Use


def families(make: Maker, count: int, shops: list[Shop]) -> list[Person]:
    """Two to five people with one home, often one card, one phone or one tablet; some children buy on it."""
    made = []
    for _family in range(count):
        members = _family_members(make)
        tablet = make.place(members[0].places[0].ip)
        for member in members:
            if make.chance.random() < 0.6:
                member.places.append(tablet)
            _family_buys(make, member, members, shops)
            if member.label.kind == "minor" and make.chance.random() < 0.2:
                _child_plays(make, member, shops)
        made += members
    return made


def _family_members(make: Maker) -> list[Person]:
    home, group = make.ip(), make.id("g")
    parent = make.person(Label(LAWFUL, "family", group), home=home)
    members = [parent]
    for _member in range(make.chance.choice((1, 1, 2, 2, 3, 4))):
        is_child = make.chance.random() < 0.35
        label = Label(LAWFUL, "minor" if is_child else "family", group)
        member = make.person(label, home=home, is_minor=is_child and make.chance.random() < 0.6)
        if is_child or make.chance.random() < 0.5:
            member.instruments = [make.chance.choice(parent.instruments)]
        if make.chance.random() < 0.5:
            member.marks["phone"] = parent.marks["phone"]
        if make.chance.random() < 0.3:
            member.marks["bank_card"] = parent.marks["bank_card"]
        members.append(member)
    return members


def _family_buys(make: Maker, member: Person, members: list[Person], shops: list[Shop]) -> None:
    for bought in buys(make, member, shops, make.number(2, 20), regret=0.0):
        if make.chance.random() < 0.055:
            is_elsewhere = make.chance.random() < 0.06
            regrets(make, bought, destination=_of_somebody(make, members) if is_elsewhere else None)


def _of_somebody(make: Maker, members: list[Person]) -> Instrument:
    """A family now and then has the money sent to another of its cards."""
    return make.chance.choice(make.chance.choice(members).instruments)


def _child_plays(make: Maker, child: Person, shops: list[Shop]) -> None:
    """A weekend of top-ups, found by the parents and asked back all at once."""
    games = [shop for shop in shops if shop.goods[0].category in ("game_currency", "in_game_item", "top_up")]
    begin = child.registered_at + timedelta(days=1)
    if not games or begin >= END - timedelta(days=3):
        return
    at = found = moment(make.chance, max(begin, END - timedelta(days=make.number(4, 90))), END - timedelta(days=2))
    shop = make.chance.choice(games)
    bought = []
    for _time in range(make.number(2, 12)):
        at += timedelta(minutes=make.chance.uniform(2, 240))
        bought.append(make.purchase(child, shop, at))
    found = make.later(at, 20)
    for purchase in bought:
        found += timedelta(minutes=make.chance.uniform(0.5, 9))
        reason = "minor_purchase" if make.chance.random() < 0.85 else "unauthorized"
        make.ask(purchase, found, reason, use=Use("viewed", make.chance.choice((None, 100, 100, 60))))


def cafe(make: Maker, guests: int, shops: list[Shop]) -> list[Person]:
    """An internet café: one address, machines that dozens of people sit at."""
    ip = make.ip()
    machines = [make.place(ip) for _machine in range(max(2, guests // make.number(6, 12)))]
    made = []
    for _guest in range(guests):
        guest = make.person(Label(LAWFUL, "cafe"))
        guest.places += make.chance.choices(machines, k=make.number(2, 8))
        buys(make, guest, shops, make.number(3, 22))
        made.append(guest)
    return made


def dormitory(make: Maker, students: int, shops: list[Shop]) -> list[Person]:
    """One address, everybody with devices of their own, and phones lent between rooms."""
    ip = make.ip()
    made: list[Person] = []
    for _student in range(students):
        student = make.person(Label(LAWFUL, "dorm"), home=ip)
        if made and make.chance.random() < 0.1:
            student.places.append(Place(made[-1].places[0].device, ip))
        buys(make, student, shops, make.number(3, 22))
        made.append(student)
    return made


def campaign(make: Maker, newcomers: int, regulars: Sequence[Person], shops: list[Shop]) -> list[Person]:
    """A day on which a shop sells cheap: a burst of new accounts, all after the same goods."""
    day = make.chance.randint(HISTORY_DAYS // 2, HISTORY_DAYS + LIVE_DAYS - 2)
    shop = honest_shop(make, make.chance.choice(("gift_card", "voucher", "game_currency", "membership")))
    goods = make.chance.choice(shop.goods)
    made = []
    for number in range(newcomers + newcomers // 2):
        at = moment_on(make.chance, day)
        if number < newcomers:
            buyer = make.person(Label(LAWFUL, "campaign"), at - timedelta(minutes=make.chance.uniform(3, 200)))
            made.append(buyer)
            buys(make, buyer, shops, make.number(0, 5), begin=at)
        else:
            buyer = make.chance.choice(regulars)
            if buyer.registered_at > at:
                continue
        bought = make.purchase(buyer, shop, at, [make.line(goods, make.chance.choice((1, 1, 1, 2)), discount=0.2)])
        if make.chance.random() < 0.09:
            regrets(make, bought, label=Label(LAWFUL, "campaign"))
    return made


def gifts(make: Maker, people: Sequence[Person], count: int, shops: list[Shop]) -> None:
    """One pays for what another buys; money comes back to who paid."""
    for _gift in range(count):
        giver, friend = make.chance.sample(people, 2)
        begin = max(giver.registered_at, friend.registered_at)
        shop = make.chance.choice(shops)
        if max(begin, shop.opened_at) >= END:
            continue
        at = moment(make.chance, max(begin, shop.opened_at, END - timedelta(days=130)), END)
        paid_by = make.chance.choice(giver.instruments)
        bought = make.purchase(friend, shop, at, paid_by=paid_by, payer=giver.id)
        if make.chance.random() < 0.12:
            label = Label(LAWFUL, "gift")
            why = make.chance.choice(("changed_mind", "not_delivered", "accidental_purchase"))
            use = make.chance.choice((UNSEEN, UNSEEN, NEVER_CAME))
            make.ask(bought, make.later(at, 24, 1.3), why, use=use, destination=paid_by, label=label)
