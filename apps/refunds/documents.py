"""A refund as its client sees it: in answers, in events, in webhooks."""

from typing import Any, TypedDict

from apps.common.instants import written_instant
from apps.refunds.models import Refund


class RefundDocument(TypedDict):
    """The refund of the REST contract. Who reviewed is never in it."""

    id: str
    reference: str
    version: int
    status: str
    status_at: str
    amount: int
    approved_amount: int | None
    currency: str
    order_id: str
    account_id: str
    shop_id: str
    risk: dict[str, Any] | None
    review: dict[str, Any] | None
    information_request: dict[str, Any] | None
    decision: dict[str, Any] | None
    hold: dict[str, Any] | None
    payout: dict[str, Any] | None
    created_at: str


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
