"""The refund: what is asked, where it stands, and what its client may see of it.

A foreign key has no index of its own where another index begins with it.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Account, Category, Instrument, Line, Order, Shop
from apps.refunds.lifecycle import PROMISED, Status, moves_sql


class RefundStatus(models.TextChoices):
    """`lifecycle.Status` in words."""

    PENDING_REVIEW = Status.PENDING_REVIEW.value, _("Pending review")
    INFORMATION_REQUESTED = Status.INFORMATION_REQUESTED.value, _("Information requested")
    HELD = Status.HELD.value, _("Held")
    RELEASED = Status.RELEASED.value, _("Released")
    PAID = Status.PAID.value, _("Paid")
    PAYOUT_FAILED = Status.PAYOUT_FAILED.value, _("Payout failed")
    DENIED = Status.DENIED.value, _("Denied")
    WITHDRAWN = Status.WITHDRAWN.value, _("Withdrawn")


class ReasonCode(models.TextChoices):
    """Why the customer asks."""

    ACCIDENTAL_PURCHASE = "accidental_purchase", _("Accidental purchase")
    NOT_DELIVERED = "not_delivered", _("Not delivered")
    NOT_AS_DESCRIBED = "not_as_described", _("Not as described")
    DEFECTIVE = "defective", _("Defective")
    DUPLICATE_CHARGE = "duplicate_charge", _("Duplicate charge")
    UNAUTHORIZED = "unauthorized", _("Unauthorised payment")
    MINOR_PURCHASE = "minor_purchase", _("Purchase by a minor")
    CHANGED_MIND = "changed_mind", _("Changed mind")
    OTHER = "other", _("Other")


class Channel(models.TextChoices):
    """Where the customer asked."""

    WEB = "web", _("Web")
    APP = "app", _("App")
    MINI_PROGRAM = "mini_program", _("Mini program")
    AGENT = "agent", _("Service agent")
    APP_STORE = "app_store", _("App Store")
    PLAY_STORE = "play_store", _("Google Play")
    OTHER = "other", _("Other")


class DefaultOutcome(models.TextChoices):
    """What the client's own channel does at `answer_by`."""

    APPROVE = "approve", _("Approve")
    DENY = "deny", _("Deny")


class Origin(models.TextChoices):
    """Submitted for review, or told as something that happened before."""

    LIVE = "live", _("Submitted")
    HISTORY = "history", _("History")


class Refund(models.Model):
    """The aggregate. `status` is set by `services.refund_move` alone.

    The JSON parts (risk … payout) are what the client sees of the work of the
    apps above; each is written by the app that owns it, through the door, in
    the transaction of its own rows.
    """

    id = PrefixedIdField("rfd")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LIVE)
    reference = models.CharField(max_length=128, db_collation="C")
    requested_at = models.DateTimeField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason_code = models.CharField(max_length=24, choices=ReasonCode)
    reason_text = models.TextField(blank=True, default="")
    channel = models.CharField(max_length=16, choices=Channel)
    answer_by = models.DateTimeField(null=True)
    default_outcome = models.CharField(max_length=8, choices=DefaultOutcome, blank=True, default="")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    destination = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="refunds")
    # The riskiest category among the lines asked for; policy and queues go by it.
    category = models.CharField(max_length=16, choices=Category)
    ip = models.GenericIPAddressField(null=True)
    device_id = models.CharField(max_length=128, blank=True, default="")
    user_agent = models.CharField(max_length=512, blank=True, default="")

    status = models.CharField(max_length=24, choices=RefundStatus)
    status_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    event_sequence = models.PositiveIntegerField(default=0)
    approved_amount = models.BigIntegerField(null=True)
    # A denied refund with this was denied again by a second person.
    is_appealed = models.BooleanField(default=False, db_default=False)

    risk = models.JSONField(null=True)
    review = models.JSONField(null=True)
    information_request = models.JSONField(null=True)
    decision = models.JSONField(null=True)
    hold = models.JSONField(null=True)
    payout = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "reference"], name="refund_reference_once_per_client"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(
                name="refund_approved_when_promised",
                condition=(
                    Q(status__in=[status.value for status in sorted(PROMISED)], approved_amount__isnull=False)
                    | (~Q(status__in=[status.value for status in sorted(PROMISED)]) & Q(approved_amount__isnull=True))
                ),
            ),
            models.CheckConstraint(
                name="refund_approved_within_asked",
                condition=Q(approved_amount__isnull=True) | Q(approved_amount__gt=0, approved_amount__lte=F("amount")),
            ),
        ]
        indexes = [
            # Clients list what they submitted; a past that was told later may be longer by far.
            models.Index(fields=["client", "origin", "-id"], name="refund_by_client_and_origin"),
            models.Index(fields=["client", "requested_at"], name="refund_by_time"),
            models.Index(fields=["order"], name="refund_by_order"),
            models.Index(fields=["account", "-requested_at"], name="refund_by_account"),
            models.Index(fields=["shop", "-requested_at"], name="refund_by_shop"),
            models.Index(fields=["client", "status", "-id"], name="refund_by_status"),
            models.Index(
                fields=["client", "device_id", "-requested_at"],
                name="refund_by_device",
                condition=~Q(device_id=""),
                include=["account"],
            ),
            models.Index(
                fields=["client", "ip", "-requested_at"],
                name="refund_by_address",
                condition=Q(ip__isnull=False),
                include=["account"],
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="refund_moves_by_the_table",
                operation=pgtrigger.UpdateOf("status"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
                func=f"""
                    IF (OLD.status, NEW.status) NOT IN ({moves_sql()}) THEN
                        RAISE EXCEPTION 'a refund may not go from % to %', OLD.status, NEW.status
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_moves_by_the_table';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="refund_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundLine(models.Model):
    """How much of one order line is asked for, and how much of it was approved."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="refund_lines")
    amount = models.BigIntegerField()
    approved_amount = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_line_positive"),
            models.CheckConstraint(
                name="refund_line_approved_within_asked",
                condition=Q(approved_amount__isnull=True) | Q(approved_amount__gte=0, approved_amount__lte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.line_id}"
