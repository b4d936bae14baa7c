"""Timers: how late each kind of due work is, and what could not be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.console import wording
from apps.console.permissions import signed_in, supervisors_only
from apps.timers.models import Failure
from apps.timers.registry import Timer, lags, timers
from apps.timers.selectors import Punctuality, failing_counts, failures, punctuality
from apps.timers.services import failure_retry

FAILURES_SHOWN = 100
_SINCE = timedelta(hours=1)


@dataclass(frozen=True)
class TimerRow:
    """One kind of due work; `lag` is empty when nothing waits."""

    label: str | Promise
    lag: str
    is_late: bool
    bound: str
    fired: int
    median: str
    p99: str
    slowest: str
    failing: int
    aside: int


@dataclass(frozen=True)
class FailureRow:
    """One row that failed."""

    failure_id: int
    label: str | Promise
    row_id: str
    error: str
    tries: int
    first_at: datetime
    last_at: datetime
    next_try_at: datetime | None


@signed_in
@supervisors_only
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Show all timers, and what failed."""
    now = timezone.now()
    late, on_time, counts = lags(now), punctuality(since=now - _SINCE), failing_counts()
    labels = {timer.kind: timer.label for timer in timers()}
    rows = [
        _row(timer, late[timer.kind], on_time.get(timer.kind, Punctuality()), counts.get(timer.kind, (0, 0)))
        for timer in timers()
    ]
    context = {"rows": rows, "failures": [_failure(each, labels) for each in failures(limit=FAILURES_SHOWN)]}
    return render(request, "console/timers.html", context)


@signed_in
@supervisors_only
@require_POST
def retry(request: HttpRequest, failure_id: int) -> HttpResponse:
    """Have a row tried again at once."""
    if failure_retry(failure_id, now=timezone.now()):
        messages.success(request, _("It is tried again with the next tick."))
    else:
        messages.info(request, _("It went well meanwhile."))
    return redirect("console:timers")


def _row(timer: Timer, lag: timedelta, found: Punctuality, counts: tuple[int, int]) -> TimerRow:
    told = [found.median_ms, found.p99_ms, found.slowest_ms]
    median, p99, slowest = (_took(timedelta(milliseconds=each)) if found.fired else "" for each in told)
    return TimerRow(
        label=timer.label,
        lag=_took(lag) if lag else "",
        is_late=lag > timer.bound,
        bound=_took(timer.bound),
        fired=found.fired,
        median=median,
        p99=p99,
        slowest=slowest,
        failing=counts[0],
        aside=counts[1],
    )


def _failure(failure: Failure, labels: dict[str, str | Promise]) -> FailureRow:
    return FailureRow(
        failure_id=failure.pk,
        label=labels.get(failure.kind, failure.kind),
        row_id=failure.row_id,
        error=failure.error,
        tries=failure.tries,
        first_at=failure.first_at,
        last_at=failure.last_at,
        next_try_at=failure.next_try_at,
    )


def _took(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 60:
        return _("%(n)s s") % {"n": f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"}
    return wording.duration(span)
