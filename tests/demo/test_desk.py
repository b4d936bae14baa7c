import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from apps.demo.hours import SHANGHAI
from apps.demo.staff import COLLEAGUES, Colleague, Member
from apps.demo.story.desk import Desk, on_shift
from apps.staff.models import Person, Role

MIDNIGHT = datetime(2026, 11, 22, 0, 0, tzinfo=SHANGHAI)
REVIEWERS = [colleague for colleague in COLLEAGUES if colleague.role is Role.REVIEWER]


@pytest.mark.parametrize("hour", range(24))
def test_has_a_reviewer_at_every_hour(hour: int) -> None:
    at = MIDNIGHT + timedelta(hours=hour, minutes=20)

    waits = [on_shift(colleague, at) - at for colleague in REVIEWERS]

    assert min(waits) == timedelta()


@pytest.mark.parametrize(
    ("username", "ready", "begins"),
    [("lin", 5.0, 6.0), ("lin", 7.5, 7.5), ("lin", 14.4, 30.0), ("emma", 3.0, 3.0), ("emma", 7.0, 22.0)],
)
def test_begins_nothing_outside_the_shift(username: str, ready: float, begins: float) -> None:
    colleague: Colleague = next(one for one in COLLEAGUES if one.username == username)

    start = on_shift(colleague, MIDNIGHT + timedelta(hours=ready))

    assert start == MIDNIGHT + timedelta(hours=begins)


def test_lets_nobody_do_two_things_at_once() -> None:
    member = Member(REVIEWERS[0], Person(username="lin"))
    desk = Desk({"lin": member}, random.Random("desk"))
    ready = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

    turns = []
    for _ in range(5):
        turns.append(desk.review(ready))
        desk.take(turns[-1])

    assert all(after.opens > before.acts for before, after in pairwise(turns))
