"""What comes due of webhooks."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.timers.registry import Timer, tick_register, timers_register
from apps.webhooks.models import DeliveryStatus, WebhookDelivery
from apps.webhooks.selectors import delivery_lag


def _delivery(now: datetime, _failing: Collection[str]) -> datetime | None:
    lag = delivery_lag(now=now)
    return now - lag if lag else None


def _waiting() -> QuerySet[WebhookDelivery]:
    # Whether its endpoint takes anything now, the task finds out.
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=Now())
    return WebhookDelivery.objects.filter(free, status=DeliveryStatus.PENDING, next_attempt_at__lte=Now())


timers_register(Timer("delivery", _("Webhooks to be delivered"), _delivery))
tick_register("webhooks.send_due_deliveries", _waiting)
