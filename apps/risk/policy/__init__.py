"""The policy as data: one class of settings a factor, by theme, and the document that holds them all."""

from apps.risk.policy.codes import Care, FactorCode, Level, Outcome
from apps.risk.policy.document import HoldBounds, Policy, SecondReviewRule, policy_from
from apps.risk.policy.settings import Band, FactorSettings, Points

__all__ = [
    "Band",
    "Care",
    "FactorCode",
    "FactorSettings",
    "HoldBounds",
    "Level",
    "Outcome",
    "Points",
    "Policy",
    "SecondReviewRule",
    "policy_from",
]
