"""Ticks of the monitors app."""

from celery import shared_task

from apps.monitors.services.follow import trade_forget_old
from apps.monitors.services.tick import trade_follow
from apps.timers.clock import database_now

# After a past was imported there are hundreds of hours to count: the next tick goes on.
RUN_SECONDS = 4.0


@shared_task(name="monitors.follow_trade")
def follow_trade() -> int:
    """Count what came in, and judge the series that it is of; returns how many were judged."""
    return trade_follow(now=database_now(), seconds=RUN_SECONDS)


@shared_task(name="monitors.forget_old_trade")
def forget_old_trade() -> int:
    """Delete the hours that nothing is compared with any more."""
    return trade_forget_old(now=database_now())
