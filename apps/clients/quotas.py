"""The rate limit of a key: a token bucket, kept as the moment at which it will be full again."""

import math
from dataclasses import dataclass

SECOND = 1_000_000
# A bucket holds what two seconds bring: bursts pass, a steady rate above the limit does not.
BURST_SECONDS = 2


@dataclass(frozen=True)
class QuotaPolicy:
    """`quota` requests at once; after that one more every `step` microseconds."""

    quota: int
    step: int

    @classmethod
    def of_rate(cls, per_second: float) -> "QuotaPolicy | None":
        """Return the policy for so many requests a second; None when there shall be no limit."""
        if per_second <= 0:
            return None
        return cls(max(1, math.floor(per_second * BURST_SECONDS)), max(1, math.floor(SECOND / per_second)))

    @property
    def span(self) -> int:
        """Microseconds in which an empty bucket fills."""
        return self.quota * self.step

    @property
    def window_seconds(self) -> int:
        """The same in whole seconds, at least one."""
        return whole_seconds(self.span)

    def after_request(self, debt: int) -> "Quota":
        """Return what is left after a request that passed; `debt` is the time until the bucket is full."""
        return Quota(self, remaining=max(0, (self.span - debt) // self.step), wait=0)

    def refused(self, debt: int) -> "Quota":
        """Return what a refused request is told; `debt` is the time until the bucket is full."""
        return Quota(self, remaining=0, wait=max(1, debt + self.step - self.span))


@dataclass(frozen=True)
class Quota:
    """What a key may still ask: so many requests now; the next one in `wait` microseconds when there are none."""

    policy: QuotaPolicy
    remaining: int
    wait: int

    @property
    def is_exhausted(self) -> bool:
        """The request that this was told to has been refused."""
        return self.wait > 0

    @property
    def effective_seconds(self) -> int:
        """Seconds for which `remaining` is to last.

        Until the next request may pass, but never so few that the remaining
        requests, spread over them, were faster than the limit.
        """
        return whole_seconds(max(self.wait, self.policy.step, self.remaining * self.policy.step))


def whole_seconds(microseconds: int) -> int:
    """Round up to seconds, at least one."""
    return max(1, -(-microseconds // SECOND))
