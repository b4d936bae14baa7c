"""Quiet hours and digests on the wall of a person's time zone, over midnight and over a change of the clocks."""

from datetime import UTC, datetime

import pytest

from apps.notifications.timing import Hours, after_quiet, next_digest

NIGHT = Hours("Asia/Shanghai", (22 * 60, 8 * 60), (9 * 60, 17 * 60))
LUNCH = Hours("Asia/Shanghai", (12 * 60, 13 * 60))


def at(text: str) -> datetime:
    """Return an instant of the wall in Shanghai."""
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "goes"),
    [
        (NIGHT, "22T21:59", "22T21:59"),
        (NIGHT, "22T22:00", "23T08:00"),
        (NIGHT, "23T00:30", "23T08:00"),
        (NIGHT, "23T07:59", "23T08:00"),
        (NIGHT, "23T08:00", "23T08:00"),
        (LUNCH, "22T12:59", "22T13:00"),
        (LUNCH, "22T13:00", "22T13:00"),
        (Hours("Asia/Shanghai"), "22T03:00", "22T03:00"),
    ],
)
def test_waits_for_the_end_of_quiet_hours(hours: Hours, now: str, goes: str) -> None:
    assert after_quiet(at(now), hours) == at(goes)


@pytest.mark.parametrize(
    ("hours", "now", "comes"),
    [
        (NIGHT, "22T08:59", "22T09:00"),
        (NIGHT, "22T09:00", "22T17:00"),
        (NIGHT, "22T17:00", "23T09:00"),
        (Hours("Asia/Shanghai", digests=()), "22T10:00", "23T09:00"),
    ],
)
def test_finds_the_next_digest(hours: Hours, now: str, comes: str) -> None:
    assert next_digest(at(now), hours) == at(comes)


def test_goes_by_the_wall_when_clocks_change() -> None:
    berlin = Hours("Europe/Berlin", (22 * 60, 7 * 60), (7 * 60,))
    before = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    assert after_quiet(before, berlin) == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    assert next_digest(before, berlin) == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    # The quiet hours end at an hour that this night does not have.
    spring = Hours("Europe/Berlin", (22 * 60, 2 * 60 + 30))
    night = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert after_quiet(night, spring) > night
