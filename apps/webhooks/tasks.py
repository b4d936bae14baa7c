"""Ticks of the sender and of the clean-up."""

from celery import shared_task

from apps.timers.clock import database_now
from apps.webhooks.services.deliver import deliveries_send_due
from apps.webhooks.services.nudge import SEND_TASK
from apps.webhooks.services.upkeep import deliveries_forget_old


@shared_task(name=SEND_TASK)
def send_due_deliveries() -> int:
    """Send what is due; returns the number of attempts."""
    return deliveries_send_due(now=database_now()).attempts


@shared_task(name="webhooks.forget_old_deliveries")
def forget_old_deliveries() -> int:
    """Forget old events; returns their number."""
    return deliveries_forget_old(now=database_now()).events
