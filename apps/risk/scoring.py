"""From factors to a verdict: score, level, outcome, hold. Pure arithmetic on the policy's table."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.risk.factors import Factor
from apps.risk.facts import RefundFacts
from apps.risk.policy import Level, Outcome, Policy
from apps.risk.policy.document import Consequence
from apps.risk.policy.settings import LARGEST_SCORE


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
    substance = sum(f.points for f in factors if f.points > 0 and f.code not in policy.circumstances.codes)
    if substance < policy.circumstances.substance_least:
        total = min(total, policy.circumstances.most)
    return max(0, min(LARGEST_SCORE, total))


def level_of(score: int, policy: Policy) -> Level:
    """Return the level that the score reaches."""
    levels = policy.levels
    if score >= levels.critical:
        return Level.CRITICAL
    if score >= levels.high:
        return Level.HIGH
    return Level.MEDIUM if score >= levels.medium else Level.LOW


def verdict_of(facts: RefundFacts, factors: Sequence[Factor], policy: Policy) -> Verdict:
    """Judge a refund. Purchases by minors, and refunds of which a factor failed, always come before a person."""
    score = score_of(factors, policy)
    level = level_of(score, policy)
    consequence = policy.consequences[policy.care[facts.category]].of(level)
    return Verdict(score, level, _outcome(facts, factors, policy, consequence), consequence.hold_hours)


def _outcome(facts: RefundFacts, factors: Sequence[Factor], policy: Policy, consequence: Consequence) -> Outcome:
    if any(factor.is_failed for factor in factors):
        return Outcome.REVIEW
    return policy.minors.outcome if facts.is_minor_purchase else consequence.outcome
