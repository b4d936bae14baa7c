"""Rings: groups of accounts and shops among which money or goods move as chance would not have it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Account, Shop
from apps.rings.kinds import Kind, Role
from apps.staff.models import Person


class RingKind(models.TextChoices):
    """`kinds.Kind` in words."""

    CYCLE = Kind.CYCLE.value, _("Money cycle")
    FAN_IN = Kind.FAN_IN.value, _("Fan-in")
    FAN_OUT = Kind.FAN_OUT.value, _("Fan-out")
    PASS_THROUGH = Kind.PASS_THROUGH.value, _("Pass-through")
    DENSE_BLOCK = Kind.DENSE_BLOCK.value, _("Dense block")
    SHARED_IDENTITY = Kind.SHARED_IDENTITY.value, _("Shared identity")
    SELF_DEALING = Kind.SELF_DEALING.value, _("Self-dealing")


class MemberRole(models.TextChoices):
    """`kinds.Role` in words."""

    PASSES_ON = Role.PASSES_ON.value, pgettext_lazy("ring member", "Passes on")
    COLLECTS = Role.COLLECTS.value, pgettext_lazy("ring member", "Collects")
    SPREADS = Role.SPREADS.value, pgettext_lazy("ring member", "Spreads")
    PAYS = Role.PAYS.value, pgettext_lazy("ring member", "Pays")
    RECEIVES = Role.RECEIVES.value, pgettext_lazy("ring member", "Receives")
    BUYS = Role.BUYS.value, pgettext_lazy("ring member", "Buys")
    SELLS = Role.SELLS.value, pgettext_lazy("ring member", "Sells")
    OWNS = Role.OWNS.value, pgettext_lazy("ring member", "Owns the shop")
    SHARES = Role.SHARES.value, pgettext_lazy("ring member", "Shares identifiers")


class RingStatus(models.TextChoices):
    """What a supervisor made of it. A dismissed ring is not raised again."""

    SUSPECTED = "suspected", pgettext_lazy("ring", "Suspected")
    CONFIRMED = "confirmed", pgettext_lazy("ring", "Confirmed")
    DISMISSED = "dismissed", pgettext_lazy("ring", "Dismissed")


class Ring(models.Model):
    """One ring with its proof."""

    id = PrefixedIdField("rng")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=RingKind)
    status = models.CharField(max_length=9, choices=RingStatus, default=RingStatus.SUSPECTED)
    # 0-100, from `chance`: how many rings at least as surprising chance makes in this client's data.
    score = models.PositiveSmallIntegerField()
    chance = models.FloatField()
    # What went through, in minor units. Of a cycle the largest sum that was moved at once: the same money goes from
    # hand to hand. Accounts that share identifiers and moved nothing have no currency.
    currency = models.CharField(max_length=3, blank=True, default="")
    amount = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # Shapes: docs/risk.md, "Proof". Parties stand in it by the client's own ids, identifiers never in clear.
    proof = models.JSONField(default=dict)
    # Of kind, currency and members; `services.keep` knows what is found again with somewhat other members.
    fingerprint = models.BinaryField()
    # The dismissed ring out of which this one grew by so much that it is worth a second look.
    grown_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="grown", db_index=False)
    detected_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    # From when on held refunds of a confirmed ring's members are to be recalled; None once all are.
    recall_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Checked at the end of a transaction: two rings may exchange members.
            models.UniqueConstraint(
                fields=["client", "fingerprint"], name="ring_once_per_client", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(kind__in=RingKind.values), name="ring_kind_known"),
            models.CheckConstraint(condition=Q(status__in=RingStatus.values), name="ring_status_known"),
            models.CheckConstraint(condition=Q(score__lte=100), name="ring_score_to_100"),
            models.CheckConstraint(
                name="ring_decision_has_author_and_reason",
                condition=Q(status=RingStatus.SUSPECTED, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(status=RingStatus.SUSPECTED)
                    & ~Q(reason="")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0, chance__gte=0), name="ring_figures_not_negative"),
        ]
        indexes = [
            models.Index(fields=["client", "status", "-id"], name="ring_by_status"),
            models.Index(fields=["recall_due_at"], name="ring_to_recall", condition=Q(recall_due_at__isnull=False)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ring_stays_decided",
                operation=pgtrigger.UpdateOf("status"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.status <> 'suspected' AND NEW.status = 'suspected'"),
                func="""
                    RAISE EXCEPTION 'a ring that was decided may not go back to suspected'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'ring_stays_decided';
                """,
            ),
            pgtrigger.Protect(name="ring_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RingMember(models.Model):
    """An account or a shop of a ring, and what it does there. Intake finds it by account or shop."""

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="members", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="ring_memberships")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="ring_memberships")
    role = models.CharField(max_length=9, choices=MemberRole, default=MemberRole.PASSES_ON)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ring", "account", "shop"], name="ring_member_once", nulls_distinct=False),
            models.CheckConstraint(
                name="ring_member_is_one_thing",
                condition=Q(account__isnull=False, shop__isnull=True) | Q(account__isnull=True, shop__isnull=False),
            ),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="ring_member_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ring_id} {self.account_id or self.shop_id}"


class RingWatermark(models.Model):
    """How far a client's data were searched, and when they are to be searched again. Written with the rings alone."""

    client = models.OneToOneField(ApiClient, on_delete=models.PROTECT, related_name="+", primary_key=True)
    # The newest rows, of whichever client, when the search began to read: what has a greater one was not looked at.
    orders = models.BigIntegerField(default=0)
    transfers = models.BigIntegerField(default=0)
    refunds = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    searched_at = models.DateTimeField(null=True)
    # Not before: each search is followed by a pause, and one that fails by a long one.
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="ring_watermark_due")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.due_at:%Y-%m-%d %H:%M}"
