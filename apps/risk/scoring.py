"""From factors to a verdict: score, level, outcome, hold. Pure arithmetic on the policy's table."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.risk.factors import Factor
from apps.risk.facts import RefundFacts
from apps.risk.policy import Level, Outcome, Policy

LARGEST_SCORE = 100


@dataclass(frozen=True)
class Verdict:
    """What the policy makes of a refund. `hold_hours` also says how long money waits that a person approves."""

    score: int
    level: Level
    outcome: Outcome
    hold_hours: int


def score_of(factors: Sequence[Factor], policy: Policy) -> int:
    """Add up the points, within 0 and 100; circumstances without substance stay below their ceiling."""
    total = sum(factor.points for factor in factors)
    substance = sum(f.points for f in factors if f.points > 0 and f.code not in policy.circumstances)
    if substance < policy.substance_least:
        total = min(total, policy.circumstance_most)
    return max(0, min(LARGEST_SCORE, total))


def level_of(score: int, policy: Policy) -> Level:
    """Return the level that the score reaches."""
    return next(level for least, level in policy.levels if score >= least)


def verdict_of(facts: RefundFacts, factors: Sequence[Factor], policy: Policy) -> Verdict:
    """Judge a refund. Purchases by minors always come before a person."""
    score = score_of(factors, policy)
    level = level_of(score, policy)
    consequence = policy.consequences[policy.care[facts.category]][level]
    outcome = policy.minor_outcome if facts.is_minor_purchase else consequence.outcome
    return Verdict(score, level, outcome, consequence.hold_hours)
