"""Weighing a refund by all that its policy has."""

import logging
from typing import Any

from apps.risk.factors import conduct, links, money, person, rhythm, rings
from apps.risk.factors.factor import Factor, failed, unknown
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts
from apps.risk.policy import FactorSettings, Policy
from apps.risk.policy.conditions import FactUnknown, Scope, condition_holds

logger = logging.getLogger(__name__)

RULES: tuple[Rule[Any], ...] = (*conduct.RULES, *links.RULES, *money.RULES, *person.RULES, *rhythm.RULES, *rings.RULES)


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
        factor = rule.weigh(facts, settings, policy.care[facts.category])
        # Asked only of what would count, so that a condition costs nothing where it changes nothing.
        return factor if factor is None or condition_holds(settings.when, Scope.FACTS, facts) else None
    except FactUnknown as missing:
        return unknown(code, missing.fact)
    except Exception as error:  # whatever went wrong with one factor, the refund has to come in
        logger.exception("Factor %s failed for refund %s", code, facts.refund_id)
        return failed(code, error)
