"""A refund as its client sees it: in answers, in events, in webhooks."""

from typing import Annotated, NotRequired, TypedDict

from apps.common.instants import written_instant
from apps.common.shapes import InstantText, OneOf
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund


class FactorPart(TypedDict):
    """Why the risk is what it is: a stable code, its points, and a sentence for people."""

    code: str
    points: int
    summary: str


class RiskPart(TypedDict):
    """What the policy made of the refund when it came in."""

    score: int
    level: str
    outcome: str
    policy_version: int
    factors: list[FactorPart]


class ReviewPart(TypedDict):
    """Where it waits for a person, and until when it shall be decided."""

    queue: str
    due_at: InstantText


class InformationRequestPart(TypedDict):
    """What the customer is asked for, in the words that the customer shall read."""

    items: list[str]
    message: str
    due_at: InstantText


class LineDecisionPart(TypedDict):
    """What was approved of one order line."""

    id: str
    approved_amount: int


class DecisionPart(TypedDict):
    """What was decided. Never who decided."""

    outcome: str
    reason_code: str
    message: str
    decided_at: InstantText
    lines: list[LineDecisionPart]


class HoldPart(TypedDict):
    """Until when approved money waits, and why."""

    placed_at: InstantText
    release_at: InstantText
    reason: str


class PayoutPart(TypedDict):
    """What the client reported of the payout."""

    reference: str
    result: str
    at: InstantText
    failure_reason: NotRequired[str]


class RefundDocument(TypedDict):
    """The refund of the REST contract. Who reviewed is never in it."""

    id: str
    reference: str
    version: int
    status: Annotated[str, OneOf(Status)]
    status_at: InstantText
    amount: int
    approved_amount: int | None
    currency: str
    order_id: str
    account_id: str
    shop_id: str
    risk: RiskPart | None
    review: ReviewPart | None
    information_request: InformationRequestPart | None
    decision: DecisionPart | None
    hold: HoldPart | None
    payout: PayoutPart | None
    created_at: InstantText


def refund_document(refund: Refund) -> RefundDocument:
    """Build the document from one row whose order, account and shop are loaded."""
    return {
        "id": refund.id,
        "reference": refund.reference,
        "version": refund.version,
        "status": refund.status,
        "status_at": written_instant(refund.status_at),
        "amount": refund.amount,
        "approved_amount": refund.approved_amount,
        "currency": refund.currency,
        "order_id": refund.order.external_id,
        "account_id": refund.account.external_id,
        "shop_id": refund.shop.external_id,
        "risk": refund.risk,
        "review": refund.review,
        "information_request": refund.information_request,
        "decision": refund.decision,
        "hold": refund.hold,
        "payout": refund.payout,
        "created_at": written_instant(refund.created_at),
    }
