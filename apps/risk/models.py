"""What the policy made of a refund when it came in."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Account, Shop
from apps.refunds.models import Refund
from apps.risk.policy import Level, Outcome
from apps.staff.models import Person


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
    # The slug of the queue that the policy names; empty when the queues' own categories decide.
    queue = models.CharField(max_length=50, blank=True, default="")
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

    # Ten rows a refund, inserted beside it; none of the three is ever deleted, so that no key needs to be checked.
    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    band = models.BigIntegerField()
    requested_at = models.DateTimeField()
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        indexes = [models.Index(fields=["client", "band", "-requested_at"], name="claim_band_newest")]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.band}"


class ShopFigures(models.Model):
    """How a shop sells, by its orders of the last days up to `computed_at`; kept by a tick, read at intake."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, primary_key=True, related_name="+")
    computed_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    orders = models.PositiveIntegerField()
    buyers = models.PositiveIntegerField()
    # The accounts that ordered most, and how many of the orders are theirs.
    top_accounts = ArrayField(models.BigIntegerField())
    top_orders = models.PositiveIntegerField()
    # Orders of the last seven days, and of a usual week before; None until there are enough weeks.
    week_orders = models.PositiveIntegerField()
    usual_week = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["computed_at"], name="shop_figures_oldest")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.computed_at:%Y-%m-%d %H:%M}"


class PolicyStatus(models.TextChoices):
    """How far a version of the policy has come."""

    DRAFT = "draft", pgettext_lazy("policy", "Draft")
    PROPOSED = "proposed", pgettext_lazy("policy", "Proposed")
    PUBLISHED = "published", pgettext_lazy("policy", "Published")
    REJECTED = "rejected", pgettext_lazy("policy", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("policy", "Withdrawn")


class PolicyVersion(models.Model):
    """One version of the policy. In force is the published one with the highest number.

    A draft is its author's to change; once proposed it stays as it is until
    another person publishes or rejects it, and then for good.
    """

    id = PrefixedIdField("pol")
    # Given when it is published, counted up without gaps; what refunds were weighed with is named by it.
    number = models.PositiveIntegerField(unique=True, null=True)
    status = models.CharField(max_length=9, choices=PolicyStatus, default=PolicyStatus.DRAFT)
    # `policy.Policy` as JSON; `policy.policy_from` reads it.
    document = models.JSONField()
    # Counted up by every change, so that of two who change it at once the second learns of the first.
    revision = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True, default="")
    # None of the version that the product comes with.
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    # Who published or rejected it; nobody when the author withdrew it.
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=PolicyStatus.values), name="policy_status_known"),
            models.CheckConstraint(
                name="policy_numbered_when_published",
                condition=models.Q(status=PolicyStatus.PUBLISHED, number__isnull=False)
                | (~models.Q(status=PolicyStatus.PUBLISHED) & models.Q(number__isnull=True)),
            ),
            models.CheckConstraint(
                name="policy_decided_by_a_second_person",
                condition=models.Q(decided_by__isnull=True)
                | (models.Q(author__isnull=False) & ~models.Q(decided_by=models.F("author"))),
            ),
            models.CheckConstraint(
                name="policy_published_by_somebody",
                condition=~models.Q(status__in=[PolicyStatus.PUBLISHED, PolicyStatus.REJECTED])
                | models.Q(decided_by__isnull=False)
                | models.Q(author__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-number"], name="policy_in_force", condition=models.Q(status="published")),
            models.Index(fields=["-created_at", "-id"], name="policy_newest"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="policy_stays_as_decided",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.status IN ('published', 'rejected', 'withdrawn')"),
                func="RAISE EXCEPTION 'a policy that was decided on stays as it is' USING ERRCODE = 'check_violation';",
            ),
            pgtrigger.Trigger(
                name="policy_stays_as_proposed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.status = 'proposed' AND OLD.document IS DISTINCT FROM NEW.document"),
                func="RAISE EXCEPTION 'a policy that is proposed stays as it is' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.status}"
