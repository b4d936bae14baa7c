"""What shapes are called in the OpenAPI document, where the code's own name would say too much or too little."""

from enum import Enum
from typing import Any

from apps.api.problems import ErrorDocument
from apps.api.views.history import HistoryDocument, RejectionDocument
from apps.api.views.marketplace import TransferTaken
from apps.marketplace import documents as marketplace
from apps.marketplace.models import DeliveryStatus as GoodsDeliveryStatus
from apps.refunds.documents import FactorPart
from apps.refunds.lifecycle import Status
from apps.refunds.models import RefundStatus
from apps.risk.policy import Level, Outcome
from apps.webhooks import documents as webhooks
from apps.webhooks.models import DeliveryStatus as WebhookDeliveryStatus

_DOCUMENT_NAMES: dict[Any, str] = {
    ErrorDocument: "ProblemError",
    FactorPart: "RiskFactor",
    HistoryDocument: "HistoryReport",
    RejectionDocument: "RejectedLine",
    TransferTaken: "Transfer",
    marketplace.ContextDocument: "OrderContext",
    marketplace.DeliveryDocument: "GoodsDelivery",
    marketplace.FactorDocument: "VerificationFactor",
    marketplace.LineDocument: "OrderLine",
    webhooks.AttemptDocument: "DeliveryAttempt",
    webhooks.DeliveryDocument: "WebhookDelivery",
    webhooks.EndpointDocument: "WebhookEndpoint",
}

ENUM_NAMES: dict[type[Enum], str] = {
    GoodsDeliveryStatus: "GoodsDeliveryStatus",
    Level: "RiskLevel",
    Outcome: "RiskOutcome",
    RefundStatus: "RefundStatus",
    Status: "RefundStatus",
    WebhookDeliveryStatus: "WebhookDeliveryStatus",
}


def document_name(kind: Any) -> str:
    """Name what goes out."""
    plain: str = kind.__name__.removesuffix("Document").removesuffix("Part")
    return _DOCUMENT_NAMES.get(kind, plain)


def record_name(name: str) -> str:
    """Name what comes in: an order that is sent is not quite the order that is answered."""
    return f"{name.removesuffix('Record')}Input" if name.endswith("Record") else name
