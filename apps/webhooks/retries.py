"""When a delivery that failed is tried again: ten tries, spread over three days."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# What follows the first failed try, the second, and so on: 71 h 35 min in all. They only ever grow.
GAPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=18),
    timedelta(hours=22),
)
TRIES = len(GAPS) + 1
# A gap is shortened by chance, up to this share, so that what failed together does not return together.
JITTER = 0.1
# A receiver may ask for patience, but not for so much that its events are forgotten first.
LONGEST_WAIT_ASKED = timedelta(hours=24)
# Too many requests, or a gateway whose server is overloaded: not only this delivery comes too early.
OVERLOADED = frozenset({429, 502, 504})
_SHORTEST_PAUSE = timedelta(seconds=5)
# What asks for more has its own delivery wait for longer; the others are tried again after this.
_LONGEST_PAUSE = timedelta(hours=1)


def next_try_at(*, failures: int, failed_at: datetime, wait_asked: timedelta | None, chance: float) -> datetime | None:
    """Return when to try again after this many failed tries (from 1), None when it was the last.

    `wait_asked` is what the receiver's Retry-After came to; it can only lengthen
    the gap. `chance` is in [0, 1).
    """
    if failures >= TRIES:
        return None
    gap = GAPS[failures - 1] * (1 - JITTER * chance)
    return failed_at + max(gap, wait_asked or timedelta())


def pause_asked_by(status_code: int | None, wait_asked: timedelta | None) -> timedelta | None:
    """Return for how long the whole endpoint is to be left alone, None when it is not."""
    if status_code not in OVERLOADED and not (status_code == 503 and wait_asked):
        return None
    return min(max(wait_asked or timedelta(), _SHORTEST_PAUSE), _LONGEST_PAUSE)


def wait_asked_by(retry_after: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After header, seconds or an HTTP date, bounded to 24 h; None when it says nothing."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        # Ten digits are three hundred years: whatever follows changes nothing.
        wait = timedelta(seconds=int(text[:10]))
    else:
        try:
            until = parsedate_to_datetime(text)
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
        except (ValueError, IndexError, OverflowError):
            return None
    return min(max(wait, timedelta()), LONGEST_WAIT_ASKED)
