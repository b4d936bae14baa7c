"""Refunds that are stored already, weighed as if they came in now."""

from datetime import datetime

from apps.common.inserting import insert
from apps.refunds.drafts import RefundDraft
from apps.refunds.models import Refund
from apps.refunds.stored import stored_drafts
from apps.risk.facts import RefundFacts
from apps.risk.models import RiskAssessment
from apps.risk.selectors import refunds_facts
from apps.risk.services.assess import refunds_assess


def draft_of(refund: Refund) -> RefundDraft:
    """Lay one stored refund out."""
    (draft,) = stored_drafts([refund])
    return draft


def refund_facts(refund: Refund) -> RefundFacts:
    """Return the facts of one refund."""
    (facts,) = refunds_facts([draft_of(refund)])
    return facts


def refund_assess(refund: Refund, *, now: datetime) -> RiskAssessment:
    """Weigh one refund, and keep the result."""
    (assessment,) = refunds_assess([draft_of(refund)], now=now)
    insert([assessment])
    return assessment
