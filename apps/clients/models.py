"""API clients (the shop platforms' refund services) and the keys they come in with."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may be used for."""

    REFUNDS_WRITE = "refunds:write", _("Submit refunds")
    REFUNDS_READ = "refunds:read", _("Read refunds")
    HISTORY_WRITE = "history:write", _("Send history")
    EVENTS_READ = "events:read", _("Read events")
    WEBHOOKS_MANAGE = "webhooks:manage", _("Manage webhooks")


class ApiClient(models.Model):
    """One shop platform; everything it sends belongs to it alone."""

    name = models.CharField(max_length=120, unique=True)
    # The language of the sentences that are stored for this client: factor summaries, hold reasons.
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A key: `lookup` finds the row, `digest` proves the rest. The key itself is stored nowhere."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(max_length=120, blank=True, default="")
    lookup = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"rck_{self.lookup}…"
