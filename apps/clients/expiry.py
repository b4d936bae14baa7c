"""When people are told that a key ends. Pure."""

from datetime import datetime, timedelta

# Before the end, so that its client can take the next one; and when it has come.
AHEAD = (timedelta(days=7), timedelta(days=1), timedelta())


def next_notice(expires_at: datetime | None, now: datetime) -> datetime | None:
    """Return when people are told next that a key ends; None when it does not, or that was told."""
    if expires_at is None:
        return None
    return next((expires_at - ahead for ahead in AHEAD if expires_at - ahead > now), None)
