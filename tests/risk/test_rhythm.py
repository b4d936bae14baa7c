"""From orders and refunds to circles, bursts, sleep, hours and amounts."""

from datetime import timedelta
from itertools import count

import pytest

from apps.refunds.lifecycle import Status
from apps.risk.counting import AskedRefund, PlacedOrder
from apps.risk.facts import AmountFacts, RhythmFacts
from apps.risk.rhythm import amount_facts, repeat_facts, rhythm_facts
from tests.risk.calm import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_numbers = count(1)


def order(ago: timedelta, paid: int = 10000, shop: int = 1, currency: str = "CNY") -> PlacedOrder:
    return PlacedOrder(next(_numbers), NOON - ago, currency, paid, shop)


def refund(
    of: PlacedOrder, ago: timedelta = timedelta(), *, amount: int | None = None, status: Status = Status.PAID
) -> AskedRefund:
    asked = of.paid_amount if amount is None else amount
    return AskedRefund(f"rfd_{of.id:04}", of, NOON - ago, asked, status, is_minor_purchase=False, category="gift_card")


def test_counts_what_was_bought_again_after_it_was_asked_back() -> None:
    orders = [order(9 * DAY), order(6 * DAY), order(3 * DAY)]
    refunds = [refund(orders[0], 7 * DAY), refund(orders[1], 5 * DAY), this := refund(orders[2])]
    facts = repeat_facts(orders, refunds, this=this, at=NOON)
    assert (facts.rounds, facts.like_refunded, facts.like_bought) == (2, 3, 3)
    assert facts.refund_ids == (this.id, refunds[1].id, refunds[0].id)


def test_sees_no_round_in_several_bought_before_the_first_was_asked_back() -> None:
    orders = [order(9 * DAY), order(8 * DAY), order(7 * DAY)]
    refunds = [refund(one, 6 * DAY) for one in orders[:2]] + [this := refund(orders[2])]
    assert repeat_facts(orders, refunds, this=this, at=NOON).rounds == 0


@pytest.mark.parametrize(
    "other",
    [
        {"paid": 9999},
        {"currency": "USD"},
        {"ago": 91 * DAY},
    ],
)
def test_takes_nothing_else_for_like_goods(other: dict[str, int]) -> None:
    earlier = order(**({"ago": 9 * DAY} | other))  # type: ignore[arg-type]
    asked = refund(earlier, max(NOON - earlier.placed_at - DAY, DAY))
    this = refund(order(2 * DAY))
    facts = repeat_facts([earlier, this.order], [asked, this], this=this, at=NOON)
    assert (facts.rounds, facts.like_refunded) == (0, 1)


def test_counts_an_order_once_and_nothing_that_was_denied() -> None:
    twice, denied = order(9 * DAY), order(8 * DAY)
    this = refund(order(DAY), amount=5000)
    refunds = [
        refund(twice, 7 * DAY, amount=5000),
        refund(twice, 6 * DAY, amount=5000),
        refund(denied, 5 * DAY, amount=5000, status=Status.DENIED),
        this,
    ]
    facts = repeat_facts([twice, denied, this.order], refunds, this=this, at=NOON)
    assert (facts.like_refunded, facts.rounds) == (2, 1)


def test_tells_this_shop_from_the_others() -> None:
    here, elsewhere = [order(9 * DAY), order(8 * DAY)], [order(7 * DAY, shop=2), order(6 * DAY, shop=3)]
    this = refund(order(DAY))
    refunds = [refund(here[0], 5 * DAY), refund(elsewhere[0], 4 * DAY), this]
    facts = repeat_facts([*here, *elsewhere, this.order], refunds, this=this, at=NOON)
    assert (facts.here_refunded, facts.here_bought) == (2, 3)
    assert (facts.elsewhere_refunded, facts.elsewhere_bought) == (1, 2)
    assert facts.here_refund_ids == (this.id, refunds[0].id)


def test_counts_from_the_same_moment_on_where_not_all_orders_were_read() -> None:
    orders = [order(hours * HOUR) for hours in range(1, 41)]
    long_ago = [refund(order(60 * DAY), number * DAY) for number in range(5, 45)]
    this = refund(orders[0])
    facts = repeat_facts(orders, [this, *long_ago], this=this, at=NOON, capped_since=orders[-1].placed_at)
    assert (facts.days, facts.like_refunded, facts.like_bought) == (2, 1, 39)
    assert (facts.here_refunded, facts.here_bought) == (1, 39)


@pytest.mark.parametrize(("ago", "usual"), [(24 * HOUR - timedelta(seconds=1), None), (24 * HOUR, 0.0)])
def test_knows_no_usual_day_where_a_day_holds_all_that_was_read(ago: timedelta, usual: float | None) -> None:
    this = order(HOUR)
    facts = rhythm_facts([this], this=this, at=NOON, capped_since=NOON - ago)
    assert (facts.burst_orders, facts.usual_orders) == (1, usual)


def test_knows_no_sleep_without_an_order_before() -> None:
    this = order(2 * HOUR)
    assert rhythm_facts([this], this=this, at=NOON) == RhythmFacts(None, 1, 1, 0.0, 0, 0)


def test_counts_sleep_waking_burst_and_the_usual_day() -> None:
    this = order(20 * HOUR)
    orders = [order(200 * DAY), this, order(10 * HOUR), order(9 * HOUR)]
    assert rhythm_facts(orders, this=this, at=NOON) == RhythmFacts(
        slept_days=199, since_waking=3, burst_orders=3, usual_orders=0.0, near_hour=0, timed_orders=1
    )


def test_averages_the_days_since_the_first_order_of_the_window() -> None:
    this = order(HOUR)
    facts = rhythm_facts([order(21 * DAY), order(11 * DAY), order(6 * DAY), this], this=this, at=NOON)
    assert facts.usual_orders == 0.15
    assert facts.burst_orders == 1


@pytest.mark.parametrize(("hours", "near"), [(0, 1), (2, 1), (2.5, 0), (12, 0), (21.5, 0), (22, 1), (23, 1)])
def test_measures_times_of_day_around_the_clock(hours: float, near: int) -> None:
    this = order(HOUR)
    before = order(HOUR + 5 * DAY + hours * HOUR)
    assert rhythm_facts([before, this], this=this, at=NOON).near_hour == near


def test_does_not_mind_a_clock_that_runs_backwards() -> None:
    this = order(-2 * HOUR)
    assert rhythm_facts([order(DAY), this], this=this, at=NOON).since_waking == 1


def test_keeps_amounts_that_came_once_and_are_not_round() -> None:
    prices = [98765, 97531, 97531, 98000, 96123]
    orders = [order(place * DAY, paid) for place, paid in enumerate(prices, start=1)]
    orders += [order(31 * DAY, 95555), order(DAY, 94444, currency="USD")]
    this = refund(orders[0])
    assert amount_facts(orders, [this], this=this, at=NOON) == AmountFacts(30, (96123, 98765), (98765,))


@pytest.mark.parametrize(
    ("paid", "kept"),
    [(97000, 0), (97001, 1), (97799, 1), (97800, 0), (97900, 0), (97990, 0), (97999, 0), (98000, 0)],
)
def test_leaves_out_amounts_as_shops_price(paid: int, kept: int) -> None:
    this = refund(order(DAY, paid))
    facts = amount_facts([this.order], [this], this=this, at=NOON)
    assert (len(facts.orders), len(facts.refunds)) == (kept, kept)


def test_works_off_very_many_orders() -> None:
    orders = [order(number * HOUR / 10, 10000 + number) for number in range(500)]
    refunds = [refund(one, NOON - one.placed_at - HOUR / 20) for one in orders if NOON - one.placed_at > HOUR / 20]
    this = refunds[0]
    assert repeat_facts(orders, refunds, this=this, at=NOON).here_refunded == len(refunds)
