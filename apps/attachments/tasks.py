"""Ticks of the storage's upkeep."""

from celery import shared_task
from django.utils import timezone

from apps.attachments.services.upkeep import files_forget_unused


@shared_task(name="attachments.forget_unused_files")
def forget_unused_files() -> int:
    """Delete files that no attachment refers to."""
    return files_forget_unused(now=timezone.now())
