"""Looking again at a refund that was weighed when it came in."""

from copy import copy
from datetime import datetime

from apps.refunds.drafts import RefundDraft
from apps.refunds.models import Refund
from apps.refunds.stored import stored_drafts
from apps.risk.changes import Changes, factor_changes, heavier
from apps.risk.factors import factors_of
from apps.risk.facts import RefundFacts
from apps.risk.models import RiskAssessment
from apps.risk.scoring import verdict_of
from apps.risk.selectors import refunds_facts
from apps.risk.selectors.policies import policy_that_weighed


def refund_changes(assessment: RiskAssessment, refund: Refund, *, now: datetime) -> Changes:
    """Weigh the refund again with what is known by now, by the policy of its assessment, and say what differs.

    Nothing is stored: the assessment stays as it was. Five statements, and one more when the policy is new to this
    process.
    """
    policy = policy_that_weighed(assessment.policy_version).policy
    (draft,) = stored_drafts([copy(refund)])
    then = _facts(draft, refund.requested_at)
    today = _facts(draft, max(now, refund.requested_at))
    after = heavier(factors_of(then, policy), factors_of(today, policy))
    verdict = verdict_of(today, after, policy)
    return Changes(
        score_before=assessment.score,
        score_after=verdict.score,
        level_before=assessment.level,
        level_after=verdict.level,
        factors=factor_changes(assessment.factors, after),
    )


def _facts(draft: RefundDraft, moment: datetime) -> RefundFacts:
    """Gather the facts as of a moment. Each is asked for alone: two moments of one refund are not two refunds."""
    draft.refund.requested_at = moment
    (facts,) = refunds_facts([draft])
    return facts
