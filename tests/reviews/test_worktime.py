from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.reviews.deadlines import MARGIN, due_at
from apps.reviews.worktime import Calendar, add_working, working_between

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NINE_TO_SIX = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
OFFICE = Calendar("Asia/Shanghai", (NINE_TO_SIX,) * 5 + ((), ()), "CN")
HOUR = timedelta(hours=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        # Tuesday, inside a shift, over the lunch, over the night.
        ("2026-11-24 09:30", 2, "2026-11-24 11:30"),
        ("2026-11-24 09:30", 3, "2026-11-24 13:30"),
        ("2026-11-24 17:00", 2, "2026-11-25 10:00"),
        # At the end of a shift, before the first, at noon, on Friday evening, on a Sunday.
        ("2026-11-24 18:00", 1, "2026-11-25 10:00"),
        ("2026-11-24 03:00", 1, "2026-11-24 10:00"),
        ("2026-11-24 12:30", 1, "2026-11-24 14:00"),
        ("2026-11-27 17:30", 1, "2026-11-30 09:30"),
        ("2026-11-29 12:00", 8, "2026-11-30 18:00"),
        # The national holiday of 2026: off from 1 to 7 October, and Saturday the 10th is worked instead.
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-10-09 17:00", 2, "2026-10-10 10:00"),
        ("2026-10-10 17:00", 2, "2026-10-12 10:00"),
    ],
)
def test_counts_working_time_alone(begins: str, hours: int, ends: str) -> None:
    assert add_working(OFFICE, at(begins), hours * HOUR) == at(ends)


@pytest.mark.parametrize("begins", ["2026-09-28 00:00", "2026-11-24 12:30", "2026-11-27 17:59", "2026-12-31 23:00"])
@pytest.mark.parametrize("hours", [0.5, 3, 8, 41])
def test_takes_as_long_there_as_it_counts_back(begins: str, hours: float) -> None:
    begin = at(begins)
    assert working_between(OFFICE, begin, add_working(OFFICE, begin, hours * HOUR)) == hours * HOUR


def test_counts_all_time_without_a_calendar() -> None:
    begin = at("2026-11-28 23:00")
    assert add_working(None, begin, 5 * HOUR) == begin + 5 * HOUR
    assert working_between(None, begin, begin + 5 * HOUR) == 5 * HOUR
    assert working_between(None, begin, begin - HOUR) == timedelta()
    assert working_between(OFFICE, begin, begin - HOUR) == timedelta()


def test_puts_own_days_above_week_and_holidays() -> None:
    own = ((date(2026, 10, 1), True), (date(2026, 11, 24), False), (date(2026, 11, 28), True))
    calendar = Calendar(OFFICE.zone, OFFICE.shifts, OFFICE.country, own)
    assert calendar.shifts_on(date(2026, 10, 1)) == NINE_TO_SIX
    assert calendar.shifts_on(date(2026, 11, 24)) == ()
    # A Saturday that is worked has the shifts of a Monday.
    assert calendar.shifts_on(date(2026, 11, 28)) == NINE_TO_SIX
    assert add_working(calendar, at("2026-11-23 17:30"), HOUR) == at("2026-11-25 09:30")


def test_works_through_the_night_and_the_change_of_the_clocks() -> None:
    nights = Calendar("Europe/Berlin", (((0, 1440),),) * 7)
    # In the night of 25 October 2026 an hour comes twice, in that of 28 March 2027 one is missing.
    for begin in ("2026-10-24 20:00", "2027-03-27 20:00"):
        start = at(begin, BERLIN)
        assert add_working(nights, start, 12 * HOUR) == start + 12 * HOUR
    late = Calendar("Europe/Berlin", (((22 * 60, 1440),),) * 7)
    assert add_working(late, at("2026-11-24 23:00", BERLIN), 2 * HOUR) == at("2026-11-25 23:00", BERLIN)


def test_lets_a_deadline_come_though_nobody_ever_works() -> None:
    never = Calendar("Asia/Shanghai", ((),) * 7)
    begin = at("2026-11-24 09:00")
    assert add_working(never, begin, HOUR) == begin + HOUR


def test_cuts_a_deadline_short_by_the_clients() -> None:
    opened = at("2026-11-27 17:30")
    answer_by = at("2026-11-28 12:00")
    assert due_at(opened, HOUR, None, OFFICE) == at("2026-11-30 09:30")
    assert due_at(opened, HOUR, answer_by, OFFICE) == answer_by - MARGIN
    assert due_at(opened, HOUR, opened, OFFICE) == opened
