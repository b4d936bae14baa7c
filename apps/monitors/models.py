"""What the shops sell and what is asked back, hour by hour, and the alerts that follow from it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Shop
from apps.monitors.baseline import Standing
from apps.monitors.measures import Dimension, Measure
from apps.staff.models import Person


class DimensionChoice(models.TextChoices):
    """What a series is of, for people."""

    PLATFORM = Dimension.PLATFORM.value, pgettext_lazy("monitor", "Platform")
    SHOP = Dimension.SHOP.value, pgettext_lazy("monitor", "Shop")
    CATEGORY = Dimension.CATEGORY.value, pgettext_lazy("monitor", "Category")
    INSTRUMENT = Dimension.INSTRUMENT.value, pgettext_lazy("monitor", "Payment instrument")


class MeasureChoice(models.TextChoices):
    """What is watched, for people."""

    ORDERS = Measure.ORDERS.value, pgettext_lazy("monitor", "Orders")
    SALES = Measure.SALES.value, pgettext_lazy("monitor", "Sales")
    REFUNDS = Measure.REFUNDS.value, pgettext_lazy("monitor", "Refunds")
    REFUND_SHARE = Measure.REFUND_SHARE.value, pgettext_lazy("monitor", "Refund share")
    NEW_SHARE = Measure.NEW_SHARE.value, pgettext_lazy("monitor", "Share of new accounts")
    NIGHT_SHARE = Measure.NIGHT_SHARE.value, pgettext_lazy("monitor", "Share at night")


class Progress(models.Model):
    """How far the rows of orders and refunds were looked through. One row.

    Up to `…_noted` rows were looked at. Transactions commit in another order
    than they take numbers, so what lies above `…_settled` is looked at again
    until `…_seen`, the newest of `seen_at`, is a minute old.
    """

    order_settled = models.BigIntegerField(default=0)
    order_seen = models.BigIntegerField(default=0)
    order_noted = models.BigIntegerField(default=0)
    refund_settled = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    refund_seen = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    refund_noted = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    seen_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="monitor_progress_one_row")]

    def __str__(self) -> str:
        return f"{self.order_settled} {self.refund_settled}"


class DueHour(models.Model):
    """An hour of a client in which something new was told, to be counted again."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "hour"], name="due_hour_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.hour}"


class Series(models.Model):
    """One monitor: the platform, a shop, a category or a kind of instrument of a client, in one currency.

    `readings` are the measures as they were judged last (`baseline.Reading`),
    `deviations` the largest of them.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    dimension = models.CharField(max_length=10, choices=DimensionChoice)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, null=True, related_name="+")
    # The category or the kind of instrument.
    name = models.CharField(max_length=24, blank=True, default="")
    currency = models.CharField(max_length=3)
    begun_at = models.DateTimeField()
    judge_due_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    standing = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Standing], default="learning")
    deviations = models.FloatField(default=0)
    readings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "dimension", "shop", "name", "currency"], nulls_distinct=False, name="series_once"
            ),
            models.CheckConstraint(
                name="series_of_a_shop_has_it",
                condition=Q(dimension="shop", shop__isnull=False) | (~Q(dimension="shop") & Q(shop__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["judge_due_at"], name="series_judge_due", condition=Q(judge_due_at__isnull=False)),
            models.Index(fields=["-deviations", "id"], name="series_strangest"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.shop_id or self.name} {self.currency}"


class Bucket(models.Model):
    """What happened in one hour of a series: see `measures.Counted`."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="buckets", db_index=False)
    hour = models.DateTimeField(db_index=True)
    orders = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    known_orders = models.IntegerField(default=0)
    new_orders = models.IntegerField(default=0)
    night_orders = models.IntegerField(default=0)
    refunds = models.IntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "hour"], name="bucket_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.hour}"


class AlertStatus(models.TextChoices):
    """What people made of an alert."""

    OPEN = "open", pgettext_lazy("alert", "Open")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("alert", "Acknowledged")
    DISMISSED = "dismissed", pgettext_lazy("alert", "Dismissed")


class Severity(models.TextChoices):
    """How far from usual."""

    UNUSUAL = Standing.UNUSUAL.value, pgettext_lazy("alert", "Unusual")
    GRAVE = Standing.GRAVE.value, pgettext_lazy("alert", "Grave")


class Alert(models.Model):
    """A measure of a series far above what is usual.

    While it lasts (`ended_at` is None) there is one, whatever was decided on
    it. `reading` is the measure as it was when the alert was raised, or grew
    grave; `peak` the furthest it went; `evidence` whose orders and refunds
    are behind it.
    """

    id = PrefixedIdField("alt")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="alerts")
    measure = models.CharField(max_length=12, choices=MeasureChoice)
    severity = models.CharField(max_length=8, choices=Severity)
    status = models.CharField(max_length=12, choices=AlertStatus, default=AlertStatus.OPEN)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reading = models.JSONField()
    peak = models.JSONField()
    evidence = models.JSONField(default=dict)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "measure"], name="alert_one_at_a_time", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(status__in=AlertStatus.values), name="alert_status_known"),
            models.CheckConstraint(
                name="alert_decision_has_author",
                condition=Q(status=AlertStatus.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status=AlertStatus.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                condition=~Q(status=AlertStatus.DISMISSED) | ~Q(reason=""), name="alert_dismissed_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("raised_at")), name="alert_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="alert_by_status")]

    def __str__(self) -> str:
        return f"{self.pk} {self.measure}"


class Subscription(models.Model):
    """What alerts a person is told of; None and empty mean every one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    dimension = models.CharField(max_length=10, choices=DimensionChoice, blank=True, default="")
    only_grave = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "client", "dimension"], nulls_distinct=False, name="subscription_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.dimension}"
