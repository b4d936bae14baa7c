"""Working time: shifts of a week, public holidays of a country, own closures. Pure: instants in, instants out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

# The minutes of a day at which a shift begins and ends.
Shift = tuple[int, int]
# A calendar without a working minute for so long is taken for one that has none at all.
FARTHEST = timedelta(days=400)
# Whose shifts are worked on a weekend's day that the country makes a working day.
_USUAL_WEEKDAY = 0


@dataclass(frozen=True)
class Calendar:
    """When somebody works.

    `shifts` are by weekday, Monday is 0, in the wall time of `zone`. `country`
    is an ISO 3166 code whose public holidays are off, and whose make-up days
    are worked, or empty. `own` says of single days that they are worked, or
    not, whatever the rest says.
    """

    zone: str
    shifts: tuple[tuple[Shift, ...], ...]
    country: str = ""
    own: tuple[tuple[date, bool], ...] = ()

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts of a day."""
        usual = self.shifts[day.weekday()]
        own = dict(self.own).get(day)
        if own is not None:
            return (usual or self.shifts[_USUAL_WEEKDAY]) if own else ()
        if not self.country:
            return usual
        public = _holidays(self.country)
        if day in public:
            return ()
        if day.weekday() >= 5 and public.is_working_day(day):
            return usual or self.shifts[_USUAL_WEEKDAY]
        return usual

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield spans of work that end after an instant, in order, in UTC."""
        zone = ZoneInfo(self.zone)
        day = since.astimezone(zone).date() - timedelta(days=1)
        last = day + FARTHEST
        while day <= last:
            for begin, end in self.shifts_on(day):
                span = _instant(day, begin, zone), _instant(day, end, zone)
                if span[1] > since:
                    yield span
            day += timedelta(days=1)


def add_working(calendar: Calendar | None, at: datetime, span: timedelta) -> datetime:
    """Return the instant by which so much has been worked since `at`; without a calendar all time is worked.

    A calendar in which nothing is worked counts as none: a deadline must come.
    """
    if calendar is None:
        return at + span
    left = span
    for begin, end in calendar.spans(at):
        here = max(begin, at)
        if end - here >= left:
            return here + left
        left -= end - here
    return at + span


def working_between(calendar: Calendar | None, since: datetime, until: datetime) -> timedelta:
    """Return how much is worked from one instant to another; nothing when they are the wrong way round."""
    if until <= since:
        return timedelta()
    if calendar is None:
        return until - since
    worked = timedelta()
    for begin, end in calendar.spans(since):
        if begin >= until:
            break
        worked += min(end, until) - max(begin, since)
    return worked


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when a wall clock shows a minute of a day; 1440 is the next midnight."""
    local = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), zone)
    return local.astimezone(UTC)


@lru_cache(maxsize=50)
def _holidays(country: str) -> HolidayBase:
    """Return the public holidays of a country, which grow by the year that is asked for."""
    return country_holidays(country)
