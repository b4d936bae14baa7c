"""Which rules there are, and weighing a refund by all that its policy has."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.risk.factors.conduct import count_share, fast_refund, refund_after_consumption, value_share, velocity
from apps.risk.factors.factor import Factor, failed
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
from apps.risk.policy import Care, FactorSettings, Policy
from apps.risk.policy.conduct import (
    FastRefund,
    RefundAfterConsumption,
    RefundCountShare,
    RefundValueShare,
    RefundVelocity,
)
from apps.risk.policy.money import CreditToCash, DestinationMismatch, PayerMismatch
from apps.risk.policy.person import (
    MinorPurchase,
    NewAccount,
    PastOutcomes,
    SharedIdentity,
    SharedInstrument,
    WeakVerification,
)

logger = logging.getLogger(__name__)

Of = TypeVar("Of", bound=FactorSettings)


@dataclass(frozen=True)
class Rule(Generic[Of]):
    """What works a factor out, from the facts, the factor's settings and how strictly the goods are looked at."""

    settings: type[Of]
    weigh: Callable[[RefundFacts, Of, Care], Factor | None]


RULES: tuple[Rule[Any], ...] = (
    Rule(MinorPurchase, minor_purchase),
    Rule(RefundAfterConsumption, refund_after_consumption),
    Rule(RefundValueShare, value_share),
    Rule(RefundCountShare, count_share),
    Rule(RefundVelocity, velocity),
    Rule(FastRefund, fast_refund),
    Rule(NewAccount, new_account),
    Rule(WeakVerification, weak_verification),
    Rule(SharedIdentity, shared_identity),
    Rule(SharedInstrument, shared_instrument),
    Rule(PayerMismatch, payer_mismatch),
    Rule(DestinationMismatch, destination_mismatch),
    Rule(CreditToCash, credit_to_cash),
    Rule(PastOutcomes, past_outcomes),
)


def factors_of(facts: RefundFacts, policy: Policy) -> list[Factor]:
    """Return the factors that weigh something, the heaviest first, those in favour last.

    A factor that is unknown or failed is among them, without points. Of a
    purchase by a minor only the factors in `policy.minors.counts` are counted.
    """
    found = [factor for rule in RULES if (factor := _weighed(rule, facts, policy)) is not None]
    return sorted(found, key=lambda factor: (-factor.points, factor.code))


def _weighed(rule: Rule[Any], facts: RefundFacts, policy: Policy) -> Factor | None:
    code = rule.settings.code
    settings: FactorSettings | None = getattr(policy.factors, code)
    if settings is None or not settings.enabled:
        return None
    if facts.is_minor_purchase and code not in policy.minors.counts:
        return None
    try:
        return rule.weigh(facts, settings, policy.care[facts.category])
    except Exception as error:  # whatever went wrong with one factor, the refund has to come in
        logger.exception("Factor %s failed for refund %s", code, facts.refund_id)
        return failed(code, error)
