"""Housekeeping of the REST face."""

from celery import shared_task
from django.utils import timezone

from apps.api.idempotency import answers_forget_old


@shared_task(name="api.forget_old_idempotency_keys")
def forget_old_idempotency_keys() -> None:
    """Forget answers that are older than any retry."""
    answers_forget_old(now=timezone.now())
