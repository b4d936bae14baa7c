"""One refund as it was weighed, and as a version of the policy would weigh it. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.risk.factors import factors_of
from apps.risk.facts import RefundFacts
from apps.risk.policy import Policy
from apps.risk.scoring import verdict_of


class Decided(StrEnum):
    """What became of a refund in the end. `NEITHER`: open, withdrawn, approved in part, or cleared by the policy."""

    DENIED = "denied"
    APPROVED = "approved"
    NEITHER = ""


@dataclass(frozen=True)
class Weighed:
    """What a policy makes of a refund; `codes` are the factors that speak against it."""

    score: int
    level: str
    outcome: str
    codes: frozenset[str]
    is_failed: bool = False


@dataclass(frozen=True)
class Compared:
    """A refund before and after. Names are the client's own, `refund_id` is ours."""

    refund_id: str
    client: str
    shop: str
    category: str
    day: date
    amount: int
    currency: str
    decided: Decided
    before: Weighed
    after: Weighed


def weigh(facts: RefundFacts, policy: Policy) -> Weighed:
    """Weigh a refund. A factor that fails is told, and sends it to a person as it does at intake."""
    factors = factors_of(facts, policy)
    verdict = verdict_of(facts, factors, policy)
    return Weighed(
        score=verdict.score,
        level=verdict.level.value,
        outcome=verdict.outcome.value,
        codes=frozenset(factor.code.value for factor in factors if factor.points > 0),
        is_failed=any(factor.is_failed for factor in factors),
    )
