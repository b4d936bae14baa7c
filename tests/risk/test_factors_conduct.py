"""What the customer did: every threshold from both sides."""

import pytest

from apps.risk.factors import Record, RecordKind
from apps.risk.facts import Category
from apps.risk.policy import FactorCode
from tests.risk.calm import CALM, calm, found, points, windows

STRICT, STANDARD, LENIENT = Category.GIFT_CARD, Category.MEMBERSHIP, Category.PHYSICAL


def test_finds_nothing_in_a_calm_refund() -> None:
    assert [found(CALM, code) for code in FactorCode] == [None] * len(FactorCode)


@pytest.mark.parametrize(
    ("percent", "strict", "standard", "lenient"),
    [
        (None, 0, 0, 0),
        (0.0, 0, 0, 0),
        (0.99, 0, 0, 0),
        (1.0, 20, 5, 0),
        (9.99, 20, 5, 0),
        (10.0, 45, 15, 5),
        (49.99, 45, 15, 5),
        (50.0, 55, 30, 15),
        (89.99, 55, 30, 15),
        (90.0, 60, 45, 20),
        (100.0, 60, 45, 20),
    ],
)
def test_weighs_consumption_by_percent_and_care(
    percent: float | None, strict: int, standard: int, lenient: int
) -> None:
    weighed = [
        points(calm(category, goods={"consumed_percent": percent}), FactorCode.REFUND_AFTER_CONSUMPTION)
        for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == [strict, standard, lenient]


@pytest.mark.parametrize(("category", "expected"), [(STRICT, 30), (STANDARD, 10), (LENIENT, 0)])
def test_weighs_a_viewed_code(category: Category, expected: int) -> None:
    facts = calm(category, goods={"viewed_amount": 2500, "viewed_lines": ("1",)})
    assert points(facts, FactorCode.REFUND_AFTER_CONSUMPTION) == expected


def test_takes_an_unknown_delivery_for_no_view() -> None:
    assert points(calm(goods={"viewed_amount": None}), FactorCode.REFUND_AFTER_CONSUMPTION) == 0


def test_says_the_weightier_of_viewed_and_consumed() -> None:
    viewed_more = found(
        calm(goods={"viewed_amount": 10000, "consumed_percent": 5.0}), FactorCode.REFUND_AFTER_CONSUMPTION
    )
    consumed_more = found(
        calm(goods={"viewed_amount": 10000, "consumed_percent": 10.0}), FactorCode.REFUND_AFTER_CONSUMPTION
    )
    assert viewed_more is not None
    assert consumed_more is not None
    assert (viewed_more.rule, viewed_more.points) == ("viewed", 30)
    assert (consumed_more.rule, consumed_more.points) == ("consumed", 45)


def test_lists_the_lines_that_were_consumed() -> None:
    factor = found(
        calm(goods={"consumed_percent": 62.5, "consumed_lines": ("1", "3")}), FactorCode.REFUND_AFTER_CONSUMPTION
    )
    assert factor is not None
    assert factor.observed == 62.5
    assert factor.threshold == 50
    assert factor.records == (Record(RecordKind.LINE, "1"), Record(RecordKind.LINE, "3"))


@pytest.mark.parametrize(
    ("refunded", "bought", "strict", "standard", "lenient"),
    [
        (4999, 10000, 0, 0, 0),
        (5000, 10000, 25, 20, 20),
        (7999, 10000, 25, 20, 20),
        (8000, 10000, 40, 35, 35),
        (10000, 10000, 40, 35, 35),
        (0, 0, 0, 0, 0),
    ],
)
def test_weighs_the_share_of_value(refunded: int, bought: int, strict: int, standard: int, lenient: int) -> None:
    habits = {"orders": 3, "baskets": 2, "refunded": refunded, "bought": bought}
    weighed = [
        points(calm(category, habits=habits), FactorCode.REFUND_VALUE_SHARE) for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == [strict, standard, lenient]


@pytest.mark.parametrize(("orders", "baskets", "expected"), [(3, 2, 40), (2, 2, 0), (3, 1, 0), (1, 1, 0)])
def test_draws_nothing_from_a_small_sample_of_value(orders: int, baskets: int, expected: int) -> None:
    habits = {"orders": orders, "baskets": baskets, "refunded": 10000, "bought": 10000}
    assert points(calm(habits=habits), FactorCode.REFUND_VALUE_SHARE) == expected


@pytest.mark.parametrize(
    ("baskets", "orders", "strict", "lenient"),
    [(2, 5, 0, 0), (3, 6, 5, 0), (3, 5, 5, 0), (7, 9, 5, 0), (4, 5, 10, 10), (4, 4, 0, 0), (9, 9, 10, 10)],
)
def test_weighs_the_share_of_orders_little_and_from_five_orders(
    baskets: int, orders: int, strict: int, lenient: int
) -> None:
    habits = {"orders": orders, "baskets": baskets, "refunded": 0, "bought": 10000}
    weighed = [points(calm(category, habits=habits), FactorCode.REFUND_COUNT_SHARE) for category in (STRICT, LENIENT)]
    assert weighed == [strict, lenient]


def test_shows_what_a_share_was_counted_from() -> None:
    habits = {"orders": 4, "baskets": 3, "refunded": 6255, "bought": 10000, "refund_ids": ("rfd_2", "rfd_1")}
    factor = found(calm(habits=habits), FactorCode.REFUND_VALUE_SHARE)
    assert factor is not None
    assert (factor.observed, factor.threshold, factor.window_hours) == (62.55, 50, 90 * 24)
    assert factor.numbers == {"orders": 4, "baskets": 3, "bought": 10000, "refunded": 6255, "currency": "CNY"}
    assert [record.id for record in factor.records] == ["rfd_2", "rfd_1"]
    assert factor.base_rate is None


@pytest.mark.parametrize(
    ("baskets", "expected"),
    [
        ((2, 2, 7), [0, 0, 0]),
        ((2, 3, 7), [10, 5, 0]),
        ((3, 3, 3), [15, 10, 5]),
        ((4, 4, 4), [15, 10, 5]),
        ((2, 4, 7), [10, 5, 0]),
        ((2, 5, 7), [30, 25, 20]),
        ((5, 5, 5), [30, 25, 20]),
        ((1, 1, 8), [15, 10, 5]),
        ((1, 1, 11), [15, 10, 5]),
        ((1, 1, 12), [30, 25, 20]),
    ],
)
def test_weighs_the_velocity_by_its_weightiest_window(baskets: tuple[int, int, int], expected: list[int]) -> None:
    habits = {"windows": windows(*baskets)}
    weighed = [
        points(calm(category, habits=habits), FactorCode.REFUND_VELOCITY) for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == expected


def test_names_the_window_of_the_velocity() -> None:
    factor = found(calm(habits={"windows": windows(2, 6, 7)}), FactorCode.REFUND_VELOCITY)
    assert factor is not None
    assert (factor.observed, factor.threshold, factor.window_hours) == (6, 5, 168)


@pytest.mark.parametrize(
    ("minutes", "strict", "standard", "lenient"),
    [
        (None, 0, 0, 0),
        (0.0, 15, 10, 5),
        (10.0, 15, 10, 5),
        (10.02, 5, 0, 0),
        (60.0, 5, 0, 0),
        (60.02, 0, 0, 0),
    ],
)
def test_weighs_a_fast_refund(minutes: float | None, strict: int, standard: int, lenient: int) -> None:
    weighed = [
        points(calm(category, payment={"minutes_since": minutes}), FactorCode.FAST_REFUND)
        for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == [strict, standard, lenient]
