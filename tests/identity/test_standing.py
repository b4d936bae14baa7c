"""How a factor stands at a moment."""

from datetime import timedelta

import pytest

from apps.identity.standing import is_expired, status_at
from tests.support.factories import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "expires_at", "stands"),
    [
        ("verified", None, "verified"),
        ("verified", NOON + SECOND, "verified"),
        ("verified", NOON, "expired"),
        # What was never verified cannot run out.
        ("failed", NOON - SECOND, "failed"),
        ("pending", NOON - SECOND, "pending"),
    ],
)
def test_what_was_verified_runs_out_by_itself(status: str, expires_at: object, stands: str) -> None:
    assert status_at(status, expires_at, NOON) == stands  # type: ignore[arg-type]
    assert is_expired(status, expires_at, NOON) is (stands == "expired")  # type: ignore[arg-type]
