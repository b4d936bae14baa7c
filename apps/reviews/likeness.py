"""Which decided cases are like one that is not. Pure.

Alike are cases of one category that the same factor leads, the more so the
more of their factors they have in common (Jaccard).
"""

from collections.abc import Mapping, Sequence
from typing import Any

# Less in common is not worth a comparison.
LEAST = 0.4


def leading_code(factors: Sequence[Mapping[str, Any]]) -> str:
    """Return the code of the factor that speaks most against a refund; empty when none does."""
    against = [factor for factor in factors if factor["points"] > 0]
    return str(max(against, key=lambda factor: factor["points"])["code"]) if against else ""


def codes_against(factors: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the codes of all factors that speak against a refund."""
    return frozenset(str(factor["code"]) for factor in factors if factor["points"] > 0)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of two sets of factors is common to both, from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0
