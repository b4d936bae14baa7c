"""Whether a decision needs a second person."""

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from apps.risk.facts import facts_read
from apps.risk.models import RiskAssessment
from apps.risk.policy import Level, Outcome, SecondReviewRule
from apps.risk.scoring import Verdict, second_reviews
from apps.risk.selectors.policies import policy_in_force


def second_review_rules(assessment: RiskAssessment, *, outcome: str, amount: int, draw: int) -> list[SecondReviewRule]:
    """Return the rules of the policy in force by which another person has to confirm this decision.

    `amount` is what is approved, of a denial what was asked for, in minor
    units; `draw` is 0 to 99. Where the facts cannot be read all rules apply:
    in doubt two look. One statement, and two more where there are such rules.
    """
    policy = policy_in_force().policy
    if not policy.second_review:
        return []
    try:
        facts = facts_read(_facts_text(assessment))
    except msgspec.ValidationError:
        return list(policy.second_review)
    verdict = Verdict(
        assessment.score, Level(assessment.level), Outcome(assessment.outcome), assessment.hold_minutes // 60
    )
    return second_reviews(facts, verdict, policy, outcome=outcome, amount=amount, draw=draw)


def _facts_text(assessment: RiskAssessment) -> str:
    """Read the facts as text, which is decoded straight into its classes."""
    rows = RiskAssessment.objects.filter(pk=assessment.pk)
    text: str = rows.values_list(Cast("facts", TextField()), flat=True).get()
    return text
