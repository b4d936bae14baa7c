"""What clients tell of their shop platform: accounts, shops, orders, payments, transfers.

A foreign key has no index of its own where one of several columns begins with it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiClient
from apps.identity.models import Subject


class Category(models.TextChoices):
    """What is sold."""

    GAME_CURRENCY = "game_currency", _("Game currency")
    GIFT_CARD = "gift_card", _("Gift card")
    TOP_UP = "top_up", _("Top-up")
    VOUCHER = "voucher", _("Voucher")
    IN_GAME_ITEM = "in_game_item", _("In-game item")
    SUBSCRIPTION = "subscription", _("Subscription")
    MEMBERSHIP = "membership", _("Membership")
    DIGITAL_CONTENT = "digital_content", _("Digital content")
    PHYSICAL = "physical", _("Physical goods")
    SERVICE = "service", _("Service")
    OTHER = "other", _("Other")


class DeliveryStatus(models.TextChoices):
    """How far goods went out; for a code, viewed means that somebody may have used it."""

    UNDELIVERED = "undelivered", _("Undelivered")
    DELIVERED = "delivered", _("Delivered")
    VIEWED = "viewed", _("Viewed")


class InstrumentType(models.TextChoices):
    """What money is paid with, and where it goes back to."""

    BANK_CARD = "bank_card", _("Bank card")
    CREDIT_CARD = "credit_card", _("Credit card")
    WALLET = "wallet", _("Wallet")
    BALANCE = "balance", _("Balance")
    CREDIT_LINE = "credit_line", _("Credit line")
    POINTS = "points", _("Points")
    GIFT_CARD = "gift_card", _("Gift card")
    OTHER = "other", _("Other")


class Account(models.Model):
    """A buyer's account. One that was only referred to so far has no `described_at`."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, null=True, related_name="account")
    registered_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=64, blank=True, default="")
    is_minor = models.BooleanField(default=False)
    described_at = models.DateTimeField(null=True)
    digest = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "external_id"], name="account_once_per_client")]

    def __str__(self) -> str:
        return self.external_id


class Shop(models.Model):
    """A shop on the platform, and the account that owns it where known."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    name = models.CharField(max_length=200, blank=True, default="")
    registered_at = models.DateTimeField(null=True)
    owner_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="shops")
    described_at = models.DateTimeField(null=True)
    digest = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "external_id"], name="shop_once_per_client")]

    def __str__(self) -> str:
        return self.name or self.external_id


class Instrument(models.Model):
    """A card, wallet or balance, known by the client's fingerprint of it."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=12, choices=InstrumentType)
    fingerprint = models.CharField(max_length=128, db_collation="C")
    last4 = models.CharField(max_length=4, blank=True, default="")
    brand = models.CharField(max_length=64, blank=True, default="")
    holder_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="instruments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "type", "fingerprint"], name="instrument_once_per_client"),
            models.CheckConstraint(condition=Q(type__in=InstrumentType.values), name="instrument_type_known"),
        ]
        indexes = [models.Index(fields=["last4"], name="instrument_by_last4", condition=~Q(last4=""))]

    def __str__(self) -> str:
        return f"{self.type} {self.last4}".strip()


class Order(models.Model):
    """A purchase: who bought where, when, and from which device."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="orders", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders", db_index=False)
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    # Sum of the payments; what the order's refunds may not exceed.
    paid_amount = models.BigIntegerField()
    ip = models.GenericIPAddressField(null=True)
    device_id = models.CharField(max_length=128, blank=True, default="")
    user_agent = models.CharField(max_length=512, blank=True, default="")
    digest = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "external_id"], name="order_once_per_client"),
            models.CheckConstraint(condition=Q(paid_amount__gte=0), name="order_paid_not_negative"),
        ]
        indexes = [
            # What is sold in an hour is counted again while orders of it come in.
            models.Index(fields=["client", "placed_at"], name="order_by_time"),
            models.Index(fields=["account", "-placed_at"], name="order_by_account"),
            models.Index(fields=["shop", "-placed_at"], name="order_by_shop"),
            # Who else buys from here: the account stands beside, so that the rows need not be read.
            models.Index(
                fields=["client", "device_id", "-placed_at"],
                name="order_by_device",
                condition=~Q(device_id=""),
                include=["account"],
            ),
            models.Index(
                fields=["client", "ip", "-placed_at"],
                name="order_by_address",
                condition=Q(ip__isnull=False),
                include=["account"],
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Line(models.Model):
    """One kind of goods in an order, and how far it was delivered and consumed."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=128, blank=True, default="")
    title = models.CharField(max_length=500)
    category = models.CharField(max_length=16, choices=Category)
    quantity = models.PositiveIntegerField()
    unit_amount = models.BigIntegerField()
    amount = models.BigIntegerField()
    delivery_status = models.CharField(max_length=12, choices=DeliveryStatus, blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    consumed_percent = models.PositiveSmallIntegerField(null=True)
    first_used_at = models.DateTimeField(null=True)
    consumption_evidence = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="line_once_per_order"),
            models.CheckConstraint(condition=Q(amount__gte=0, unit_amount__gte=0), name="line_amounts_not_negative"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="line_category_known"),
            models.CheckConstraint(
                condition=Q(consumed_percent__isnull=True) | Q(consumed_percent__lte=100), name="line_consumed_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Payment(models.Model):
    """Money that came in for an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    paid_at = models.DateTimeField()
    amount = models.BigIntegerField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="payments")
    payer_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="payments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="payment_once_per_order"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Transfer(models.Model):
    """Money that went from one account to another outside an order."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=128, db_collation="C")
    at = models.DateTimeField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    from_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_out", db_index=False)
    to_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_in", db_index=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "external_id"], name="transfer_once_per_client"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_positive"),
        ]
        indexes = [
            models.Index(fields=["from_account", "-at"], name="transfer_by_sender"),
            models.Index(fields=["to_account", "-at"], name="transfer_by_receiver"),
        ]

    def __str__(self) -> str:
        return self.external_id
