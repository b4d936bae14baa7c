"""What the policy made of a refund when it came in."""

import pgtrigger
from django.db import models
from django.utils.translation import pgettext_lazy

from apps.clients.models import ApiClient
from apps.marketplace.models import Account
from apps.refunds.models import Refund
from apps.risk.policy import Level, Outcome


class RiskLevel(models.TextChoices):
    """`policy.Level` in words."""

    LOW = Level.LOW.value, pgettext_lazy("risk level", "Low")
    MEDIUM = Level.MEDIUM.value, pgettext_lazy("risk level", "Medium")
    HIGH = Level.HIGH.value, pgettext_lazy("risk level", "High")
    CRITICAL = Level.CRITICAL.value, pgettext_lazy("risk level", "Critical")


class RiskOutcome(models.TextChoices):
    """`policy.Outcome` in words."""

    CLEAR = Outcome.CLEAR.value, pgettext_lazy("risk outcome", "Clear")
    HOLD = Outcome.HOLD.value, pgettext_lazy("risk outcome", "Hold")
    REVIEW = Outcome.REVIEW.value, pgettext_lazy("risk outcome", "Review")


class RiskAssessment(models.Model):
    """Score, factors and the facts they were computed from, frozen at intake."""

    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="assessment")
    policy_version = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8, choices=RiskLevel)
    outcome = models.CharField(max_length=8, choices=RiskOutcome)
    # How long approved money waits before it goes out: the hold of a cleared refund, or of one that a person approves.
    hold_minutes = models.PositiveIntegerField()
    # `factors.Factor` as JSON, the weightiest first, and `facts.RefundFacts` as JSON.
    factors = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__lte=100), name="assessment_score_to_100"),
            models.CheckConstraint(condition=models.Q(level__in=RiskLevel.values), name="assessment_level_known"),
            models.CheckConstraint(condition=models.Q(outcome__in=RiskOutcome.values), name="assessment_outcome_known"),
            models.CheckConstraint(
                name="assessment_hold_has_length",
                condition=~models.Q(outcome=RiskOutcome.HOLD) | models.Q(hold_minutes__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="assessment_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.score} {self.level}"


class BaseRates(models.Model):
    """One measurement of how common each factor is among a client's accounts; `commonness.Commonness` as a row."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    policy_version = models.PositiveIntegerField()
    # How many accounts were looked at.
    accounts = models.PositiveIntegerField()
    # "CODE rule" -> the values observed, ascending, one an account that showed the factor.
    observed = models.JSONField(default=dict)
    measured_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["client", "-id"], name="base_rates_newest")]
        triggers = [pgtrigger.Protect(name="base_rates_are_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.client_id} {self.measured_at:%Y-%m-%d}"


class ClaimBand(models.Model):
    """One band of what a refund's customer wrote (`texts`); claims that say nearly the same share one."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    band = models.BigIntegerField()
    requested_at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["client", "band", "-requested_at"], name="claim_band_newest")]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.band}"
