"""Ticks of the timers themselves."""

from celery import shared_task

from apps.timers.clock import database_now
from apps.timers.services import lateness_forget, pulse_keep


@shared_task(name="timers.pulse")
def pulse(queue: str) -> None:
    """Say that a worker takes from a queue."""
    pulse_keep(queue, now=database_now())


@shared_task(name="timers.forget_old_lateness")
def forget_old_lateness() -> int:
    """Forget how late things were long ago."""
    return lateness_forget(now=database_now())
