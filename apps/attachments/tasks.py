"""Ticks of the storage's upkeep."""

from celery import shared_task

from apps.attachments.services.upkeep import files_forget_unused
from apps.timers.clock import database_now


@shared_task(name="attachments.forget_unused_files")
def forget_unused_files() -> int:
    """Delete files that no attachment refers to."""
    return files_forget_unused(now=database_now())
