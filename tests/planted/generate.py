"""A whole world of a seed and a size."""

import random

from tests.planted.calendar import END
from tests.planted.lawful import money, together, trade
from tests.planted.making import Maker
from tests.planted.market import honest_shop
from tests.planted.techniques import chains, circles, circular, loops
from tests.planted.things import Person, Shop, World

SIZE = 6000


def world_of(seed: int, size: int = SIZE) -> World:
    """Return a world with about `size` lawful accounts. The same seed and size make the same world."""
    make = Maker(random.Random(f"planted/{seed}"))
    shops = [honest_shop(make) for _shop in range(max(20, size // 40))]
    people = _lawful(make, size, shops)
    trade.owners_of(make, shops, people)
    _money(make, size, people)
    _planted(make, size, people)
    _only_within(make.world)
    return make.world


def _lawful(make: Maker, size: int, shops: list[Shop]) -> list[Person]:
    people = trade.ordinary(make, size * 45 // 100, shops)
    people += together.families(make, size * 5 // 100, shops)
    for _cafe in range(max(1, size // 2000)):
        people += together.cafe(make, max(12, size // 30), shops)
    people += together.dormitory(make, max(12, size // 15), shops)
    people += trade.resellers(make, max(1, size // 150), shops)
    for _shop in range(max(1, size // 700)):
        people += trade.loyal_customers(make, make.number(12, 40))
    for _shop in range(max(1, size // 900)):
        people += trade.faulty_goods(make, make.number(8, 30), shops)
    regulars = list(people)
    for _campaign in range(max(1, size // 1200)):
        people += together.campaign(make, max(10, size // 60), regulars, shops)
    together.gifts(make, regulars, size // 8, shops)
    return people


def _money(make: Maker, size: int, people: list[Person]) -> None:
    money.friends(make, people, 2)
    money.strangers(make, people, size)
    money.clubs(make, people, max(1, size // 400))
    money.wages(make, people, max(1, size // 500))
    money.rents(make, people, max(1, size // 500))
    money.collections(make, people, max(1, size // 400))


def _planted(make: Maker, size: int, people: list[Person]) -> None:
    # The techniques hide among the shops that stand open to everybody.
    shops = [shop for shop in make.world.shops if not shop.label.is_planted]
    for _group in range(max(1, size // 750)):
        chains.trade_chain(make, make.number(4, 22), shops, people)
    for _account in range(max(2, size // 200)):
        circular.lone_refunder(make, shops)
    for _farm in range(max(1, size // 1000)):
        circular.farm(make, make.number(3, 12), shops)
    for _account in range(max(1, size // 300)):
        loops.credit_to_cash(make, 1, shops)
    for _broker in range(max(1, size // 1500)):
        loops.credit_to_cash(make, make.number(4, 14), shops)
    loops.paid_by_one_refunded_to_another(make, max(1, size // 400), shops)
    for _circle in range(max(1, size // 500)):
        circles.circle(make, shops, people)
    for _mule in range(max(1, size // 1200)):
        circles.mules(make, shops, people)


def _only_within(world: World) -> None:
    """Leave out what would happen after the last day."""
    world.purchases = [purchase for purchase in world.purchases if purchase.at < END]
    world.asks = [ask for ask in world.asks if ask.at < END]
    world.transfers = [transfer for transfer in world.transfers if transfer.at < END]
    for rows in (world.people, world.shops):
        rows.sort(key=lambda row: row.id)
