"""Housekeeping of the REST face."""

from celery import shared_task

from apps.api.idempotency import answers_forget_old
from apps.timers.clock import database_now


@shared_task(name="api.forget_old_idempotency_keys")
def forget_old_idempotency_keys() -> None:
    """Forget answers that are older than any retry."""
    answers_forget_old(now=database_now())
