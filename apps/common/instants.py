"""Instants as the REST contract writes them."""

from datetime import UTC, datetime


def written_instant(at: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC, exactly: ``2026-11-22T00:15:00Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def written_or_none(at: datetime | None) -> str | None:
    """Write an instant that may be missing."""
    return None if at is None else written_instant(at)
