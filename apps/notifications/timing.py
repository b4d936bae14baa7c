"""When something goes out: at once, after the quiet hours, or with the next digest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Where a person said nothing.
USUAL_DIGEST = (9 * 60,)


@dataclass(frozen=True)
class Hours:
    """The hours of a person: `quiet` and `digests` are minutes of the day on the wall of `zone`.

    `quiet` is from when until when, over midnight where the end is the
    earlier; None when there are none.
    """

    zone: str
    quiet: tuple[int, int] | None = None
    digests: Sequence[int] = field(default=USUAL_DIGEST)


def after_quiet(now: datetime, hours: Hours) -> datetime:
    """Return the instant itself, or when the quiet hours end that it falls into."""
    if hours.quiet is None:
        return now
    begin, end = hours.quiet
    local = now.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    is_quiet = begin <= minute < end if begin < end else minute >= begin or minute < end
    if not is_quiet:
        return now
    day = local.date() if minute < end else local.date() + timedelta(days=1)
    return max(now, _instant(day, end, hours.zone))


def next_digest(now: datetime, hours: Hours) -> datetime:
    """Return when the next digest comes, after an instant."""
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    times = (
        _instant(day, minute, hours.zone)
        for day in (today, today + timedelta(days=1), today + timedelta(days=2))
        for minute in sorted(hours.digests or USUAL_DIGEST)
    )
    return next(at for at in times if at > now)


def _instant(day: date, minute: int, zone: str) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone)).astimezone(UTC)
