"""The person behind an account: contact values and verification factors, encrypted and matchable."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.identifiers import PrefixedIdField
from apps.staff.models import Person


class FactorKind(models.TextChoices):
    """The three factors of real-name verification."""

    PHONE = "phone", _("Phone")
    ID_DOCUMENT = "id_document", _("Identity document")
    BANK_CARD = "bank_card", _("Bank card")


class FactorStatus(models.TextChoices):
    """How far a factor is verified."""

    UNVERIFIED = "unverified", _("Unverified")
    PENDING = "pending", _("Pending")
    VERIFIED = "verified", _("Verified")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


class DocumentType(models.TextChoices):
    """Identity documents. Which one it is says nothing about how far a person can be trusted."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    HK_MACAU_PERMIT = "hk_macau_permit", _("Hong Kong and Macau permit")
    TAIWAN_PERMIT = "taiwan_permit", _("Taiwan permit")
    FOREIGN_RESIDENT_ID = "foreign_resident_id", _("Foreign permanent resident card")
    OTHER = "other", _("Other document")


class Subject(models.Model):
    """One person as one client knows them. Accounts point here, so that erasure has one place."""

    display_name = models.CharField(max_length=200, blank=True, default="")
    phone_encrypted = models.BinaryField(blank=True, default=b"")
    phone_hash = models.BinaryField(blank=True, default=b"")
    phone_last4 = models.CharField(max_length=4, blank=True, default="")
    email_encrypted = models.BinaryField(blank=True, default=b"")
    email_hash = models.BinaryField(blank=True, default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash"], name="subject_phone", condition=~models.Q(phone_hash=b"")),
            models.Index(fields=["email_hash"], name="subject_email", condition=~models.Q(email_hash=b"")),
        ]

    def __str__(self) -> str:
        return f"subject {self.pk}"


class VerificationFactor(models.Model):
    """The state of one factor of one subject, as the client last told it."""

    # Whatever is unique by subject and kind is found by subject.
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="factors", db_index=False)
    kind = models.CharField(max_length=12, choices=FactorKind)
    status = models.CharField(max_length=10, choices=FactorStatus)
    verified_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=128, blank=True, default="")
    name_match = models.BooleanField(null=True)
    document_type = models.CharField(max_length=20, choices=DocumentType, blank=True, default="")
    number_encrypted = models.BinaryField(blank=True, default=b"")
    # HMAC of the number, or of the client's own fingerprint when it keeps the number to itself.
    match_hash = models.BinaryField(blank=True, default=b"")
    last4 = models.CharField(max_length=4, blank=True, default="")
    # What the number looks like, and what was noticed of it, set off by commas; empty when it never came in clear.
    format = models.CharField(max_length=10, blank=True, default="", db_default="")
    format_reasons = models.CharField(max_length=60, blank=True, default="", db_default="")
    updated_at = models.DateTimeField()
    # Set by the database when the factor fails: held refunds of who it belongs to are to be looked at again.
    recall_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "kind"], name="factor_one_of_each_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=FactorKind.values), name="factor_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=FactorStatus.values), name="factor_status_known"),
        ]
        indexes = [
            models.Index(fields=["match_hash"], name="factor_match", condition=~models.Q(match_hash=b"")),
            models.Index(
                fields=["recall_due_at"], name="factor_recall_due", condition=models.Q(recall_due_at__isnull=False)
            ),
        ]
        # Factors are written many at once by one statement, which knows nothing of what was there.
        triggers = [
            pgtrigger.Trigger(
                name="factor_fails",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__status="failed") & ~pgtrigger.Q(old__status="failed"),
                func="NEW.recall_due_at = NEW.updated_at; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="factor_comes_failed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__status="failed"),
                func="NEW.recall_due_at = NEW.updated_at; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class CheckState(models.TextChoices):
    """How far a check by the operator's service has come."""

    ASKING = "asking", _("Under way")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("No answer")


class VerificationCheck(models.Model):
    """One question to the service that the operator named: is this factor this person's?

    The row is the queue: `due_at` says when it is asked (again). Its id is the
    id of the request, so that the service knows a repetition.
    """

    id = PrefixedIdField("vch")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="checks", db_index=False)
    kind = models.CharField(max_length=12, choices=FactorKind)
    # Which account of which client, and the case from which it was asked: rows of the apps above, named.
    client_id = models.BigIntegerField()
    account_id = models.CharField(max_length=128)
    case_id = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CheckState, default=CheckState.ASKING)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Of the number that is asked about: an answer about one that was replaced meanwhile says nothing of the new one.
    number_hash = models.BinaryField()
    # What the service calls the check.
    reference = models.CharField(max_length=64, blank=True, default="")
    # What went wrong last, as a word: never what was answered, which may hold a number.
    error = models.CharField(max_length=40, blank=True, default="")
    answer = models.CharField(max_length=10, choices=FactorStatus, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind"], name="check_one_at_a_time", condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="check_is_due_until_it_ends",
                condition=models.Q(state="asking", due_at__isnull=False, ended_at__isnull=True)
                | (~models.Q(state="asking") & models.Q(due_at__isnull=True, ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="check_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["subject", "kind", "-id"], name="check_by_factor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"
