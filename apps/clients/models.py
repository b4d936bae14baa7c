"""API clients (the shop platforms' refund services) and the keys they come in with."""

from datetime import datetime

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
    # Networks in CIDR notation from which the key is accepted; none means from everywhere.
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    # The name of whoever made it, as it was then; who exactly, the audit log knows.
    created_by = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # When people are told next that it ends (see `clients.expiry`).
    notice_due_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["notice_due_at"], name="key_notice_due", condition=models.Q(notice_due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.beginning}…"

    @property
    def beginning(self) -> str:
        """What may be shown of a key, enough to tell it from others."""
        return f"rck_{self.lookup}"

    def is_valid(self, now: datetime) -> bool:
        """Neither revoked nor expired; whether its client is switched on is another question."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class KeyQuota(models.Model):
    """How far a key has drawn on its rate limit: when its bucket will be full again if it rests.

    An unlogged table, half of each page free: a request changes one row in
    place, and waits for no disk. A crash empties it, and every bucket is full.
    """

    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="quota")
    full_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.full_at:%H:%M:%S.%f}"
