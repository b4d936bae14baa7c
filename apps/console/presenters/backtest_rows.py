"""Backtests as the pages show them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.console.presenters.marks import State
from apps.console.presenters.policy_rows import version_name
from apps.trials.models import Backtest, BacktestStatus
from apps.trials.tally import Tally

_MARKS = {
    BacktestStatus.RUNNING: ("none", "clock"),
    BacktestStatus.FINISHED: ("good", "circle-check"),
    BacktestStatus.CANCELLED: ("none", "circle-x"),
}


@dataclass(frozen=True)
class BacktestRow:
    """One backtest: what is tried on which refunds, and how far it has come."""

    backtest_id: str
    is_shadow: bool
    version: str
    reason: str
    client: str
    since: datetime
    until: datetime
    state: State
    is_running: bool
    percent: int
    done: str
    total: str
    changed: str
    failed: int
    started_by: str
    created_at: datetime


def backtest_row(backtest: Backtest, tally: Tally) -> BacktestRow:
    """Lay a backtest out."""
    tone, icon = _MARKS[BacktestStatus(backtest.status)]
    return BacktestRow(
        backtest_id=backtest.pk,
        is_shadow=backtest.is_shadow,
        version=version_name(backtest.version),
        reason=backtest.version.reason,
        client=backtest.client.name if backtest.client is not None else _("All clients"),
        since=backtest.since,
        until=backtest.until,
        state=State(backtest.get_status_display(), tone, icon),
        is_running=backtest.status == BacktestStatus.RUNNING,
        # Refunds that came in since the start are weighed too.
        percent=min(100, 100 * backtest.done // backtest.total) if backtest.total else 0,
        done=f"{backtest.done:,}",
        total=f"{max(backtest.total, backtest.done):,}",
        changed=f"{tally.changed:,}",
        failed=tally.failed,
        started_by=str(backtest.started_by) if backtest.started_by is not None else _("command line"),
        created_at=backtest.created_at,
    )
