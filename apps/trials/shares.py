"""What small numbers can tell, and what a day brings. Pure."""

from collections.abc import Sequence
from math import sqrt

# The standard normal quantile of an interval that holds the true share 19 times in 20.
_Z = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, within 0 and 1; the whole range when nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    share, slack = hits / of, _Z * _Z / of
    middle = (share + slack / 2) / (1 + slack)
    half = _Z * sqrt(share * (1 - share) / of + slack / (4 * of)) / (1 + slack)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return the smallest value that `percent` of the values do not exceed; 0 of none."""
    if not ordered:
        return 0
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
