"""What waits of trials."""

from apps.timers.registry import tick_register
from apps.trials.models import Backtest, BacktestStatus

tick_register("trials.advance_backtests", lambda: Backtest.objects.filter(status=BacktestStatus.RUNNING))
