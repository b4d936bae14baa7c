"""From rows to facts: weights, windows, states, and what is unknown."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from apps.refunds.lifecycle import Status
from apps.risk.counting import (
    AskedLine,
    AskedRefund,
    PlacedOrder,
    age_days,
    goods_facts,
    habit_facts,
    minutes_since,
    past_facts,
    verification_state,
)
from apps.risk.facts import LISTED, VerificationState
from tests.risk.calm import NOON

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def line(amount: int, percent: int | None = None, used_at: datetime | None = None, line_id: str = "1") -> AskedLine:
    return AskedLine(line_id, amount, is_viewed=None, viewed_at=None, consumed_percent=percent, first_used_at=used_at)


def order(number: int, ago: timedelta = DAY, paid: int = 1000, currency: str = "CNY") -> PlacedOrder:
    return PlacedOrder(number, NOON - ago, currency, paid)


def refund(
    name: str,
    of: PlacedOrder,
    ago: timedelta = timedelta(0),
    *,
    amount: int = 1000,
    status: Status = Status.PAID,
    is_minor_purchase: bool = False,
) -> AskedRefund:
    return AskedRefund(name, of, NOON - ago, amount, status, is_minor_purchase)


def test_weighs_consumption_by_amount() -> None:
    goods = goods_facts([line(7500, 100, line_id="1"), line(2500, 0, line_id="2")], NOON)
    assert (goods.asked_amount, goods.consumed_percent, goods.known_percent) == (10000, 75.0, 100.0)
    assert goods.consumed_lines == ("1",)


def test_weighs_consumption_over_the_lines_where_it_is_known() -> None:
    goods = goods_facts([line(2500, 40), line(7500, None, line_id="2")], NOON)
    assert (goods.consumed_percent, goods.known_percent) == (40.0, 25.0)


def test_leaves_consumption_unknown_where_nothing_is_known() -> None:
    goods = goods_facts([line(2500)], NOON)
    assert (goods.consumed_percent, goods.known_percent, goods.viewed_amount) == (None, 0.0, None)


def test_survives_a_refund_without_lines() -> None:
    goods = goods_facts([], NOON)
    assert (goods.asked_amount, goods.known_percent, goods.consumed_percent) == (0, 0.0, None)


@pytest.mark.parametrize(("used_at", "expected"), [(NOON - SECOND, 80.0), (NOON, 80.0), (NOON + SECOND, 0.0)])
def test_counts_only_what_was_consumed_before_the_request(used_at: datetime, expected: float) -> None:
    assert goods_facts([line(100, 80, used_at)], NOON).consumed_percent == expected


@pytest.mark.parametrize(
    ("is_viewed", "viewed_at", "used_at", "expected"),
    [
        (None, None, None, None),
        (False, None, None, 0),
        (True, None, None, 100),
        (True, NOON, None, 100),
        (True, NOON + SECOND, None, 0),
        (False, None, NOON, 100),
        (None, None, NOON - SECOND, 100),
        (None, None, NOON + SECOND, None),
    ],
)
def test_tells_whether_a_code_was_viewed_before_the_request(
    *, is_viewed: bool | None, viewed_at: datetime | None, used_at: datetime | None, expected: int | None
) -> None:
    asked = AskedLine("1", 100, is_viewed, viewed_at, None, used_at)
    assert goods_facts([asked], NOON).viewed_amount == expected


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ([], None),
        ([NOON + SECOND], None),
        ([NOON], 0.0),
        ([NOON - timedelta(hours=5), NOON - timedelta(seconds=90)], 1.5),
        ([NOON - timedelta(minutes=7), NOON + timedelta(minutes=1)], 7.0),
    ],
)
def test_measures_from_the_last_payment_before_the_request(moments: list[datetime], expected: float | None) -> None:
    assert minutes_since(moments, NOON) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [(None, None), (NOON + SECOND, None), (NOON, 0), (NOON - 3 * DAY + SECOND, 2), (NOON - 3 * DAY, 3)],
)
def test_ages_in_whole_days(since: datetime | None, expected: int | None) -> None:
    assert age_days(since, NOON) == expected


@pytest.mark.parametrize(
    ("state", "name_match", "expires_at", "expected"),
    [
        (VerificationState.VERIFIED, None, None, VerificationState.VERIFIED),
        (VerificationState.VERIFIED, True, NOON + SECOND, VerificationState.VERIFIED),
        (VerificationState.VERIFIED, True, NOON, VerificationState.EXPIRED),
        (VerificationState.VERIFIED, False, NOON, VerificationState.NAME_MISMATCH),
        (VerificationState.FAILED, False, NOON, VerificationState.FAILED),
        (VerificationState.PENDING, None, NOON - DAY, VerificationState.PENDING),
        (VerificationState.EXPIRED, None, None, VerificationState.EXPIRED),
    ],
)
def test_tells_how_a_verification_stood(
    state: VerificationState, name_match: bool | None, expires_at: datetime | None, expected: VerificationState
) -> None:
    assert verification_state(state, name_match, expires_at, NOON) == expected


def test_counts_what_was_refunded_of_what_was_bought() -> None:
    first, second, third = order(1), order(2, 30 * DAY, 2000), order(3, 60 * DAY, 3000)
    refunds = [refund("now", first, status=Status.PENDING_REVIEW), refund("before", second, 20 * DAY, amount=500)]
    habits = habit_facts([first, second, third], refunds, this_refund="now", currency="CNY", at=NOON)
    assert (habits.orders, habits.baskets, habits.bought, habits.refunded) == (3, 2, 6000, 1500)
    assert (habits.days, habits.is_capped, habits.refund_ids) == (90, False, ("now", "before"))


def test_counts_an_order_once_however_often_it_is_refunded() -> None:
    only = order(1)
    refunds = [refund("now", only, amount=300), refund("before", only, SECOND, amount=200)]
    habits = habit_facts([only], refunds, this_refund="now", currency="CNY", at=NOON)
    assert (habits.orders, habits.baskets, habits.refunded) == (1, 1, 500)
    assert [window.baskets for window in habits.windows] == [1, 1, 1]
    assert habits.windows[0].refund_ids == ("now", "before")


def test_counts_an_older_order_that_is_refunded_now_as_bought() -> None:
    old, new = order(1, 100 * DAY, 5000), order(2, DAY, 1000)
    habits = habit_facts([new, old], [refund("now", old, amount=5000)], this_refund="now", currency="CNY", at=NOON)
    assert (habits.orders, habits.bought, habits.refunded) == (2, 6000, 5000)


@pytest.mark.parametrize(("ago", "orders"), [(90 * DAY - SECOND, 2), (90 * DAY, 1)])
def test_ends_the_value_window_after_90_days(ago: timedelta, orders: int) -> None:
    now = order(1)
    habits = habit_facts([now, order(2, ago)], [refund("now", now)], this_refund="now", currency="CNY", at=NOON)
    assert habits.orders == orders


def test_keeps_currencies_apart() -> None:
    now, yen = order(1), order(2, currency="JPY", paid=900_000)
    refunds = [refund("now", now), refund("yen", yen, amount=900_000)]
    habits = habit_facts([now, yen], refunds, this_refund="now", currency="CNY", at=NOON)
    assert (habits.orders, habits.bought, habits.refunded, habits.other_currency_orders) == (1, 1000, 1000, 1)
    assert habits.windows[0].baskets == 2


@pytest.mark.parametrize(
    ("status", "is_minor_purchase", "left_out"),
    [
        (Status.DENIED, False, {"denied": 1, "withdrawn": 0, "minor": 0}),
        (Status.WITHDRAWN, False, {"denied": 0, "withdrawn": 1, "minor": 0}),
        (Status.PAID, True, {"denied": 0, "withdrawn": 0, "minor": 1}),
    ],
)
def test_leaves_out_and_says_what(*, status: Status, is_minor_purchase: bool, left_out: dict[str, int]) -> None:
    now, other = order(1), order(2)
    refunds = [
        refund("now", now, status=Status.PENDING_REVIEW),
        refund("other", other, DAY, status=status, is_minor_purchase=is_minor_purchase),
    ]
    habits = habit_facts([now, other], refunds, this_refund="now", currency="CNY", at=NOON)
    assert (habits.baskets, habits.refunded, habits.left_out) == (1, 1000, left_out)
    assert [window.baskets for window in habits.windows] == [1, 1, 1]


def test_counts_this_refund_whatever_its_status() -> None:
    only = order(1)
    habits = habit_facts(
        [only], [refund("now", only, status=Status.DENIED)], this_refund="now", currency="CNY", at=NOON
    )
    assert (habits.baskets, habits.refunded, habits.left_out["denied"]) == (1, 1000, 0)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(hours=24) - SECOND, [2, 2, 2]),
        (timedelta(hours=24), [1, 2, 2]),
        (timedelta(days=7) - SECOND, [1, 2, 2]),
        (timedelta(days=7), [1, 1, 2]),
        (timedelta(days=30) - SECOND, [1, 1, 2]),
        (timedelta(days=30), [1, 1, 1]),
    ],
)
def test_counts_baskets_in_three_windows(ago: timedelta, expected: list[int]) -> None:
    now, other = order(1), order(2, 40 * DAY)
    habits = habit_facts(
        [now, other], [refund("now", now), refund("other", other, ago)], this_refund="now", currency="CNY", at=NOON
    )
    assert [window.baskets for window in habits.windows] == expected


def test_shortens_the_window_to_what_was_read() -> None:
    now, older = order(1, 5 * DAY), order(2, 20 * DAY)
    habits = habit_facts(
        [now, older],
        [refund("now", now)],
        this_refund="now",
        currency="CNY",
        at=NOON,
        capped_since=NOON - 10 * DAY,
    )
    past = past_facts(
        [now, older],
        [refund("now", now)],
        this_refund="now",
        currency="CNY",
        at=NOON,
        capped_since=NOON - 10 * DAY,
    )
    assert (habits.days, habits.orders, habits.is_capped) == (10, 1, True)
    assert past.days == 10


def test_lists_only_some_ids_but_counts_all() -> None:
    orders = [order(number) for number in range(LISTED + 5)]
    refunds = [refund(f"r{one.id}", one) for one in orders]
    habits = habit_facts(orders, refunds, this_refund="r0", currency="CNY", at=NOON)
    assert (habits.baskets, len(habits.refund_ids), len(habits.windows[0].refund_ids)) == (LISTED + 5, LISTED, LISTED)


def test_counts_how_earlier_refunds_ended() -> None:
    orders = [order(number, 50 * DAY) for number in range(1, 7)]
    refunds = [
        refund("now", orders[0], status=Status.PENDING_REVIEW),
        refund("denied", orders[1], DAY, status=Status.DENIED),
        refund("minor", orders[2], DAY, status=Status.DENIED, is_minor_purchase=True),
        refund("paid", orders[3], DAY),
        refund("withdrawn", orders[4], DAY, status=Status.WITHDRAWN),
    ]
    past = past_facts(orders, refunds, this_refund="now", currency="CNY", at=NOON)
    assert (past.denied, past.denied_ids, past.paid, past.withdrawn) == (1, ("denied",), 1, 1)
    assert (past.kept_orders, past.kept_amount) == (1, 1000)


def test_counts_denials_that_were_upheld_and_none_that_was_overturned() -> None:
    orders = [order(number, 50 * DAY) for number in range(4)]
    refunds = [
        refund("denied", orders[0], DAY, status=Status.DENIED),
        replace(refund("upheld", orders[1], DAY, status=Status.DENIED), is_appealed=True),
        replace(refund("overturned", orders[2], DAY, status=Status.PAID), is_appealed=True),
        replace(refund("appealed", orders[3], DAY, status=Status.PENDING_REVIEW), is_appealed=True),
    ]
    past = past_facts(orders, refunds, this_refund="now", currency="CNY", at=NOON)
    assert (past.denied, past.upheld, past.denied_ids) == (2, 1, ("denied", "upheld"))


@pytest.mark.parametrize(("ago", "kept"), [(30 * DAY, 1), (30 * DAY - SECOND, 0)])
def test_takes_an_order_for_kept_after_30_days(ago: timedelta, kept: int) -> None:
    past = past_facts([order(1, ago)], [], this_refund="now", currency="CNY", at=NOON)
    assert past.kept_orders == kept


def test_adds_kept_amounts_of_one_currency_only() -> None:
    orders = [order(1, 40 * DAY), order(2, 40 * DAY, paid=5000, currency="JPY")]
    past = past_facts(orders, [], this_refund="now", currency="CNY", at=NOON)
    assert (past.kept_orders, past.kept_amount) == (2, 1000)
