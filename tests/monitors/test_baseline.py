"""Judging one measure against the same hours of earlier days."""

import pytest

from apps.monitors.baseline import Reading, Standing, reading_of
from apps.monitors.measures import BACK_DAYS, Counted, Measure


def before(*orders: int, **each: int) -> dict[int, Counted]:
    """Return what was counted on earlier days: these orders, taken in turn, and of each of the rest."""
    return {back: Counted(orders=orders[place % len(orders)], **each) for place, back in enumerate(BACK_DAYS)}


def orders(present: int, past: dict[int, Counted], *, lift: float = 1.0) -> Reading:
    return reading_of(Measure.ORDERS, 24, Counted(orders=present), past, lift=lift)


def test_tells_nothing_of_a_series_younger_than_a_week() -> None:
    past = {back: Counted(orders=10) for back in range(1, 7)}
    reading = orders(500, past)
    assert (reading.standing, reading.expected, reading.is_unusual) == (Standing.LEARNING, None, False)


@pytest.mark.parametrize(
    ("present", "standing"),
    [
        (100, Standing.CALM),
        # Twice as many is where it can begin, whatever the deviations.
        (199, Standing.CALM),
        (200, Standing.UNUSUAL),
        (290, Standing.GRAVE),
        # Fewer is no matter of this product.
        (0, Standing.CALM),
    ],
)
def test_judges_numbers_by_deviations_and_by_how_many_times_the_usual(present: int, standing: Standing) -> None:
    # Expected 100; chance 10, a tenth 10: the deviation is 14.14.
    reading = orders(present, before(100))
    assert (reading.standing, reading.expected) == (standing, 100)


def test_few_orders_never_alarm() -> None:
    assert orders(29, before(0)).standing is Standing.CALM
    assert orders(30, before(0)).standing is Standing.GRAVE


def test_what_varies_by_itself_has_a_wider_band() -> None:
    steady, wavering = orders(250, before(100)), orders(250, before(40, 160, 100, 60, 140))
    assert steady.is_unusual
    assert not wavering.is_unusual
    assert wavering.high > steady.high


def test_some_days_of_an_attack_do_not_become_usual() -> None:
    past = before(100) | {back: Counted(orders=900) for back in range(1, 6)}
    reading = orders(900, past)
    assert (reading.expected, reading.standing) == (100, Standing.GRAVE)


def test_a_campaign_of_the_platform_is_no_shops_doing() -> None:
    assert orders(300, before(100)).is_unusual
    assert not orders(300, before(100), lift=2.5).is_unusual


def test_amounts_are_judged_with_the_price_of_a_basket() -> None:
    past = before(40, amount=400_000)
    usual = reading_of(Measure.SALES, 24, Counted(orders=40, amount=800_000), past)
    far = reading_of(Measure.SALES, 24, Counted(orders=160, amount=1_600_000), past)
    few = reading_of(Measure.SALES, 24, Counted(orders=3, amount=9_000_000), past)
    assert [one.standing for one in (usual, far, few)] == [Standing.CALM, Standing.GRAVE, Standing.CALM]


@pytest.mark.parametrize(
    ("refunds", "standing"), [(5, Standing.CALM), (18, Standing.CALM), (19, Standing.UNUSUAL), (40, Standing.GRAVE)]
)
def test_judges_the_share_that_is_asked_back(refunds: int, standing: Standing) -> None:
    # Of 100 orders 5 were asked back on every earlier day.
    reading = reading_of(
        Measure.REFUND_SHARE, 24, Counted(orders=100, refunds=refunds), before(100, refunds=5, amount=1)
    )
    assert (reading.standing, reading.expected, reading.whole) == (standing, 0.05, 100)


def test_a_share_of_few_orders_is_none() -> None:
    past = before(100, refunds=5)
    assert reading_of(Measure.REFUND_SHARE, 24, Counted(orders=29, refunds=29), past).standing is Standing.CALM
    assert reading_of(Measure.REFUND_SHARE, 24, Counted(orders=30, refunds=29), past).standing is Standing.GRAVE


def test_a_share_of_which_too_little_is_known_is_not_judged() -> None:
    past = before(5, refunds=1)
    assert sum(one.orders for one in past.values()) == 70
    reading = reading_of(Measure.REFUND_SHARE, 24, Counted(orders=100, refunds=90), past)
    assert reading.standing is Standing.LEARNING


def test_what_never_happened_before_may_still_happen_by_chance() -> None:
    past = before(100, known_orders=100)
    calm = reading_of(Measure.NEW_SHARE, 24, Counted(orders=100, known_orders=100, new_orders=19), past)
    many = reading_of(Measure.NEW_SHARE, 24, Counted(orders=100, known_orders=100, new_orders=60), past)
    assert (calm.standing, many.standing) == (Standing.CALM, Standing.GRAVE)


def test_is_over_well_below_where_it_began() -> None:
    grave, lasting, over = orders(900, before(100)), orders(150, before(100)), orders(120, before(100))
    assert [one.is_over for one in (grave, lasting, over)] == [False, False, True]
