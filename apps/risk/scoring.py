"""From factors to a verdict: score, level, outcome, hold. Pure arithmetic on the policy's table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from apps.risk.factors import Factor
from apps.risk.facts import RefundFacts
from apps.risk.policy import Level, Outcome, Policy, SecondReviewRule
from apps.risk.policy.conditions import ConditionFailed, FactUnknown, Scope, condition_holds
from apps.risk.policy.document import Consequence, HoldRule, QueueRule
from apps.risk.policy.settings import LARGEST_SCORE

logger = logging.getLogger(__name__)

Rule = TypeVar("Rule", HoldRule, QueueRule)


@dataclass(frozen=True)
class Verdict:
    """What the policy makes of a refund. `hold_hours` also says how long money waits that a person approves.

    `queue` is the slug of the queue that the policy names, empty when it leaves that to the queues' categories.
    """

    score: int
    level: Level
    outcome: Outcome
    hold_hours: int
    queue: str = ""


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
    verdict = Verdict(score, level, _outcome(facts, factors, policy, consequence), consequence.hold_hours)
    beside = _words(verdict)
    if held := _first(policy.holds, facts, beside):
        verdict = replace(verdict, hold_hours=held.hours)
    if routed := _first(policy.queues, facts, beside):
        verdict = replace(verdict, queue=routed.queue)
    return verdict


def second_reviews(
    facts: RefundFacts, verdict: Verdict, policy: Policy, *, outcome: str, amount: int, draw: int
) -> list[SecondReviewRule]:
    """Return the rules by which a decision needs another person's confirmation.

    `draw` is 0 to 99, by which a share is picked at random. A rule that needs
    what is unknown, or fails, applies: in doubt two look.
    """
    beside = _words(verdict) | {"decision.outcome": outcome, "decision.amount": amount, "decision.draw": draw}
    return [rule for rule in policy.second_review if _holds(rule.when, Scope.DECISION, facts, beside, in_doubt=True)]


def _outcome(facts: RefundFacts, factors: Sequence[Factor], policy: Policy, consequence: Consequence) -> Outcome:
    if any(factor.is_failed for factor in factors):
        return Outcome.REVIEW
    return policy.minors.outcome if facts.is_minor_purchase else consequence.outcome


def _words(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict by the names that conditions use."""
    return {
        "verdict.score": verdict.score,
        "verdict.level": verdict.level.value,
        "verdict.outcome": verdict.outcome.value,
    }


def _first(rules: Sequence[Rule], facts: RefundFacts, beside: Mapping[str, Any]) -> Rule | None:
    """Return the first rule that applies. One that needs what is unknown does not."""
    applies = (rule for rule in rules if _holds(rule.when, Scope.VERDICT, facts, beside, in_doubt=False))
    return next(applies, None)


def _holds(when: str, scope: Scope, facts: RefundFacts, beside: Mapping[str, Any], *, in_doubt: bool) -> bool:
    try:
        return condition_holds(when, scope, facts, beside)
    except FactUnknown:
        return in_doubt
    except ConditionFailed:
        logger.warning("A condition failed for refund %s: %s", facts.refund_id, when)
        return in_doubt
