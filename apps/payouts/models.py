"""Delayed payouts: money that is approved and waits."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.refunds.models import Refund
from apps.staff.models import Person


class HoldStatus(models.TextChoices):
    """Whether the timer runs, and how it ended."""

    OPEN = "open", _("Open")
    RELEASED = "released", _("Released")
    RELEASED_EARLY = "released_early", _("Released early")
    RECALLED = "recalled", _("Recalled")
    CANCELLED = "cancelled", _("Cancelled")


class HoldCause(models.TextChoices):
    """Why money waits: the sentence that client and reviewers read, each in their own language."""

    POLICY = "policy", _("Cooling-off time for this kind of goods and risk level")
    DECISION = "decision", _("Approved after review; the payout is delayed")
    EXTENSION = "extension", _("Extended by a reviewer")
    UNREVIEWED = "unreviewed", _("Approved because the time for a review ended; the payout is delayed")


class Hold(models.Model):
    """One wait of one refund's money, and who set and ended it."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    release_at = models.DateTimeField()
    # No extension goes beyond: the customer is owed an answer, counted from the request.
    latest_release_at = models.DateTimeField()
    cause = models.CharField(max_length=12, choices=HoldCause)
    # What the client is told, in its language; for an extension, what the person wrote.
    reason = models.TextField()
    # None when the policy placed it.
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=16, choices=HoldStatus, default=HoldStatus.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund"], name="hold_one_open", condition=Q(status="open")),
            models.CheckConstraint(condition=Q(status__in=HoldStatus.values), name="hold_status_known"),
            models.CheckConstraint(condition=Q(cause__in=HoldCause.values), name="hold_cause_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount_positive"),
            models.CheckConstraint(
                condition=Q(release_at__gte=F("placed_at"), release_at__lte=F("latest_release_at")),
                name="hold_release_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="hold_ended_has_a_time",
            ),
            # Who placed a hold may not be the one who cuts it short.
            models.CheckConstraint(
                condition=~Q(status="released_early")
                | Q(ended_by__isnull=False, placed_by__isnull=True)
                | (Q(ended_by__isnull=False) & ~Q(ended_by=F("placed_by"))),
                name="hold_early_release_by_another",
            ),
        ]
        indexes = [models.Index(fields=["release_at", "id"], name="hold_due", condition=Q(status="open"))]

    def __str__(self) -> str:
        return f"{self.refund_id} until {self.release_at:%Y-%m-%d %H:%M}"

    @property
    def told_reason(self) -> str:
        """The reason in the active language, but for what a person wrote."""
        return self.reason if self.cause == HoldCause.EXTENSION else str(HoldCause(self.cause).label)
