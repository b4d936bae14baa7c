"""How a factor stands at a moment. Pure: document, panel and facts ask the same."""

from datetime import datetime

VERIFIED, EXPIRED = "verified", "expired"


def is_expired(status: str, expires_at: datetime | None, at: datetime) -> bool:
    """Tell whether what was verified is so no more, without a job that says so."""
    return status == VERIFIED and expires_at is not None and expires_at <= at


def status_at(status: str, expires_at: datetime | None, at: datetime) -> str:
    """Return the status as it is at that moment."""
    return EXPIRED if is_expired(status, expires_at, at) else status
