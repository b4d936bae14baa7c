"""Ticks of the monitors app."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from apps.monitors.services.follow import trade_count_due, trade_forget_old, trade_note
from apps.monitors.services.judge import series_judge_due

# After a past was imported there are hundreds of hours to count: the next tick goes on.
RUN_SECONDS = 4.0


@shared_task(name="monitors.follow_trade")
def follow_trade() -> int:
    """Count what came in, and judge the series that it is of; returns how many were judged."""
    now, begun = timezone.now(), monotonic()
    trade_note(now=now)
    while trade_count_due(now=now) and monotonic() - begun < RUN_SECONDS:
        continue
    judged = 0
    while (done := series_judge_due(now=now)) and monotonic() - begun < RUN_SECONDS:
        judged += done
    return judged


@shared_task(name="monitors.forget_old_trade")
def forget_old_trade() -> int:
    """Delete the hours that nothing is compared with any more."""
    return trade_forget_old(now=timezone.now())
