"""Ticks of the hold timer."""

from celery import shared_task

from apps.payouts.services.hold import holds_release_due
from apps.timers.clock import database_now
from apps.timers.services import turn


@shared_task(name="payouts.release_due_holds")
def release_due_holds() -> int:
    """Release the holds whose time has come."""
    return turn(lambda: holds_release_due(now=database_now()))
