from datetime import UTC, datetime, timedelta

import pytest

from apps.console.presenters.timeline import LANES, Entry, Kind, Span, Timeline, drawn

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


def event(days: float) -> Entry:
    return Entry(Kind.EVENT, NOW - timedelta(days=days), "Account", 0, "", "Verified", "good", "", is_here=False)


def test_draws_an_empty_history() -> None:
    picture = drawn([], now=NOW, span="")
    assert (picture.marks, picture.lanes, picture.orders, picture.refunds) == ([], [], 0, 0)


def test_takes_the_shortest_span_with_enough_to_see() -> None:
    assert drawn([order(day) for day in range(10)], now=NOW, span="").span is Span.MONTH
    assert drawn([order(day * 8) for day in range(10)], now=NOW, span="nonsense").span is Span.QUARTER
    assert drawn([order(day * 100) for day in range(10)], now=NOW, span="").span is Span.ALL


def zooms(picture: Timeline) -> dict[str, str]:
    return {zoom.name: zoom.value for zoom in picture.zooms}


def test_looks_closer_at_what_the_case_is_about_and_back() -> None:
    entries = [order(20), order(9, is_here=True), order(1)]
    closer = drawn(entries, now=NOW, span=zooms(drawn(entries, now=NOW, span="30d"))["in"])
    assert closer.span is None
    assert [mark.is_here for mark in closer.marks] == [True]
    assert closer.hidden == 2
    for _step in range(20):
        if value := zooms(closer)["in"]:
            closer = drawn(entries, now=NOW, span=value)
    assert [mark.is_here for mark in closer.marks] == [True]
    assert zooms(closer)["in"] == ""
    for _step in range(30):
        if value := zooms(closer)["out"]:
            closer = drawn(entries, now=NOW, span=value)
    assert len(closer.marks) == 3
    assert zooms(closer) | {"in": ""} == {"earlier": "", "later": "", "in": "", "out": ""}


def test_moves_aside_as_far_as_there_is_anything() -> None:
    entries = [order(29), order(15), order(0)]
    picture = drawn(entries, now=NOW, span="20261112T1200_20261122T1200")
    assert len(picture.marks) == 1
    for _step in range(5):
        if value := zooms(picture)["earlier"]:
            picture = drawn(entries, now=NOW, span=value)
    assert zooms(picture)["earlier"] == ""
    assert len(picture.marks) == 1
    for _step in range(9):
        if value := zooms(picture)["later"]:
            picture = drawn(entries, now=NOW, span=value)
    assert zooms(picture)["later"] == ""
    assert picture.marks[-1].x == "97.00%"


@pytest.mark.parametrize(
    "span",
    [
        "20261122T1200_20261112T1200",
        "20261122T1159_20261122T1200",
        "x_y",
        "_",
        "20261112T1200",
        "1_2_3",
        "99999999T9999_1",
    ],
)
def test_takes_no_window_that_is_none(span: str) -> None:
    assert drawn([order(1)], now=NOW, span=span).span is Span.MONTH


def test_puts_events_under_the_shops_and_counts_them_as_nothing() -> None:
    entries = [*(order(1, lane=f"Shop {number}") for number in range(LANES)), event(2), event(3)]
    picture = drawn(entries, now=NOW, span="30d")
    assert [lane.name for lane in picture.lanes][-2:] == ["Other shops", "Account"]
    assert len(picture.lanes) == LANES
    lowest = {mark.y for mark in picture.marks if mark.kind == "event"}
    assert lowest == {max(lane.rule_y for lane in picture.lanes)}
    assert max(mark.y for mark in picture.marks if mark.kind == "order") < max(lowest)
    assert (picture.orders, picture.hidden, len(picture.rows)) == (LANES, 0, LANES + 2)


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
