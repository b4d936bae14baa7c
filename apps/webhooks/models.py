"""The outbox: events as they happened, and their deliveries to the clients' endpoints."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField


class Event(models.Model):
    """One change of one refund, written in the transaction of the change."""

    id = PrefixedIdField("evt")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    # The refund, by name: it lives above this app.
    subject_id = models.CharField(max_length=40, db_collation="C")
    type = models.CharField(max_length=40)
    # Counts up by one within the subject.
    sequence = models.PositiveIntegerField()
    timestamp = models.DateTimeField()
    # The `data` member of the event as it is sent.
    payload = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "sequence"], name="event_sequence_once")]
        indexes = [models.Index(fields=["client", "id"], name="event_by_client")]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_id}#{self.sequence}"


class EndpointStatus(models.TextChoices):
    """Whether deliveries go out."""

    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")


class WebhookEndpoint(models.Model):
    """An address of the client that wants to be told. A removed one keeps its row for its deliveries."""

    id = PrefixedIdField("whe")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    # Empty means all.
    event_types = ArrayField(
        models.CharField(max_length=40), default=list, blank=True
    )
    status = models.CharField(max_length=8, choices=EndpointStatus, default=EndpointStatus.ENABLED)
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    secret_encrypted = models.BinaryField()
    # While a secret is rotated both sign, until this one ends.
    previous_secret_encrypted = models.BinaryField(default=b"")
    previous_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["client"], name="endpoint_live", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.url


class DeliveryStatus(models.TextChoices):
    """How far a delivery has come."""

    PENDING = "pending", _("Pending")
    DONE = "done", _("Delivered")
    DEAD = "dead", _("Dead")


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. Due rows are the queue; Celery only looks."""

    id = PrefixedIdField("dlv")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    status = models.CharField(max_length=8, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    # A sender that took the row and died is forgotten when this passes.
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_pending_has_a_time",
                condition=Q(status="pending", next_attempt_at__isnull=False, finished_at__isnull=True)
                | (~Q(status="pending") & Q(next_attempt_at__isnull=True, finished_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], name="delivery_due", condition=Q(status="pending")),
            models.Index(fields=["endpoint", "-id"], name="delivery_by_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class WebhookAttempt(models.Model):
    """One try, and what came back, clipped."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")
    response_excerpt = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"
