"""Weighing refunds when they come in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.refunds.drafts import RefundDraft
from apps.risk.factors import Unweighed, factor_document, factors_of
from apps.risk.facts import RefundFacts, facts_written
from apps.risk.models import RiskAssessment
from apps.risk.scoring import verdict_of
from apps.risk.selectors import Gathered, refunds_gather
from apps.risk.sentences import factor_sentence


def refunds_assess(drafts: Sequence[RefundDraft], *, now: datetime) -> list[RiskAssessment]:
    """Gather the facts of refunds that come in together, and weigh each; the caller inserts what is returned.

    Windows end at `refund.requested_at`, so that a refund that came in late is
    weighed as of its own moment. One statement, however many refunds.
    """
    if not drafts:
        return []
    gathered = refunds_gather(drafts)
    return [_assessment(draft, facts, gathered, now) for draft, facts in zip(drafts, gathered.facts, strict=True)]


def _assessment(draft: RefundDraft, facts: RefundFacts, gathered: Gathered, now: datetime) -> RiskAssessment:
    policy = gathered.policy.policy
    factors = factors_of(facts, policy)
    verdict = verdict_of(facts, factors, policy)
    return RiskAssessment(
        refund_id=draft.refund.pk,
        policy_version=gathered.policy.number,
        score=verdict.score,
        level=verdict.level.value,
        outcome=verdict.outcome.value,
        hold_minutes=60 * verdict.hold_hours,
        queue=verdict.queue,
        factors=[factor_document(gathered.commonness.rated(factor)) for factor in factors],
        facts=facts_written(facts),
        created_at=now,
    )


def risk_part(assessment: RiskAssessment, language: str) -> dict[str, Any]:
    """Return the refund document's `risk`, its sentences in this language, the weightiest factor first."""
    return {
        "score": assessment.score,
        "level": assessment.level,
        "outcome": assessment.outcome,
        "policy_version": assessment.policy_version,
        "factors": [
            {"code": factor["code"], "points": factor["points"], "summary": factor_sentence(factor, language)}
            for factor in assessment.factors
            # Reasons alone: what could not be told is none.
            if factor["rule"] != Unweighed.UNKNOWN
        ],
    }
