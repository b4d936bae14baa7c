"""What ties the buyer to others: every threshold from both sides, and what weighs nothing."""

from typing import Any

import pytest

from apps.rings.kinds import Kind, Role
from apps.risk.facts import Category, DealingFacts, RefundFacts, RingFacts, SharedContext, ShopFacts, Tie
from apps.risk.policy import FactorCode
from tests.risk.calm import calm, found, points

STRICT, STANDARD, LENIENT = Category.TOP_UP, Category.SERVICE, Category.PHYSICAL


def weights(code: FactorCode, **changed: Any) -> list[int]:
    return [points(calm(category, **changed), code) for category in (STRICT, STANDARD, LENIENT)]


def shared(accounts: int) -> SharedContext:
    return SharedContext(accounts, ("A-2", "A-3"), is_capped=False)


@pytest.mark.parametrize(
    ("accounts", "device", "network"),
    [
        (0, [0, 0, 0], [0, 0, 0]),
        (3, [0, 0, 0], [0, 0, 0]),
        (4, [12, 8, 4], [0, 0, 0]),
        (5, [12, 8, 4], [3, 2, 0]),
        (7, [12, 8, 4], [3, 2, 0]),
        (8, [20, 15, 10], [3, 2, 0]),
        (15, [20, 15, 10], [6, 4, 0]),
        (39, [20, 15, 10], [6, 4, 0]),
        (40, [0, 0, 0], [6, 4, 0]),
        (50, [0, 0, 0], [0, 0, 0]),
    ],
)
def test_weighs_devices_and_networks_until_they_are_public(
    accounts: int, device: list[int], network: list[int]
) -> None:
    assert weights(FactorCode.SHARED_DEVICE, device=shared(accounts)) == device
    assert weights(FactorCode.SHARED_IP, network=shared(accounts)) == network


@pytest.mark.parametrize(
    ("code", "changed"),
    [(FactorCode.SHARED_DEVICE, {"device": shared(60)}), (FactorCode.SHARED_IP, {"network": shared(60)})],
)
def test_names_what_is_public(code: FactorCode, changed: dict[str, Any]) -> None:
    factor = found(calm(**changed), code)
    assert factor is not None
    assert (factor.rule, factor.points, factor.observed) == ("hub", 0, 60)
    assert [record.id for record in factor.records] == ["A-2", "A-3"]


@pytest.mark.parametrize("code", [FactorCode.SHARED_DEVICE, FactorCode.SHARED_IP, FactorCode.SHOP_BUYER_LINK])
def test_is_silent_about_what_no_client_told(code: FactorCode) -> None:
    assert found(calm(device=None, network=None, dealing=None), code) is None


@pytest.mark.parametrize(
    ("ties", "rule", "expected"),
    [
        ([], None, [0, 0, 0]),
        ([Tie.OWNER], "owner", [40, 35, 25]),
        ([Tie.ID_DOCUMENT], "id_document", [40, 35, 25]),
        ([Tie.BANK_CARD], "bank_card", [40, 35, 25]),
        ([Tie.DESTINATION], "destination", [30, 30, 20]),
        ([Tie.PAYER], "payer", [30, 30, 20]),
        ([Tie.INSTRUMENT], "instrument", [30, 30, 20]),
        ([Tie.PHONE], "phone", [20, 20, 15]),
        ([Tie.DEVICE], "device", [20, 15, 10]),
        ([Tie.BANK_CARD, Tie.PHONE, Tie.DEVICE], "bank_card", [40, 35, 25]),
    ],
)
def test_weighs_the_strongest_tie_to_the_owner(ties: list[Tie], rule: str | None, expected: list[int]) -> None:
    dealing = DealingFacts("A-9", tuple(ties))
    assert weights(FactorCode.SHOP_BUYER_LINK, dealing=dealing) == expected
    factor = found(calm(dealing=dealing), FactorCode.SHOP_BUYER_LINK)
    assert (factor.rule if factor else None) == rule
    assert factor is None or factor.observed == len(ties)


def ring(kind: Kind, role: Role, **changed: Any) -> RingFacts:
    given: dict[str, Any] = {"is_confirmed": False, "score": 93, "is_through_shop": False}
    return RingFacts("rng_1", kind, role, **(given | changed))


CYCLE = ring(Kind.CYCLE, Role.PASSES_ON)
CONFIRMED = ring(Kind.CYCLE, Role.PASSES_ON, is_confirmed=True)


@pytest.mark.parametrize(
    ("rings", "code", "rule", "expected"),
    [
        ((CYCLE,), FactorCode.MONEY_CYCLE, "ring", [20, 20, 15]),
        (
            (ring(Kind.CYCLE, Role.PASSES_ON, is_confirmed=True),),
            FactorCode.MONEY_CYCLE,
            "ring_confirmed",
            [60, 60, 45],
        ),
        ((ring(Kind.FAN_IN, Role.COLLECTS),), FactorCode.FAN_IN, "ring", [12, 12, 8]),
        ((ring(Kind.FAN_IN, Role.PAYS),), FactorCode.FAN_IN, None, [0, 0, 0]),
        ((ring(Kind.FAN_IN, Role.PAYS, is_confirmed=True),), FactorCode.FAN_IN, "ring_edge_confirmed", [12, 12, 8]),
        ((ring(Kind.FAN_OUT, Role.SPREADS),), FactorCode.FAN_OUT, "ring", [12, 12, 8]),
        ((ring(Kind.PASS_THROUGH, Role.PASSES_ON),), FactorCode.PASS_THROUGH, "ring", [20, 20, 15]),
        ((ring(Kind.DENSE_BLOCK, Role.BUYS),), FactorCode.DENSE_BLOCK, "ring", [35, 35, 25]),
        ((ring(Kind.DENSE_BLOCK, Role.SELLS, is_through_shop=True),), FactorCode.DENSE_BLOCK, "ring_edge", [5, 5, 0]),
        ((ring(Kind.SHARED_IDENTITY, Role.SHARES),), FactorCode.SHARED_IDENTITY, "ring", [15, 15, 10]),
        ((ring(Kind.SELF_DEALING, Role.BUYS),), FactorCode.SHOP_BUYER_LINK, "ring", [35, 35, 25]),
        ((), FactorCode.MONEY_CYCLE, None, [0, 0, 0]),
        (None, FactorCode.MONEY_CYCLE, None, [0, 0, 0]),
    ],
)
def test_weighs_membership_by_kind_status_and_role(
    rings: tuple[RingFacts, ...] | None, code: FactorCode, rule: str | None, expected: list[int]
) -> None:
    assert weights(code, rings=rings) == expected
    factor = found(calm(rings=rings), code)
    assert (factor.rule if factor else None) == rule
    assert factor is None or [(record.kind, record.id) for record in factor.records] == [("ring", "rng_1")]


def test_takes_the_ring_that_weighs_most() -> None:
    confirmed = RingFacts("rng_2", Kind.CYCLE, Role.PASSES_ON, is_confirmed=True, score=60, is_through_shop=False)
    factor = found(calm(rings=(CYCLE, confirmed)), FactorCode.MONEY_CYCLE)
    assert factor is not None
    assert (factor.points, factor.records[0].id) == (60, "rng_2")


def test_a_tie_and_a_ring_are_one_factor() -> None:
    facts: RefundFacts = calm(dealing=DealingFacts("A-9", (Tie.DEVICE,)), rings=(ring(Kind.SELF_DEALING, Role.BUYS),))
    factor = found(facts, FactorCode.SHOP_BUYER_LINK)
    assert factor is not None
    assert (factor.rule, factor.points) == ("ring", 35)


def shop(top: int, orders: int = 100, **changed: Any) -> ShopFacts:
    given: dict[str, Any] = {"is_top_buyer": True, "week_orders": 10, "usual_week": 10.0}
    return ShopFacts(30, orders, 30, top, **(given | changed))


@pytest.mark.parametrize(
    ("facts", "rule", "expected"),
    [
        (None, None, [0, 0, 0]),
        (shop(49), None, [0, 0, 0]),
        (shop(50), "top", [6, 4, 0]),
        (shop(80), "top", [12, 8, 3]),
        (shop(80, is_top_buyer=False), None, [0, 0, 0]),
        (shop(19, orders=19), None, [0, 0, 0]),
        (shop(9, week_orders=49), None, [0, 0, 0]),
        (shop(9, week_orders=50), "surge", [3, 2, 0]),
        (shop(9, week_orders=50, usual_week=None), None, [0, 0, 0]),
        (shop(9, week_orders=4, usual_week=0.0), None, [0, 0, 0]),
        (shop(80, week_orders=50), "top", [12, 8, 3]),
    ],
)
def test_weighs_few_buyers_and_surges(facts: ShopFacts | None, rule: str | None, expected: list[int]) -> None:
    assert weights(FactorCode.SHOP_CONCENTRATION, shop=facts) == expected
    factor = found(calm(shop=facts), FactorCode.SHOP_CONCENTRATION)
    assert (factor.rule if factor else None) == rule
