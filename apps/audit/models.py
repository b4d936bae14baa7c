"""The append-only log of who did what, when, and what it changed."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiClient
from apps.common.actors import ActorKind
from apps.staff.models import Person


class Action(models.TextChoices):
    """Everything that is recorded."""

    REFUND_RECEIVED = "refund.received", _("Refund received")
    REFUND_MOVED = "refund.moved", _("Status changed")
    CASE_OPENED = "case.opened", _("Case opened")
    CASE_CLAIMED = "case.claimed", _("Case claimed")
    CASE_RELEASED = "case.released", _("Case given back")
    LEASE_EXPIRED = "case.lease_expired", _("Lease expired")
    CASE_TAKEN_OVER = "case.taken_over", _("Case taken over")
    CASE_HANDED_OVER = "case.handed_over", _("Case handed over")
    CASE_ASSIGNED = "case.assigned", _("Case assigned")
    CASE_REQUEUED = "case.requeued", _("Case moved to another queue")
    CASE_TAGGED = "case.tagged", _("Tags of a case changed")
    CALENDAR_SAVED = "calendar.saved", _("Working calendar saved")
    QUEUE_TIMES = "queue.times", _("Review times of a queue changed")
    DEADLINE_MOVED = "case.deadline_moved", _("Review deadline moved")
    DEADLINE_STEP = "case.deadline_step", _("Step before the review deadline")
    DEADLINE_PASSED = "case.deadline_passed", _("Review deadline passed")
    QUEUE_STEPS = "queue.steps", _("Steps before a queue’s deadlines changed")
    TEXT_WRITTEN = "text.written", _("Text for customers changed")
    QUEUE_MEMBERS = "queue.members", _("Members of a queue changed")
    CASE_ESCALATED = "case.escalated", _("Case escalated")
    CASE_DECIDED = "case.decided", _("Decision recorded")
    DECISION_UNDONE = "decision.undone", _("Decision undone")
    DECISION_VOID = "decision.void", _("Decision could not take effect")
    SECOND_ASKED = "decision.second_asked", _("Second review asked for")
    DECISION_CONFIRMED = "decision.confirmed", _("Decision confirmed by a second person")
    SECOND_DISAGREED = "decision.disagreed", _("Second person disagreed")
    INFORMATION_REQUESTED = "case.information_requested", _("Information requested")
    INFORMATION_RECEIVED = "case.information_received", _("Information received")
    INFORMATION_EXPIRED = "case.information_expired", _("Information request expired")
    NUMBER_REVEALED = "verification.number_revealed", _("Number revealed")
    CHECK_REQUESTED = "verification.check_requested", _("Verification check asked for")
    VERIFICATION_TOLD = "verification.told", _("Verification told by the service")
    APPEAL_RECEIVED = "case.appeal_received", _("Appeal received")
    ATTACHMENT_OPENED = "attachment.opened", _("Attachment opened")
    ACCOUNT_REPORTED = "account.reported", _("Adverse report about an account")
    NOTE_ADDED = "case.note_added", _("Note added")
    CASE_CLOSED = "case.closed", _("Case closed")
    HOLD_PLACED = "hold.placed", _("Payout held")
    HOLD_EXTENDED = "hold.extended", _("Hold extended")
    HOLD_RELEASED = "hold.released", _("Payout released")
    HOLD_RELEASED_EARLY = "hold.released_early", _("Payout released early")
    HOLD_RECALLED = "hold.recalled", _("Hold recalled")
    HOLD_CANCELLED = "hold.cancelled", _("Hold ended without payout")
    PAYOUT_REPORTED = "payout.reported", _("Payout reported")
    PAYOUT_RETRIED = "payout.retried", _("Payout asked for again")
    ENDPOINT_CREATED = "endpoint.created", _("Webhook endpoint created")
    ENDPOINT_CHANGED = "endpoint.changed", _("Webhook endpoint changed")
    ENDPOINT_REMOVED = "endpoint.removed", _("Webhook endpoint removed")
    ENDPOINT_DISABLED = "endpoint.disabled", _("Webhook endpoint disabled")
    SECRET_ROTATED = "endpoint.secret_rotated", _("Webhook secret rotated")
    ENDPOINT_TESTED = "endpoint.tested", _("Webhook test ping sent")
    ENDPOINT_REPLAYED = "endpoint.replayed", _("Webhook events sent again")
    DELIVERY_REDELIVERED = "delivery.redelivered", _("Webhook delivery sent again")
    CLIENT_CREATED = "client.created", _("API client created")
    CLIENT_CHANGED = "client.changed", _("API client changed")
    CLIENT_DEACTIVATED = "client.deactivated", _("API client switched off")
    CLIENT_ACTIVATED = "client.activated", _("API client switched on")
    KEY_CREATED = "key.created", _("API key created")
    KEY_ENDS = "key.ends", _("API key set to expire")
    KEY_EXPIRED = "key.expired", _("API key ended")
    KEY_REVOKED = "key.revoked", _("API key revoked")
    RING_RAISED = "ring.raised", _("Ring raised")
    RING_CONFIRMED = "ring.confirmed", _("Ring confirmed")
    RING_DISMISSED = "ring.dismissed", _("Ring dismissed")
    POLICY_DRAFTED = "policy.drafted", _("Policy drafted")
    POLICY_CHANGED = "policy.changed", _("Policy draft changed")
    POLICY_PROPOSED = "policy.proposed", _("Policy proposed")
    POLICY_PUBLISHED = "policy.published", _("Policy published")
    POLICY_REJECTED = "policy.rejected", _("Policy rejected")
    POLICY_WITHDRAWN = "policy.withdrawn", _("Policy withdrawn")
    BACKTEST_STARTED = "backtest.started", _("Backtest started")
    BACKTEST_CANCELLED = "backtest.cancelled", _("Backtest cancelled")
    ALERT_RAISED = "alert.raised", _("Alert raised")
    ALERT_ENDED = "alert.ended", _("Alert over")
    ALERT_ACKNOWLEDGED = "alert.acknowledged", _("Alert acknowledged")
    ALERT_DISMISSED = "alert.dismissed", _("Alert dismissed")
    SUBSCRIBED = "person.subscribed", _("Subscribed to alerts")
    UNSUBSCRIBED = "person.unsubscribed", _("Alerts unsubscribed")
    CHANNEL_ADDED = "person.channel_added", _("Chat added for notices")
    CHANNEL_ENDED = "person.channel_ended", _("Chat for notices ended")
    SIGNED_IN = "person.signed_in", _("Signed in")
    SIGN_IN_FAILED = "person.sign_in_failed", _("Sign-in failed")
    SIGNED_OUT = "person.signed_out", _("Signed out")


class AuditEvent(models.Model):
    """One thing done. Rows are added and never changed: triggers refuse UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField()
    action = models.CharField(max_length=40, choices=Action)
    actor_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, null=True, related_name="+")
    # Refunds and cases live above this app, so they are named, not referenced.
    refund_id = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    case_id = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    subject = models.CharField(max_length=80, blank=True, default="")
    # {"field": [before, after]} for changes, or single facts {"field": value}.
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_actor_agrees",
                condition=(
                    models.Q(actor_kind=ActorKind.PERSON, person__isnull=False)
                    | models.Q(actor_kind=ActorKind.CLIENT, client__isnull=False)
                    | models.Q(actor_kind=ActorKind.SYSTEM, person__isnull=True)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["refund_id", "id"], name="audit_by_refund"),
            models.Index(fields=["person", "-id"], name="audit_by_person", condition=models.Q(person__isnull=False)),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            # Row triggers do not see TRUNCATE.
            pgtrigger.Trigger(
                name="audit_is_not_truncated",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the audit log is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action}"
