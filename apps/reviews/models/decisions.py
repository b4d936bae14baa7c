"""What people decided, and why."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.reviews.models.cases import Claim, ReviewCase
from apps.staff.models import Person


class DecisionOutcome(models.TextChoices):
    """What was decided."""

    APPROVE = "approve", _("Approve")
    PARTIAL = "partial", _("Partly approve")
    DENY = "deny", _("Deny")


class DecisionReason(models.TextChoices):
    """Why, in a form that can be counted."""

    EXPLAINED = "explained", _("Signals explained, nothing adverse")
    GOOD_HISTORY = "good_history", _("Long good history")
    NOT_USED = "not_used", _("Goods verifiably unused")
    MINOR_PURCHASE = "minor_purchase", _("Purchase by a minor")
    MERCHANT_FAULT = "merchant_fault", _("The shop is at fault")
    PART_CONSUMED = "part_consumed", _("Partly consumed")
    CONSUMED = "consumed", _("Goods were consumed")
    SUSPECTED_CASH_OUT = "suspected_cash_out", _("Signs of cash-out")
    IDENTITY_UNVERIFIED = "identity_unverified", _("Identity not verified")
    TERMS_EXCLUDE = "terms_exclude", _("Excluded by the terms of sale")
    NO_INFORMATION = "no_information", _("Asked-for information did not come")


class Judgement(models.Model):
    """The content of a decision, whether or not it has taken effect."""

    outcome = models.CharField(max_length=8, choices=DecisionOutcome)
    reason_code = models.CharField(max_length=24, choices=DecisionReason)
    # What the customer reads; empty only for approvals.
    customer_message = models.TextField(blank=True, default="")
    internal_note = models.TextField(blank=True, default="")
    approved_amount = models.BigIntegerField(null=True)
    # [{"id": line id of the client, "approved_amount": minor units}]
    lines = models.JSONField(default=list)
    hold_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Decision(Judgement):
    """A decision that took effect. Rows are never changed."""

    case = models.OneToOneField(ReviewCase, on_delete=models.PROTECT, related_name="decision")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    # The second person, where the policy asked for one.
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="confirmed_decisions")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=DecisionOutcome.values), name="decision_outcome_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person")),
                name="decision_confirmed_by_another",
            ),
            models.CheckConstraint(
                name="decision_amount_agrees",
                condition=Q(outcome="deny", approved_amount__isnull=True)
                | (~Q(outcome="deny") & Q(approved_amount__gt=0)),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="deny") | ~Q(customer_message=""), name="decision_denial_is_explained"
            ),
        ]
        triggers = [pgtrigger.Protect(name="decision_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
