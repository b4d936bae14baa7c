"""What stands in the database, to tell that a refusal moved nothing."""

from apps.audit.models import AuditEvent
from apps.identity.models import Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument, Line, Order, Payment, Shop, Transfer
from apps.payouts.models import Hold
from apps.refunds.models import Refund, RefundLine
from apps.reviews.models import InformationRequest, ReviewCase
from apps.risk.models import RiskAssessment
from apps.webhooks.models import Event, WebhookDelivery, WebhookEndpoint

_COUNTED = (
    Account,
    AuditEvent,
    Event,
    Hold,
    InformationRequest,
    Instrument,
    Line,
    Order,
    Payment,
    Refund,
    RefundLine,
    ReviewCase,
    RiskAssessment,
    Shop,
    Subject,
    Transfer,
    VerificationFactor,
    WebhookDelivery,
    WebhookEndpoint,
)


def standing() -> dict[str, object]:
    """Return how many rows each table has, and every refund's status and version."""
    counts: dict[str, object] = {model.__name__: model._default_manager.count() for model in _COUNTED}
    refunds = Refund.objects.order_by("pk").values_list("pk", "status", "version", "approved_amount")
    return counts | {"refunds": list(refunds)}
