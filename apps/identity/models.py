"""The person behind an account: contact values and verification factors, encrypted and matchable."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "kind"], name="factor_one_of_each_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=FactorKind.values), name="factor_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=FactorStatus.values), name="factor_status_known"),
        ]
        indexes = [
            models.Index(fields=["match_hash"], name="factor_match", condition=~models.Q(match_hash=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
