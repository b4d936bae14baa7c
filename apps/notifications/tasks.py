"""Ticks of the notifications app."""

from celery import shared_task

from apps.notifications.services import mails_send_due
from apps.timers.clock import database_now


@shared_task(name="notifications.send_due_mails")
def send_due_mails() -> int:
    """Send what people want to be told by mail."""
    return mails_send_due(now=database_now())
