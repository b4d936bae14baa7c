"""Queues, the cases that wait in them, and who holds which."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.common.identifiers import PrefixedIdField
from apps.marketplace.models import Category
from apps.refunds.models import Refund
from apps.reviews.models.calendars import WorkCalendar
from apps.risk.models import RiskLevel
from apps.staff.models import Person


class StepKind(models.TextChoices):
    """What happens on the way to a deadline."""

    WARN_HOLDER = "warn_holder", _("Warn whoever holds the case")
    WARN_SUPERVISORS = "warn_supervisors", _("Warn the supervisors")
    RETURN = "return", _("Return it to the queue, in front")
    MOVE = "move", _("Escalate it to another queue")


class AtEnd(models.TextChoices):
    """What happens to a case that nobody decided in time. Never a denial: a person decides that."""

    NONE = "none", _("It goes on waiting")
    HOLD = "hold", _("Approve it with a delayed payout")
    LEAVE = "leave", _("Leave it to the client’s own channel")


class Queue(models.Model):
    """Where cases of a kind wait."""

    slug = models.SlugField(unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    # A case that no category routes elsewhere comes to the queue that names none.
    categories = ArrayField(models.CharField(max_length=16, choices=Category), default=list, blank=True)
    # Working minutes by the calendar, or, without one, of the clock on the wall.
    review_minutes = models.PositiveIntegerField()
    # Of levels that may take another time: {level: minutes}.
    level_minutes = models.JSONField(default=dict, blank=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, null=True, related_name="queues")
    # A copy of the calendar's, read with the queue.
    calendar_revision = models.PositiveIntegerField(default=0)
    # [{"share": percent of the time, "do": StepKind, "queue": slug for MOVE}], the earliest first.
    steps = models.JSONField(default=list, blank=True)
    at_end = models.CharField(max_length=5, choices=AtEnd, default=AtEnd.NONE)
    # How long the money of a case waits that is approved at the end, where the policy names no time.
    end_hold_minutes = models.PositiveIntegerField(default=1440)
    position = models.PositiveSmallIntegerField(default=0)
    # Who works in it; without anybody everybody does.
    members = models.ManyToManyField(Person, related_name="queues")

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=Q(at_end__in=AtEnd.values), name="queue_end_known")]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """The queue's name in the active language."""
        return self.name_zh if get_language() == "zh-hans" else self.name_en


class OpenedBecause(models.TextChoices):
    """Why a person has to look."""

    POLICY = "policy", _("Policy")
    RECALLED = "recalled", _("Recalled hold")
    APPEAL = "appeal", _("Appeal")


class CaseStatus(models.TextChoices):
    """Where the work stands; where the money is, is the refund's status."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for information")
    SETTLING = "settling", _("Decided, may still be undone")
    CLOSED = "closed", _("Closed")


class ReviewCase(models.Model):
    """One refund's stay with the reviewers. A recall or an appeal opens a new one."""

    id = PrefixedIdField("cas")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="cases")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(max_length=8, choices=CaseStatus, default=CaseStatus.OPEN)
    opened_because = models.CharField(max_length=8, choices=OpenedBecause, default=OpenedBecause.POLICY)
    # Copies of the refund's, so that the queue filters and sorts on one index.
    level = models.CharField(max_length=8, choices=RiskLevel)
    category = models.CharField(max_length=16, choices=Category)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Since when which time counts, once the case has waited; before, all of it since it was opened.
    counts_from = models.DateTimeField(null=True)
    counts_seconds = models.PositiveIntegerField(null=True)
    # What was left of the working time when the case began to wait; the clock goes on from it.
    remaining_seconds = models.PositiveIntegerField(null=True)
    # When the queue's next step is due (see `reviews.steps`), and up to which share of the time all were taken.
    step_due_at = models.DateTimeField(null=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    # Given out before the others.
    is_boosted = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    # The token of the newest claim: a decision that carries an older one is stale.
    fence = models.PositiveIntegerField(default=0)
    # Copies of the live claim's. They stand here because a claim that waits for this row's lock re-reads
    # this row, and no other, before it goes on: two people never get the same case.
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="held_cases")
    leased_until = models.DateTimeField(null=True)
    # What was decided waits for a second person, who confirms it or disagrees.
    is_second = models.BooleanField(default=False)
    # Only supervisors take it.
    is_escalated = models.BooleanField(default=False)
    # Copies by which the queue sorts (see `reviews.ranking`): the risk score, and what is asked in one currency.
    score = models.PositiveSmallIntegerField(default=0)
    worth = models.BigIntegerField(default=0)
    value = models.FloatField(default=0)
    # By which the customer's words are found (see `reviews.pieces`).
    pieces = ArrayField(models.IntegerField(), default=list)
    # The code of the weightiest factor, by which like cases are found; empty when none counted.
    leading = models.CharField(max_length=32, blank=True, default="")
    # Set by a denial that says something about linked accounts, until their held refunds were recalled.
    recall_due_at = models.DateTimeField(null=True)
    tags = ArrayField(models.CharField(max_length=30), default=list)
    # An appeal goes to somebody who had no part in the first decision.
    not_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund"], name="case_one_open", condition=~Q(status="closed")),
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="case_status_known"),
            models.CheckConstraint(
                name="case_closed_has_a_time",
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_holder_has_a_lease",
                condition=Q(holder__isnull=True, leased_until__isnull=True)
                | Q(holder__isnull=False, leased_until__isnull=False, status="open"),
            ),
            models.CheckConstraint(
                name="case_not_held_by_whom_it_is_not_for",
                condition=Q(holder__isnull=True) | Q(not_for__isnull=True) | ~Q(holder=F("not_for")),
            ),
        ]
        indexes = [
            models.Index(fields=["leased_until"], name="case_lease", condition=Q(holder__isnull=False)),
            models.Index(fields=["due_at", "id"], name="case_by_deadline", condition=Q(status="open")),
            models.Index(fields=["due_at", "id"], name="case_boosted", condition=Q(status="open", is_boosted=True)),
            models.Index(fields=["step_due_at"], name="case_step_due", condition=Q(step_due_at__isnull=False)),
            models.Index(fields=["queue", "due_at", "id"], name="case_by_queue", condition=Q(status="open")),
            models.Index(fields=["-worth", "-id"], name="case_by_worth", condition=Q(status="open")),
            models.Index(fields=["-score", "-id"], name="case_by_score", condition=Q(status="open")),
            models.Index(fields=["-value", "-id"], name="case_by_value", condition=Q(status="open")),
            models.Index(
                fields=["leading", "category", "-closed_at"], name="case_by_leading", condition=Q(status="closed")
            ),
            models.Index(fields=["recall_due_at"], name="case_recall_due", condition=Q(recall_due_at__isnull=False)),
            GinIndex(fields=["pieces"], name="case_by_words"),
            GinIndex(fields=["tags"], name="case_by_tag"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClaimEnd(models.TextChoices):
    """How a claim came to its end."""

    DECIDED = "decided", _("Decided")
    GIVEN_BACK = "given_back", _("Given back")
    EXPIRED = "expired", _("Lease expired")
    TAKEN_OVER = "taken_over", _("Taken over")
    HANDED_OVER = "handed_over", _("Handed over")
    ESCALATED = "escalated", _("Escalated")
    CASE_CLOSED = "case_closed", _("Case closed")
    DEADLINE = "deadline", _("Deadline near")


class Claim(models.Model):
    """One person's hold on a case: a lease the open page renews, and a fencing token."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    token = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=ClaimEnd, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="claim_one_live", condition=Q(ended_at__isnull=True)),
            models.UniqueConstraint(fields=["case", "token"], name="claim_token_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="claim_end_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="claim_by_person", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.token}"
