"""One round of the clock: note what came in, count its hours, judge its series."""

from datetime import datetime
from time import monotonic

from apps.monitors.services.follow import trade_count_due, trade_note
from apps.monitors.services.judge import series_judge_due


def trade_follow(*, now: datetime, seconds: float) -> int:
    """Follow what came in for about so long; returns how many series were judged. What is left is still due."""
    begun, judged = monotonic(), 0
    trade_note(now=now)
    while monotonic() - begun < seconds and trade_count_due(now=now):
        continue
    while monotonic() - begun < seconds and (done := series_judge_due(now=now)):
        judged += done
    return judged
