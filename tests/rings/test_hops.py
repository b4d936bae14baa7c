from apps.rings.hops import one_way, span_days
from tests.rings.graphs import hop


def test_leaves_out_what_goes_to_and_fro() -> None:
    there, back, onward = hop(1, 1, 2), hop(9, 2, 1, amount=7), hop(2, 2, 3)
    assert one_way([there, back, onward]).hops == (onward,)


def test_leaves_out_what_somebody_pays_himself() -> None:
    assert one_way([hop(1, 1, 1)]).hops == ()


def test_orders_by_time_whatever_order_they_come_in() -> None:
    first, second, third = hop(1, 1, 2), hop(1, 1, 3), hop(2, 2, 3)
    assert one_way([third, second, first]).hops == (first, second, third)


def test_counts_how_many_pass_between_two() -> None:
    passing = one_way([hop(1, 1, 2), hop(2, 1, 2), hop(2, 2, 3)]).passing
    assert passing == {(1, 2): 2, (2, 3): 1}


def test_is_spread_over_the_least_days_where_there_is_little() -> None:
    assert span_days((), 31) == 31
    assert span_days(one_way([hop(1, 1, 2), hop(3, 2, 3)]).hops, 31) == 31
    assert span_days(one_way([hop(0, 1, 2), hop(90, 2, 3)]).hops, 31) == 90
