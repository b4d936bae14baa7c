"""Refunds that are stored already, weighed as if they came in now."""

from datetime import datetime

from apps.common.inserting import insert
from apps.refunds.drafts import LineAsked, RefundDraft
from apps.refunds.models import Refund
from apps.refunds.standing import orders_standing
from apps.risk.facts import RefundFacts
from apps.risk.models import RiskAssessment
from apps.risk.selectors import refunds_facts
from apps.risk.services import refunds_assess


def draft_of(refund: Refund) -> RefundDraft:
    """Lay a stored refund out as intake does."""
    (standing,) = orders_standing([refund.order_id]).values()
    by_id = {line.pk: line for line in standing.lines}
    named = tuple(LineAsked(by_id[part.line_id], part.amount) for part in refund.lines.order_by("line__position"))
    return RefundDraft(refund, named, named or tuple(LineAsked(line, line.amount) for line in standing.lines))


def refund_facts(refund: Refund) -> RefundFacts:
    """Return the facts of one refund."""
    (facts,) = refunds_facts([draft_of(refund)])
    return facts


def refund_assess(refund: Refund, *, now: datetime) -> RiskAssessment:
    """Weigh one refund, and keep the result."""
    (assessment,) = refunds_assess([draft_of(refund)], now=now)
    insert([assessment])
    return assessment
