"""What "nothing moved" means: a count of every table that a journey writes, and the refunds as they are."""

from typing import Any

from apps.attachments.models import Attachment
from apps.audit.models import AuditEvent
from apps.payouts.models import Hold
from apps.refunds.models import Refund, RefundLine
from apps.reviews.models import Appeal, Claim, Decision, InformationRequest, Note, ReviewCase
from apps.webhooks.models import Event, WebhookDelivery

_WRITTEN = [
    Appeal,
    Attachment,
    AuditEvent,
    Claim,
    Decision,
    Event,
    Hold,
    InformationRequest,
    Note,
    RefundLine,
    WebhookDelivery,
]


def everything_that_moves() -> dict[str, Any]:
    """Return a picture to compare before and after a refusal."""
    picture: dict[str, Any] = {model.__name__: model._default_manager.count() for model in _WRITTEN}
    picture["refunds"] = list(Refund.objects.order_by("pk").values())
    picture["holds"] = list(Hold.objects.order_by("pk").values())
    picture["cases"] = list(ReviewCase.objects.order_by("pk").values())
    picture["claims"] = list(Claim.objects.order_by("pk").values())
    return picture
