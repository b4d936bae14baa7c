"""The work of people: queues, cases, claims, decisions, information requests, notes."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Category
from apps.refunds.models import Refund
from apps.risk.models import RiskLevel
from apps.staff.models import Person


class Queue(models.Model):
    """Where cases of a kind wait."""

    slug = models.SlugField(unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    # A case that no category routes elsewhere comes to the queue that names none.
    categories = ArrayField(models.CharField(max_length=16, choices=Category), default=list, blank=True)
    review_minutes = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.slug


class OpenedBecause(models.TextChoices):
    """Why a person has to look."""

    POLICY = "policy", _("Policy")
    RECALLED = "recalled", _("Recalled hold")
    APPEAL = "appeal", _("Appeal")


class CaseStatus(models.TextChoices):
    """Where the work stands; where the money is, is the refund's status."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for information")
    CLOSED = "closed", _("Closed")


class ReviewCase(models.Model):
    """One refund's stay with the reviewers. A recall or an appeal opens a new one."""

    id = PrefixedIdField("cas")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="cases")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(max_length=8, choices=CaseStatus, default=CaseStatus.OPEN)
    opened_because = models.CharField(max_length=8, choices=OpenedBecause, default=OpenedBecause.POLICY)
    # Copies of the refund's, so that the queue filters and sorts on one index.
    level = models.CharField(max_length=8, choices=RiskLevel)
    category = models.CharField(max_length=16, choices=Category)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # What was left of the time when the case began to wait; the clock goes on from it.
    remaining_seconds = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The token of the newest claim: a decision that carries an older one is stale.
    fence = models.PositiveIntegerField(default=0)
    # Copies of the live claim's. They stand here because a claim that waits for this row's lock re-reads
    # this row, and no other, before it goes on: two people never get the same case.
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="held_cases")
    leased_until = models.DateTimeField(null=True)
    # An appeal goes to somebody who had no part in the first decision.
    not_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund"], name="case_one_open", condition=~Q(status="closed")),
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="case_status_known"),
            models.CheckConstraint(
                name="case_closed_has_a_time",
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_holder_has_a_lease",
                condition=Q(holder__isnull=True, leased_until__isnull=True)
                | Q(holder__isnull=False, leased_until__isnull=False, status="open"),
            ),
        ]
        indexes = [
            models.Index(fields=["leased_until"], name="case_lease", condition=Q(holder__isnull=False)),
            models.Index(fields=["due_at", "id"], name="case_by_deadline", condition=Q(status="open")),
            models.Index(fields=["queue", "due_at", "id"], name="case_by_queue", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClaimEnd(models.TextChoices):
    """How a claim came to its end."""

    DECIDED = "decided", _("Decided")
    GIVEN_BACK = "given_back", _("Given back")
    EXPIRED = "expired", _("Lease expired")
    TAKEN_OVER = "taken_over", _("Taken over")
    CASE_CLOSED = "case_closed", _("Case closed")


class Claim(models.Model):
    """One person's hold on a case: a lease the open page renews, and a fencing token."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    token = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=ClaimEnd, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="claim_one_live", condition=Q(ended_at__isnull=True)),
            models.UniqueConstraint(fields=["case", "token"], name="claim_token_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="claim_end_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="claim_by_person", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.token}"


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


class Decision(models.Model):
    """What a person decided, and why. Rows are never changed."""

    case = models.OneToOneField(ReviewCase, on_delete=models.PROTECT, related_name="decision")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=DecisionOutcome)
    reason_code = models.CharField(max_length=24, choices=DecisionReason)
    # What the customer reads; empty only for approvals.
    customer_message = models.TextField(blank=True, default="")
    internal_note = models.TextField(blank=True, default="")
    approved_amount = models.BigIntegerField(null=True)
    # [{"id": line id of the client, "approved_amount": minor units}]
    lines = models.JSONField(default=list)
    hold_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=DecisionOutcome.values), name="decision_outcome_known"),
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


class InformationItem(models.TextChoices):
    """What a customer can be asked for."""

    PHONE = "phone", _("Phone verification")
    ID_DOCUMENT = "id_document", _("Identity document")
    BANK_CARD = "bank_card", _("Bank card")
    PURCHASE_PROOF = "purchase_proof", _("Proof of purchase")
    USAGE_PROOF = "usage_proof", _("Proof that the goods are unused")
    EXPLANATION = "explanation", _("An explanation")


class InformationRequest(models.Model):
    """What a customer was asked for, by when, and what came."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="information_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    items = ArrayField(models.CharField(max_length=16, choices=InformationItem))
    message = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # None while it waits; False when the time ran out.
    answered = models.BooleanField(null=True)
    answer_text = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="information_one_open", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, answered__isnull=True)
                | Q(ended_at__isnull=False, answered__isnull=False),
                name="information_end_is_told",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="information_due", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.items}"


class Note(models.Model):
    """What colleagues should know; never shown to a client or customer."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]
