"""Circles, fans and passing among hops; what single modules find, their own tests say."""

from apps.rings.findings import Finding
from apps.rings.hops import Hop
from apps.rings.kinds import Kind, Role
from apps.rings.services.search_money import money_in
from tests.rings.graphs import bustle, circle, hop

HOLDER, PAYERS = 5_000, range(6_001, 6_009)


def found(hops: list[Hop], *kinds: Kind) -> list[Finding]:
    return money_in(sorted(hops), "CNY", kinds or list(Kind)).findings


def of_kind(kind: str, hops: list[Hop]) -> list[Hop]:
    return [each._replace(record=each.record.replace("transfer", kind)) for each in hops]


def test_finds_nothing_where_nothing_moves() -> None:
    assert found([]) == []


def test_takes_the_customers_of_a_shop_for_no_fan() -> None:
    purchases = [hop(50 + place / 2, payer, HOLDER) for place, payer in enumerate(PAYERS)]
    assert found([*bustle(300, 1_500), *of_kind("order", purchases)], Kind.FAN_IN) == []


def test_finds_many_who_pay_one() -> None:
    sent = [hop(50 + place / 2, payer, HOLDER, 100 + place) for place, payer in enumerate(PAYERS)]
    (fan,) = found([*bustle(300, 1_500), *sent], Kind.FAN_IN)
    assert fan.roles == {HOLDER: Role.COLLECTS} | dict.fromkeys(PAYERS, Role.PAYS)
    assert (fan.core, fan.amount, fan.path) == (frozenset({HOLDER}), 828, tuple(sent))


def test_finds_one_who_pays_many() -> None:
    sent = [hop(50 + place / 2, HOLDER, payer) for place, payer in enumerate(PAYERS)]
    (fan,) = found([*bustle(300, 1_500), *sent], Kind.FAN_OUT)
    assert fan.roles == {HOLDER: Role.SPREADS} | dict.fromkeys(PAYERS, Role.RECEIVES)


def test_finds_the_refunds_of_many_that_go_to_one_though_each_comes_again() -> None:
    refunds = [hop(50 + turn + place / 9, payer, HOLDER) for turn in range(3) for place, payer in enumerate(PAYERS)]
    families = [hop(day, 7_000 + 2 * day, 7_001 + 2 * day) for day in range(90)]
    (fan,) = found([*bustle(300, 1_500), *of_kind("refund", [*refunds, *families])], Kind.FAN_IN)
    assert (fan.core, len(fan.path)) == (frozenset({HOLDER}), 8)


def test_finds_who_hands_on_what_he_gets() -> None:
    sent = [
        each
        for turn in range(6)
        for each in (hop(9 * turn, 6_000 + turn, HOLDER, 50_000), hop(9 * turn + 1, HOLDER, 7_000 + turn, 48_000))
    ]
    (passing,) = found([*bustle(300, 1_500), *sent], Kind.PASS_THROUGH)
    assert (passing.core, passing.amount) == (frozenset({HOLDER}), 300_000)
    assert passing.roles[6_000] == Role.PAYS
    assert passing.roles[7_000] == Role.RECEIVES


def test_searches_for_no_other_kind_than_asked_for() -> None:
    assert found(circle(1, 2, 3), Kind.FAN_IN) == []
    assert [each.kind for each in found(circle(1, 2, 3), Kind.CYCLE)] == [Kind.CYCLE]
