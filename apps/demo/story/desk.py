"""Who gets to which case, and when: one case at a time, within the shift."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.demo.hours import SHANGHAI, at_clock, minutes
from apps.demo.staff import Colleague, Member
from apps.staff.models import Role

# Nobody begins a case shortly before going home.
_LAST_CALL = timedelta(minutes=15)


@dataclass(frozen=True)
class Turn:
    """Somebody opens a case, reads it, and acts."""

    member: Member
    opens: datetime
    acts: datetime


class Desk:
    """The reviewers' and the supervisor's time."""

    def __init__(self, staff: dict[str, Member], chance: random.Random) -> None:
        self._staff = staff
        self._chance = chance
        self._free_from: dict[str, datetime] = {}

    def member(self, username: str) -> Member:
        """Return a colleague."""
        return self._staff[username]

    def review(self, ready: datetime) -> Turn:
        """Return the turn of whichever reviewer gets to it first."""
        ready += minutes(self._chance.uniform(4, 38))
        return min((self._turn(member, ready) for member in self._reviewers()), key=lambda turn: turn.opens)

    def on_duty(self, at: datetime) -> Member:
        """Return the reviewer whose shift it is."""
        return min(self._reviewers(), key=lambda member: on_shift(member.colleague, at))

    def supervise(self, ready: datetime) -> Turn:
        """Return the supervisor's next turn."""
        return self._turn(self._staff["chen"], ready)

    def take(self, turn: Turn) -> None:
        """Book a turn, so that nobody does two things at once."""
        self._free_from[turn.member.colleague.username] = turn.acts + minutes(self._chance.uniform(1, 4))

    def _reviewers(self) -> list[Member]:
        return [member for member in self._staff.values() if member.colleague.role is Role.REVIEWER]

    def _turn(self, member: Member, ready: datetime) -> Turn:
        free = self._free_from.get(member.colleague.username, ready)
        opens = on_shift(member.colleague, max(ready, free))
        return Turn(member, opens, opens + minutes(self._chance.uniform(1.4, 8.2)))


def on_shift(colleague: Colleague, ready: datetime) -> datetime:
    """Return the first moment from `ready` on at which this colleague can begin something."""
    begins, ends = colleague.shift
    today = ready.astimezone(SHANGHAI).date()
    for day in (today + timedelta(days=offset) for offset in (-1, 0, 1)):
        start = max(ready, at_clock(day, begins))
        if start <= at_clock(day, ends) - _LAST_CALL:
            return start.astimezone(ready.tzinfo).replace(microsecond=0)
    raise ValueError(f"{colleague.username} never works")
