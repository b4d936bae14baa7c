"""What somebody outside reports about an account."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.marketplace.models import Account
from apps.staff.models import Person


class ReportSource(models.TextChoices):
    """Who reported it."""

    ISSUER = "issuer", _("Card issuer or payment service")
    AUTHORITY = "authority", _("Police or regulator")
    OWNER = "owner", _("Owner of the card, phone or account that was used")
    SHOP = "shop", _("Shop or platform")
    OTHER = "other", _("Somebody else")


class AdverseReport(models.Model):
    """An adverse report about an account, as a person wrote it down. Rows are never changed but for the recall."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="adverse_reports")
    source = models.CharField(max_length=10, choices=ReportSource)
    text = models.TextField()
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    # Until the held refunds of the account were recalled.
    recall_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=ReportSource.values), name="report_source_known"),
            models.CheckConstraint(condition=~Q(text=""), name="report_says_something"),
        ]
        indexes = [
            models.Index(fields=["recall_due_at"], name="report_recall_due", condition=Q(recall_due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.source}"
