"""Ticks of the trials app."""

from time import monotonic

from celery import shared_task

from apps.timers.clock import database_now
from apps.trials.selectors import backtests_running
from apps.trials.services.backtest import backtest_advance

# A tick gives its worker back after this long, so that timers never wait for a long backtest.
SECONDS = 4.0


@shared_task(name="trials.advance_backtests")
def advance_backtests() -> int:
    """Weigh chunk after chunk of what runs, the oldest first; returns how many chunks."""
    stop, chunks = monotonic() + SECONDS, 0
    for backtest_id in backtests_running():
        while monotonic() < stop and backtest_advance(backtest_id, now=database_now()):
            chunks += 1
    return chunks
