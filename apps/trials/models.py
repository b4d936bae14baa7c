"""Backtests and shadows: what a version of the policy would have made of past refunds, or makes of those to come."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.risk.models import PolicyVersion
from apps.staff.models import Person


class BacktestStatus(models.TextChoices):
    """How far a backtest has come."""

    RUNNING = "running", pgettext_lazy("backtest", "Running")
    FINISHED = "finished", pgettext_lazy("backtest", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("backtest", "Cancelled")


class Backtest(models.Model):
    """One run over the refunds requested from `since` to before `until`, in the order of their ids.

    A shadow runs over the refunds that are submitted from `since` on, as they
    come, until it is stopped, its version is decided on, or `until` has come.

    The row is the queue: `reached` and `tally` move in one transaction, under
    the row's lock, so that a run goes on where a killed process left it and no
    refund counts twice.
    """

    id = PrefixedIdField("btt")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="backtests")
    # The policy as it stood at the start: a draft may change meanwhile.
    revision = models.PositiveIntegerField()
    document = models.JSONField()
    # The number of the policy that past refunds without an assessment of their own are compared with.
    compared_with = models.PositiveIntegerField()
    is_shadow = models.BooleanField(default=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    status = models.CharField(max_length=9, choices=BacktestStatus, default=BacktestStatus.RUNNING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    # The id of the last refund that was weighed.
    reached = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    # `tally.Tally` as JSON.
    tally = models.JSONField(default=dict)
    # None when it was started from the command line.
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BacktestStatus.values), name="backtest_status_known"),
            models.CheckConstraint(condition=Q(since__lt=models.F("until")), name="backtest_period_has_length"),
            models.UniqueConstraint(
                fields=["version"], name="shadow_once_per_version", condition=Q(is_shadow=True, status="running")
            ),
            models.CheckConstraint(
                name="backtest_ended_at_a_moment",
                condition=Q(status=BacktestStatus.RUNNING, ended_at__isnull=True)
                | (~Q(status=BacktestStatus.RUNNING) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="backtest_running", condition=Q(status="running")),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"
