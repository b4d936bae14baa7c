"""Factors: pure functions from facts and policy to what speaks for or against a refund."""

from collections.abc import Callable

from apps.risk.factors.conduct import count_share, fast_refund, refund_after_consumption, value_share, velocity
from apps.risk.factors.factor import Factor, Record, RecordKind, Unit, factor_document
from apps.risk.factors.money import credit_to_cash, destination_mismatch, payer_mismatch
from apps.risk.factors.person import (
    minor_purchase,
    new_account,
    past_outcomes,
    shared_identity,
    shared_instrument,
    weak_verification,
)
from apps.risk.facts import RefundFacts
from apps.risk.policy import Policy

__all__ = ["Factor", "Record", "RecordKind", "Unit", "factor_document", "factors_of"]

_RULES: tuple[Callable[[RefundFacts, Policy], Factor | None], ...] = (
    minor_purchase,
    refund_after_consumption,
    value_share,
    count_share,
    velocity,
    fast_refund,
    new_account,
    weak_verification,
    shared_identity,
    shared_instrument,
    payer_mismatch,
    destination_mismatch,
    credit_to_cash,
    past_outcomes,
)


def factors_of(facts: RefundFacts, policy: Policy) -> list[Factor]:
    """Return the factors that weigh something, the heaviest first, those in favour last.

    A fact that is unknown gives no factor. Of a purchase by a minor only the
    factors in `policy.minor_counts` are counted.
    """
    found = [factor for rule in _RULES if (factor := rule(facts, policy)) is not None]
    if facts.is_minor_purchase:
        found = [factor for factor in found if factor.code in policy.minor_counts]
    return sorted(found, key=lambda factor: (-factor.points, factor.code))
