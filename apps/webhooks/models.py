"""The outbox: events as they happened, and their deliveries to the clients' endpoints."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField

# Top 16 bits of the advisory locks that publishing transactions hold; a position is the rest.
PUBLISHING_LOCKS = 0x5242


class Event(models.Model):
    """One change of one refund, written in the transaction of the change."""

    id = PrefixedIdField("evt")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Counts up as rows are inserted. Within a subject it therefore agrees with `sequence`;
    # over all it is the order of `GET /events`.
    position = models.BigIntegerField(
        db_default=models.Func(models.Value("webhooks_event_position"), function="nextval"), editable=False
    )
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
        indexes = [models.Index(fields=["client", "position"], name="event_by_client")]
        triggers = [
            # Positions are drawn before the commit, so a higher one can become visible first, and a
            # reader who goes on from there would never see the lower. Each publishing transaction
            # therefore says, in a shared lock that ends with it, above which position its own will
            # be; readers stay below (see selectors.settled_position). Nobody ever waits for this lock.
            pgtrigger.Trigger(
                name="event_says_where_it_begins",
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func=f"""
                IF coalesce(current_setting('webhooks.publishing', true), '') = '' THEN
                    PERFORM pg_advisory_xact_lock_shared(
                        ({PUBLISHING_LOCKS}::bigint << 48) | (last_value - CASE WHEN is_called THEN 0 ELSE 1 END)
                    ) FROM webhooks_event_position;
                    PERFORM set_config('webhooks.publishing', 'yes', true);
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_id}#{self.sequence}"


class EndpointStatus(models.TextChoices):
    """Whether deliveries go out."""

    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")


class DisabledReason(models.TextChoices):
    """Why they do not."""

    GONE = "gone", _("The receiver answered 410 Gone")
    FAILING = "failing", _("The receiver took nothing for five days")
    REQUESTED = "requested", _("Switched off by the client")
    SUPERVISOR = "supervisor", _("Switched off in the console")


class WebhookEndpoint(models.Model):
    """An address of the client that wants to be told. A removed one keeps its row for its deliveries."""

    id = PrefixedIdField("whe")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    # Empty means all.
    event_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    status = models.CharField(max_length=8, choices=EndpointStatus, default=EndpointStatus.ENABLED)
    disabled_reason = models.CharField(max_length=16, choices=DisabledReason, blank=True, default="")
    secret_encrypted = models.BinaryField()
    # While a secret is rotated both sign, until this one ends.
    previous_secret_encrypted = models.BinaryField(default=b"")
    previous_secret_until = models.DateTimeField(null=True)
    # Its receiver asked for patience (429, 502, 504, Retry-After): nothing goes out to it before.
    paused_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="endpoint_disabled_has_a_reason",
                condition=Q(status=EndpointStatus.ENABLED, disabled_reason="")
                | (Q(status=EndpointStatus.DISABLED) & ~Q(disabled_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "id"], name="endpoint_live", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.url


class DeliveryStatus(models.TextChoices):
    """How far a delivery has come."""

    PENDING = "pending", _("Pending")
    DONE = "done", _("Delivered")
    DEAD = "dead", _("Dead")


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. Due rows are the queue; Celery only looks.

    The deliveries of one subject to one endpoint are a lane: they go out in the
    order of `sequence`, the next when the one before is no longer pending.
    """

    id = PrefixedIdField("dlv")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    # The event's, repeated so that the lane has an index.
    subject_id = models.CharField(max_length=40, db_collation="C")
    sequence = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    # Counts every claim and is never set back, so it also fences: a result is accepted for the last one only.
    attempts = models.PositiveIntegerField(default=0)
    # How far up the ladder of retries; a redelivery starts at its foot.
    failures = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    # A sender that took the row and died is forgotten when this passes.
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_pending_has_a_time",
                condition=Q(status="pending", next_attempt_at__isnull=False, finished_at__isnull=True)
                | (~Q(status="pending") & Q(next_attempt_at__isnull=True, finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivery_leased_is_pending", condition=Q(status="pending") | Q(leased_until__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"], name="delivery_due", condition=Q(status="pending")
            ),
            models.Index(
                fields=["endpoint", "subject_id", "sequence"], name="delivery_lane", condition=Q(status="pending")
            ),
            models.Index(F("endpoint"), F("id").desc(), name="delivery_by_endpoint"),
            models.Index(F("endpoint"), F("id").desc(), name="delivery_dead", condition=Q(status="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class AttemptError(models.TextChoices):
    """Why no answer came back."""

    NAME_UNRESOLVED = "name_unresolved", _("The host name was not found")
    ADDRESS_REFUSED = "address_refused", _("The host's address is not open to webhooks")
    NOT_CONNECTED = "not_connected", _("No connection")
    TLS_FAILED = "tls_failed", _("The TLS connection failed")
    TIMED_OUT = "timed_out", _("No complete answer in time")
    BROKEN = "broken", _("The connection broke, or the answer was not HTTP")
    NOT_SIGNED = "not_signed", _("The secret of the endpoint could not be read")


class WebhookAttempt(models.Model):
    """One try, and what came back, clipped."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=16, choices=AttemptError, blank=True, default="")
    response_excerpt = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once"),
            models.CheckConstraint(
                name="attempt_answered_or_failed",
                condition=Q(status_code__isnull=False, error="") | (Q(status_code__isnull=True) & ~Q(error="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"


class EndpointHour(models.Model):
    """How one endpoint fared in one hour: counted while attempts are written, because they are too many to count later.

    `failed_…` is the last failure of the hour.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="hours", db_index=False)
    hour = models.DateTimeField()
    done = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    # Of all attempts together, and of the longest.
    duration_ms = models.PositiveBigIntegerField()
    slowest_ms = models.PositiveIntegerField()
    failed_at = models.DateTimeField(null=True)
    failed_status_code = models.PositiveSmallIntegerField(null=True)
    failed_error = models.CharField(max_length=16, choices=AttemptError, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "hour"], name="endpoint_hour_once")]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.hour:%Y-%m-%d %H}"
