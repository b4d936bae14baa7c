"""Circles, limits, sleep, bursts, hours: every threshold from both sides."""

from typing import Any

import pytest

from apps.risk.factors import Unweighed
from apps.risk.facts import AmountFacts, Category, RefundFacts, RepeatFacts, RhythmFacts
from apps.risk.policy import FactorCode
from tests.risk.calm import calm, found, points

STRICT, STANDARD, LENIENT = Category.TOP_UP, Category.SERVICE, Category.PHYSICAL
QUIET = RhythmFacts(3, 1, 1, 0.2, 9, 10)
SINGLE = RepeatFacts(90, 1, 4, 0, ("rfd_now",), 1, 4, 0, 0, ("rfd_now",))


def weights(code: FactorCode, **changed: Any) -> list[int]:
    return [points(calm(category, **changed), code) for category in (STRICT, STANDARD, LENIENT)]


def repeat(**changed: int) -> RepeatFacts:
    fields = {name: getattr(SINGLE, name) for name in SINGLE.__dataclass_fields__}
    return RepeatFacts(**(fields | changed))


def rhythm(**changed: Any) -> RhythmFacts:
    fields = {name: getattr(QUIET, name) for name in QUIET.__dataclass_fields__}
    return RhythmFacts(**(fields | changed))


@pytest.mark.parametrize(
    ("changed", "rule", "expected"),
    [
        ({}, None, [0, 0, 0]),
        ({"rounds": 1, "like_refunded": 2, "like_bought": 4}, None, [0, 0, 0]),
        ({"rounds": 2}, "rounds", [20, 15, 10]),
        ({"rounds": 3}, "rounds", [30, 25, 15]),
        ({"like_refunded": 3, "like_bought": 6}, "like", [12, 8, 4]),
        ({"like_refunded": 3, "like_bought": 7}, None, [0, 0, 0]),
        ({"like_refunded": 5, "like_bought": 5}, "like", [25, 20, 10]),
        ({"rounds": 2, "like_refunded": 5, "like_bought": 5}, "like", [25, 20, 10]),
        # Who buys in one shop only, or refunds everywhere, shows nothing by where it was.
        ({"here_refunded": 5, "here_bought": 5}, None, [0, 0, 0]),
        ({"here_refunded": 5, "here_bought": 5, "elsewhere_bought": 2}, None, [0, 0, 0]),
        ({"here_refunded": 3, "here_bought": 3, "elsewhere_bought": 3}, "here", [15, 10, 5]),
        ({"here_refunded": 5, "here_bought": 6, "elsewhere_bought": 5, "elsewhere_refunded": 1}, "here", [25, 20, 15]),
        ({"here_refunded": 4, "here_bought": 6, "elsewhere_bought": 5}, None, [0, 0, 0]),
        ({"here_refunded": 5, "here_bought": 5, "elsewhere_bought": 5, "elsewhere_refunded": 2}, None, [0, 0, 0]),
    ],
)
def test_weighs_circles(changed: dict[str, int], rule: str | None, expected: list[int]) -> None:
    facts = repeat(**changed)
    assert weights(FactorCode.BUY_REFUND_CYCLE, repeat=facts) == expected
    factor = found(calm(repeat=facts), FactorCode.BUY_REFUND_CYCLE)
    assert (factor.rule if factor else None) == rule


def amounts(*orders: int, refunds: tuple[int, ...] = ()) -> AmountFacts:
    return AmountFacts(30, orders, refunds)


@pytest.mark.parametrize(
    ("facts", "limit", "expected"),
    [
        (amounts(), None, [0, 0, 0]),
        (amounts(95001, 96002, 97003), None, [0, 0, 0]),
        (amounts(95001, 96002, 97003, 98004), 100000, [10, 10, 5]),
        (amounts(94999, 96002, 97003, 98004), None, [0, 0, 0]),
        (amounts(96002, 97003, 98004, 100001), None, [0, 0, 0]),
        (amounts(95001, 96002, 97003, 98004, 98005, 98006), 100000, [20, 20, 15]),
        (amounts(refunds=(480001, 480002, 490003, 499999)), 500000, [10, 10, 5]),
        (amounts(95001, 96002, refunds=(97003, 98004)), None, [0, 0, 0]),
    ],
)
def test_weighs_amounts_just_below_a_limit(facts: AmountFacts, limit: int | None, expected: list[int]) -> None:
    assert weights(FactorCode.STRUCTURING, amounts=facts) == expected
    factor = found(calm(amounts=facts), FactorCode.STRUCTURING)
    assert (factor.numbers["limit"] if factor else None) == limit


def test_knows_no_limit_of_another_currency() -> None:
    facts = amounts(95001, 96002, 97003, 98004)
    assert found(calm(amounts=facts, currency="KWD"), FactorCode.STRUCTURING) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"slept_days": None, "since_waking": 9}, [0, 0, 0]),
        ({"slept_days": 119, "since_waking": 3}, [0, 0, 0]),
        ({"slept_days": 120, "since_waking": 2}, [0, 0, 0]),
        ({"slept_days": 120, "since_waking": 3}, [5, 3, 0]),
        ({"slept_days": 180, "since_waking": 3}, [8, 5, 0]),
    ],
)
def test_weighs_a_long_sleep(changed: dict[str, Any], expected: list[int]) -> None:
    assert weights(FactorCode.DORMANT_THEN_ACTIVE, rhythm=rhythm(**changed)) == expected


@pytest.mark.parametrize(
    ("orders", "usual", "expected"),
    [
        (5, 0.0, [0, 0, 0]),
        (6, 0.0, [5, 3, 0]),
        (6, 1.2, [5, 3, 0]),
        (6, 1.21, [0, 0, 0]),
        (12, 2.0, [10, 8, 3]),
        (100, 21.0, [0, 0, 0]),
    ],
)
def test_weighs_a_burst_against_the_usual_day(orders: int, usual: float, expected: list[int]) -> None:
    assert weights(FactorCode.BURST, rhythm=rhythm(burst_orders=orders, usual_orders=usual)) == expected


@pytest.mark.parametrize(("orders", "rule"), [(5, None), (6, Unweighed.UNKNOWN)])
def test_says_that_a_burst_cannot_be_told_only_where_there_may_be_one(orders: int, rule: str | None) -> None:
    factor = found(calm(STRICT, rhythm=rhythm(burst_orders=orders, usual_orders=None)), FactorCode.BURST)
    assert (factor.rule if factor else None) == rule


@pytest.mark.parametrize(
    ("near", "orders", "expected"), [(0, 14, [0, 0, 0]), (0, 15, [3, 2, 0]), (1, 49, [0, 0, 0]), (1, 50, [3, 2, 0])]
)
def test_weighs_an_hour_that_is_odd_for_this_account(near: int, orders: int, expected: list[int]) -> None:
    assert weights(FactorCode.ODD_HOURS, rhythm=rhythm(near_hour=near, timed_orders=orders)) == expected


def test_circumstances_alone_bring_nobody_to_review() -> None:
    facts: RefundFacts = calm(
        rhythm=rhythm(slept_days=400, since_waking=20, burst_orders=20, near_hour=0, timed_orders=20)
    )
    codes = {FactorCode.DORMANT_THEN_ACTIVE, FactorCode.BURST, FactorCode.ODD_HOURS}
    assert sum(points(facts, code) for code in codes) < 45


@pytest.mark.parametrize(
    "code", [FactorCode.BUY_REFUND_CYCLE, FactorCode.STRUCTURING, FactorCode.BURST, FactorCode.ODD_HOURS]
)
def test_is_silent_about_what_an_older_document_does_not_know(code: FactorCode) -> None:
    assert found(calm(repeat=None, rhythm=None, amounts=None), code) is None
