from datetime import UTC, datetime, timedelta

from apps.console.presenters.timeline import LANES, Entry, Kind, Span, drawn

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def order(days: float, *, lane: str = "Shop", amount: int = 100, is_here: bool = False) -> Entry:
    return Entry(Kind.ORDER, NOW - timedelta(days=days), lane, amount, "CN¥1", "O-1", "order", "paid", is_here)


def refund(days: float, began: float, *, is_here: bool = False) -> Entry:
    return Entry(
        Kind.REFUND,
        NOW - timedelta(days=days),
        "Shop",
        100,
        "CN¥1",
        "R-1",
        "asked",
        "asked",
        is_here,
        NOW - timedelta(days=began),
    )


def test_draws_an_empty_history() -> None:
    picture = drawn([], now=NOW, span="")
    assert (picture.marks, picture.lanes, picture.orders, picture.refunds) == ([], [], 0, 0)


def test_takes_the_shortest_span_with_enough_to_see() -> None:
    assert drawn([order(day) for day in range(10)], now=NOW, span="").span is Span.MONTH
    assert drawn([order(day * 8) for day in range(10)], now=NOW, span="nonsense").span is Span.QUARTER
    assert drawn([order(day * 100) for day in range(10)], now=NOW, span="").span is Span.ALL


def test_never_leaves_the_case_itself_out() -> None:
    entries = [*(order(day) for day in range(10)), order(60, is_here=True)]
    assert drawn(entries, now=NOW, span="").span is Span.QUARTER


def test_tells_how_much_is_not_in_the_picture_but_lists_it() -> None:
    picture = drawn([order(1), order(40), order(400)], now=NOW, span="30d")
    assert (len(picture.marks), picture.hidden, len(picture.rows)) == (1, 2, 3)


def test_puts_now_at_the_right_and_the_span_at_the_left() -> None:
    newest, oldest = drawn([order(0), order(90)], now=NOW, span="90d").marks
    assert (newest.x, oldest.x) == ("97.00%", "2.00%")


def test_gives_the_largest_amount_the_largest_circle() -> None:
    small, large = drawn([order(1, amount=0), order(2, amount=6400)], now=NOW, span="30d").marks
    assert (small.radius, large.radius) == ("3.0", "8.5")


def test_ties_a_refund_to_its_order() -> None:
    bought, asked = drawn([order(10), refund(5, 10)], now=NOW, span="30d").marks
    assert asked.from_x == bought.x
    assert asked.y == bought.y


def test_draws_what_the_case_is_about_over_all() -> None:
    marks = drawn(
        [refund(1, 2, is_here=True), order(2, is_here=True), order(1), refund(1, 3)], now=NOW, span="30d"
    ).marks
    assert [(mark.is_here, mark.kind) for mark in marks] == [
        (False, "order"),
        (False, "refund"),
        (True, "order"),
        (True, "refund"),
    ]


def test_gives_the_case_the_first_lane_and_the_rest_the_last() -> None:
    entries = [order(1, lane=f"Shop {number}") for number in range(LANES + 3)]
    lanes = drawn([*entries, order(1, lane="Here", is_here=True)], now=NOW, span="30d").lanes
    assert len(lanes) == LANES
    assert (lanes[0].name, lanes[0].is_here, lanes[-1].name) == ("Here", True, "Other shops")
