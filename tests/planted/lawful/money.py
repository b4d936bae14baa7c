"""Money that lawful people send each other: friends, clubs, wages, rents, second-hand goods."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END, moment, moment_on
from tests.planted.making import Maker
from tests.planted.things import Person

_DAYS = (END - BEGIN).days


def _since(*people: Person) -> datetime:
    return max(BEGIN, *(person.registered_at for person in people))


def friends(make: Maker, people: Sequence[Person], each: float) -> None:
    """Everybody has a few friends: they lend, repay, share bills and send red envelopes."""
    for person in people:
        circle = make.chance.sample(people, make.chance.choice((0, 1, 1, 2, 3, 4)))
        for friend in circle:
            if friend is person:
                continue
            for _time in range(make.number(1, round(2 * each) + 1)):
                at = moment(make.chance, _since(person, friend), END)
                amount = make.chance.lognormvariate(9.2, 1.1)
                sender, receiver = (person, friend) if make.chance.random() < 0.5 else (friend, person)
                make.transfer(at, amount, sender, receiver)
                if make.chance.random() < 0.4:
                    back = make.later(at, 24 * 9)
                    if back < END:
                        make.transfer(back, amount * make.chance.choice((1, 1, 1, 0.5, 1.02)), receiver, sender)


def strangers(make: Maker, people: Sequence[Person], count: int) -> None:
    """Something second-hand is sold once, and seller and buyer never meet again."""
    for _sale in range(count):
        buyer, seller = make.chance.sample(people, 2)
        make.transfer(
            moment(make.chance, _since(buyer, seller), END), make.chance.lognormvariate(9.6, 1.2), buyer, seller
        )


def clubs(make: Maker, people: Sequence[Person], count: int) -> None:
    """Friends who take turns with the bill: each month the money goes once round."""
    for _club in range(count):
        members = make.chance.sample(people, make.number(3, 7))
        share = make.chance.uniform(8_000, 60_000)
        day = make.chance.randrange(28)
        while day < _DAYS - 6:
            turn = day
            for sender, receiver in zip(members, [*members[1:], members[0]], strict=True):
                turn += make.chance.choice((0, 0, 1, 1, 2))
                at = moment_on(make.chance, min(turn, _DAYS - 1))
                if at > _since(sender, receiver):
                    make.transfer(at, share * make.chance.uniform(0.7, 1.3), sender, receiver)
            day += 30 + make.chance.randint(-2, 2)


def wages(make: Maker, people: Sequence[Person], count: int) -> None:
    """An employer pays many on one day of the month."""
    for _employer in range(count):
        employer, *staff = make.chance.sample(people, make.number(5, 26))
        pay = {worker.id: make.chance.uniform(200_000, 900_000) for worker in staff}
        first = make.chance.randrange(28)
        for day in range(first, _DAYS, 30):
            for worker in staff:
                at = moment_on(make.chance, day)
                if at > _since(employer, worker):
                    make.transfer(at, pay[worker.id] * make.chance.uniform(0.95, 1.1), employer, worker)


def rents(make: Maker, people: Sequence[Person], count: int) -> None:
    """A landlord gets rents in the first days of the month, and pays the bank that owns the house."""
    for _landlord in range(count):
        landlord, bank, *tenants = make.chance.sample(people, make.number(6, 24))
        rent = {tenant.id: make.chance.uniform(80_000, 400_000) for tenant in tenants}
        for month in range(0, _DAYS - 8, 30):
            for tenant in tenants:
                at = moment_on(make.chance, month + make.chance.randrange(6))
                if at > _since(landlord, tenant):
                    make.transfer(at, rent[tenant.id], tenant, landlord)
            due = moment_on(make.chance, month + 7)
            if due > _since(landlord, bank):
                make.transfer(due, sum(rent.values()) * make.chance.uniform(0.3, 0.8), landlord, bank)


def collections(make: Maker, people: Sequence[Person], count: int) -> None:
    """A wedding, a class trip: many send one person money once, who spends it in a few places soon after."""
    for _event in range(count):
        host, *guests = make.chance.sample(people, make.number(8, 32))
        day = make.chance.randrange(5, _DAYS - 12)
        total = 0.0
        for guest in guests:
            at = moment_on(make.chance, day + make.chance.randrange(5))
            if at > _since(host, guest):
                amount = make.chance.choice((5_000, 10_000, 20_000, 30_000, 66_600)) * make.chance.choice((1, 1, 1.2))
                make.transfer(at, amount, guest, host)
                total += amount
        for part in (0.5, 0.25, 0.15)[: make.chance.randint(1, 3)]:
            payee = make.chance.choice(people)
            at = moment_on(make.chance, day + 5 + make.chance.randrange(6))
            if payee is not host and at > _since(host, payee) and total:
                make.transfer(at + timedelta(minutes=1), total * part, host, payee)
