"""People who buy much, always in one shop, or get nothing but broken goods."""

from collections.abc import Sequence
from datetime import timedelta

from tests.planted.calendar import BEGIN, END, moment
from tests.planted.making import Maker
from tests.planted.market import buys, goods_of, honest_shop, regrets
from tests.planted.things import LAWFUL, NEVER_CAME, UNSEEN, Label, Person, Purchase, Shop, Use


def ordinary(make: Maker, count: int, shops: list[Shop]) -> list[Person]:
    """Most people."""
    made = []
    for _one in range(count):
        person = make.person(Label(LAWFUL, "ordinary"))
        buys(make, person, shops, make.number(1, 32))
        made.append(person)
    return made


def resellers(make: Maker, count: int, shops: list[Shop]) -> list[Person]:
    """Many orders of face values from few shops, and now and then a code that does not work."""
    virtual = [shop for shop in shops if shop.goods[0].category in ("gift_card", "game_currency", "top_up", "voucher")]
    made = []
    for _one in range(count):
        reseller = make.person(Label(LAWFUL, "reseller"))
        sources = make.chance.sample(virtual, min(len(virtual), make.chance.choice((1, 2, 2, 3))))
        for _order in range(make.number(40, 160)):
            shop = make.chance.choice(sources)
            begin = max(BEGIN, reseller.registered_at, shop.opened_at)
            lines = [make.line(make.chance.choice(shop.goods), make.number(1, 12))]
            bought = make.purchase(reseller, shop, moment(make.chance, begin, END), lines)
            if make.chance.random() < 0.05:
                _broken_codes(make, bought)
        made.append(reseller)
    return made


def _broken_codes(make: Maker, bought: Purchase) -> None:
    (line,) = bought.lines
    amounts = [(0, line.amount // line.quantity * make.number(1, line.quantity))]
    use = Use("viewed", make.chance.choice((0, 0, None)))
    make.ask(bought, make.later(bought.at, 20), "defective", use=use, amounts=amounts)


def loyal_customers(make: Maker, count: int) -> list[Person]:
    """A small shop, and people who buy there every week and nowhere else."""
    owner = make.person(Label(LAWFUL, "owner"))
    shop = honest_shop(make, make.chance.choice(("game_currency", "top_up", "membership", "voucher")), owner=owner)
    made = [owner]
    for _one in range(count):
        customer = make.person(Label(LAWFUL, "loyal"))
        begin, end = max(BEGIN, customer.registered_at, shop.opened_at), END
        for _order in range(make.number(4, 24)):
            bought = make.purchase(customer, shop, moment(make.chance, begin, end))
            if make.chance.random() < 0.05:
                regrets(make, bought)
        made.append(customer)
    return made


def faulty_goods(make: Maker, count: int, shops: list[Shop]) -> list[Person]:
    """A shop that sends broken goods or none, and customers who ask their money back again and again, and rightly."""
    shop = make.shop(
        Label(LAWFUL, "faulty shop"),
        goods_of(make, make.chance.choice(("physical", "voucher", "gift_card", "physical")), 6),
        BEGIN - timedelta(days=make.number(10, 300)),
    )
    made = []
    for _one in range(count):
        person = make.person(Label(LAWFUL, "faulty"))
        buys(make, person, shops, make.number(4, 20))
        for _order in range(make.number(2, 9)):
            begin = max(BEGIN, person.registered_at)
            bought = make.purchase(person, shop, moment(make.chance, begin, END))
            if make.chance.random() < 0.5:
                why, use = make.chance.choice(
                    (("not_delivered", NEVER_CAME), ("defective", UNSEEN), ("defective", Use("viewed", 0)))
                )
                make.ask(bought, make.later(bought.at, 60), why, use=use)
        made.append(person)
    return made


def owners_of(make: Maker, shops: list[Shop], people: Sequence[Person]) -> None:
    """Shops have owners, who buy as others do; some own several. Who owns it is told of some."""
    for shop in shops:
        owner = make.chance.choice(people)
        if make.chance.random() < 0.55 and shop.told_owner is None:
            shop.told_owner = owner.id
