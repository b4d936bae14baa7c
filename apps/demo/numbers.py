"""Numbers as a platform gives them out: later ones are higher."""

from datetime import datetime, timedelta

_FIRST_ACCOUNT = 10_000_000
_FOUNDED = timedelta(days=1_600)
_SECONDS_PER_ACCOUNT = 9


class Numbers:
    """Account numbers that agree with the time of registration, and none twice."""

    def __init__(self, now: datetime) -> None:
        self._founded = now - _FOUNDED
        self._taken: set[int] = set()

    def account(self, registered_at: datetime) -> str:
        """Return the number of an account that was opened then."""
        number = _FIRST_ACCOUNT + round((registered_at - self._founded).total_seconds()) // _SECONDS_PER_ACCOUNT
        while number in self._taken:
            number += 1
        self._taken.add(number)
        return f"U{number}"
