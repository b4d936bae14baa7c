"""What comes due of webhooks."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.timers.registry import Timer, timers_register
from apps.webhooks.selectors import delivery_lag


def _delivery(now: datetime, _failing: Collection[str]) -> datetime | None:
    lag = delivery_lag(now=now)
    return now - lag if lag else None


timers_register(Timer("delivery", _("Webhooks to be delivered"), _delivery))
