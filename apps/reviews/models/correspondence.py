"""What was said about a case: with the customer, and among colleagues."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.refunds.models import Refund
from apps.reviews.models.cases import ReviewCase
from apps.reviews.models.decisions import Decision
from apps.staff.models import Person


class InformationItem(models.TextChoices):
    """What a customer can be asked for."""

    PHONE = "phone", _("Phone verification")
    ID_DOCUMENT = "id_document", _("Identity document")
    BANK_CARD = "bank_card", _("Bank card")
    PURCHASE_PROOF = "purchase_proof", _("Proof of purchase")
    USAGE_PROOF = "usage_proof", _("Proof that the goods are unused")
    EXPLANATION = "explanation", _("An explanation")


class Revocable(models.Model):
    """What its writer may take back before anybody else hears of it."""

    # Until then it may be undone.
    settles_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class InformationRequest(Revocable):
    """What a customer was asked for, by when, and what came. One that was undone has ended without being sent."""

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
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(sent_at__isnull=True, ended_at__isnull=False),
                name="information_undone_is_not_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="information_due", condition=Q(ended_at__isnull=True, sent_at__isnull=False)
            ),
            models.Index(
                fields=["settles_at"],
                name="information_settles",
                condition=Q(ended_at__isnull=True, sent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.items}"

    @property
    def is_on_its_way(self) -> bool:
        """Tell whether it may still be undone."""
        return self.sent_at is None and self.ended_at is None


class Escalation(Revocable):
    """What a reviewer asks the supervisors to decide, and why."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="escalations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="escalation_says_why"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(sent_at__isnull=True), name="escalation_undone_is_not_sent"
            ),
            models.UniqueConstraint(
                fields=["case"],
                name="escalation_one_on_its_way",
                condition=Q(sent_at__isnull=True, undone_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["settles_at"],
                name="escalation_settles",
                condition=Q(sent_at__isnull=True, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} escalated"


class Appeal(models.Model):
    """What a customer said against a denial; the case is the one it opened. Rows are never changed."""

    case = models.OneToOneField(ReviewCase, on_delete=models.PROTECT, related_name="appeal")
    # The denial; None when no person decided it.
    against = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="appeals")
    text = models.TextField()
    appealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="appeal_says_something")]
        triggers = [pgtrigger.Protect(name="appeal_stays_as_sent", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} appeal"


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
