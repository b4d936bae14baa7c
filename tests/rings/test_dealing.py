from dataclasses import replace

from apps.rings.dealing import Dealing, ShopTrade, find_dealings

OWNER = 1
# A hundred lawful shops, in every tenth of which a cousin of the owner buys.
LAWFUL = [
    ShopTrade(shop, 500 + shop, 40, 120, 5, tied=frozenset({900 + shop}) if shop % 10 == 0 else frozenset())
    for shop in range(100, 200)
]
OWN = ShopTrade(
    7, OWNER, buyers=30, orders=90, asked_back=20, tied=frozenset({2, 3, 4, 5}), tied_orders=24, tied_asked_back=16,
    tied_paid=240_000,
)  # fmt: skip


def found(*shops: ShopTrade) -> list[Dealing]:
    return find_dealings([*LAWFUL, *shops])


def test_takes_friends_who_buy_and_keep_for_no_ring() -> None:
    assert found(replace(OWN, asked_back=5, tied_asked_back=1)) == []


def test_takes_a_test_of_one_s_own_shop_for_no_ring() -> None:
    assert found(replace(OWN, tied=frozenset({OWNER}), tied_orders=2, tied_asked_back=2)) == []


def test_finds_trade_with_oneself_that_is_asked_back() -> None:
    (dealing,) = found(OWN)
    assert dealing.trade == OWN
    assert dealing.chance < 0.001


def test_finds_trade_whose_price_goes_back_to_who_paid() -> None:
    (dealing,) = found(replace(OWN, asked_back=5, tied_asked_back=0, returned=180_000))
    assert dealing.trade.is_returned


def test_finds_refunds_that_go_to_the_owner() -> None:
    (dealing,) = found(replace(OWN, asked_back=5, tied_asked_back=1, to_owner=2))
    assert dealing.trade.shop == 7


def test_finds_a_shop_with_hardly_another_customer() -> None:
    quiet = replace(OWN, asked_back=1, tied_asked_back=0, tied=frozenset(range(2, 9)), tied_orders=70)
    (dealing,) = found(quiet)
    assert dealing.trade == quiet
    assert found(replace(quiet, orders=150)) == []


def test_is_less_sure_where_everybody_is_tied() -> None:
    village = [replace(shop, tied=frozenset(range(1_000, 1_020))) for shop in LAWFUL]
    (there,) = find_dealings([*village, OWN])
    (here,) = found(OWN)
    assert there.chance > here.chance


def test_finds_the_only_shop() -> None:
    (dealing,) = find_dealings([replace(OWN, buyers=5)])
    assert dealing.trade.shop == 7
