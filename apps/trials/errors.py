"""Why a backtest does not start, or cannot be stopped."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound


class BacktestUnknown(NotFound):
    """There is no such backtest."""

    code = "backtest_unknown"
    title = _("Unknown backtest")
    message = _("There is no such backtest.")


class PeriodEmpty(Invalid):
    """No refund was requested in the period."""

    code = "backtest_period_empty"
    title = _("Nothing to weigh")
    message = _("No refund was requested in this period.")


class BacktestEnded(Conflict):
    """It is finished or cancelled already."""

    code = "backtest_ended"
    title = _("Not running any more")
    message = _("This backtest has ended already.")


class ShadowRuns(Conflict):
    """The version runs in shadow already."""

    code = "shadow_runs"
    title = _("Runs in shadow already")
    message = _("This version runs in shadow already.")


class NoDraft(Conflict):
    """Only what is not decided on yet can run in shadow."""

    code = "no_draft"
    title = _("Decided on already")
    message = _("Only a draft or a proposal runs in shadow; this version is decided on.")
