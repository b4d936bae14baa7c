"""Ticks of the hold timer."""

from celery import shared_task
from django.utils import timezone

from apps.payouts.services.hold import holds_release_due


@shared_task(name="payouts.release_due_holds")
def release_due_holds() -> int:
    """Release the holds whose time has come."""
    return holds_release_due(now=timezone.now())
