import random

import pytest

from apps.rings.blocks import Block, Bought, Pair, find_blocks


def mall(
    *, buyers: int = 600, shops: int = 40, orders: int = 5_000, asked_back: float = 0.05, seed: int = 3
) -> dict[Pair, Bought]:
    """Lawful trade: popular shops and others, customers who come back to theirs."""
    chance = random.Random(seed)
    weights = [1 / (1 + shop) for shop in range(shops)]
    favourites = {buyer: chance.choices(range(shops), weights, k=2) for buyer in range(1_000, 1_000 + buyers)}
    made: dict[Pair, Bought] = {}
    for _order in range(orders):
        buyer = chance.choice(list(favourites))
        pair = buyer, 1 + (chance.choice(favourites[buyer]) if chance.random() < 0.7 else chance.randrange(shops))
        before = made.get(pair, Bought(0, 0))
        made[pair] = Bought(before.orders + 1, before.asked_back + (chance.random() < asked_back))
    return made


def ring(accounts: range, shops: tuple[int, ...], *, orders: int = 6, asked_back: int = 4) -> dict[Pair, Bought]:
    return {(account, shop): Bought(orders, asked_back) for account in accounts for shop in shops}


def raised(pairs: dict[Pair, Bought]) -> list[Block]:
    return [block for block in find_blocks(pairs) if block.chance < 0.25]


def test_finds_nothing_where_nobody_asks_back() -> None:
    assert find_blocks({}) == []
    assert find_blocks({(1, 1): Bought(5, 0)}) == []


@pytest.mark.parametrize("seed", range(5))
def test_takes_lawful_trade_for_no_block(seed: int) -> None:
    assert raised(mall(seed=seed)) == []


def test_takes_the_loyal_customers_of_a_popular_shop_for_no_block() -> None:
    loyal = {(account, 1): Bought(20, 1) for account in range(1, 200)}
    assert raised(mall() | loyal) == []


@pytest.mark.parametrize("shop", [1, 77])
def test_takes_the_customers_of_the_only_shop_for_no_block(shop: int) -> None:
    chance = random.Random(1)
    pairs = {(account, shop): Bought(10, chance.choice([0, 0, 0, 1, 8])) for account in range(1, 2_000)}
    assert raised(pairs) == []


def test_takes_a_shop_that_sells_bad_goods_for_no_block() -> None:
    bad = {(account, 90): Bought(1, account % 2) for account in range(1, 300)}
    assert raised(mall() | bad) == []


@pytest.mark.parametrize("shops", [(90,), (90, 91, 92)])
def test_finds_accounts_that_ask_back_in_the_same_shops(shops: tuple[int, ...]) -> None:
    block, *others = raised(mall() | ring(range(1, 11), shops))
    assert (block.accounts, block.shops) == (frozenset(range(1, 11)), frozenset(shops))
    assert block.bought == Bought(60 * len(shops), 40 * len(shops))
    assert others == []


def test_is_not_misled_by_purchases_elsewhere() -> None:
    camouflage = {(account, shop): Bought(3, 0) for account in range(1, 11) for shop in range(1, 20)}
    block, *_ = raised(mall() | camouflage | ring(range(1, 11), (90, 91)))
    assert (block.accounts, block.shops) == (frozenset(range(1, 11)), frozenset({90, 91}))


def test_tells_two_rings_apart() -> None:
    found = raised(mall() | ring(range(1, 11), (90,)) | ring(range(11, 21), (91,)))
    assert [min(block.accounts) for block in found] == [1, 11]


def test_finds_a_ring_that_is_most_of_what_is_asked_back() -> None:
    lawful = mall(buyers=50, shops=8, orders=300)
    block, *_ = raised(lawful | ring(range(1, 11), (90,)))
    assert block.accounts == frozenset(range(1, 11))
