"""Decisions on their way: they may still be undone, or wait for a second person."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.reviews.models.cases import Claim, ReviewCase
from apps.reviews.models.decisions import Judgement
from apps.staff.models import Person


class ProposalState(models.TextChoices):
    """How far a decision has come."""

    SETTLING = "settling", _("May still be undone")
    SECOND = "second", _("Waits for a second person")
    EFFECTIVE = "effective", _("In effect")
    UNDONE = "undone", _("Undone")
    REJECTED = "rejected", _("Second person disagreed")
    VOID = "void", _("Could not take effect")


# Of these a case has one at the most.
LIVE = (ProposalState.SETTLING, ProposalState.SECOND)


class Proposal(Judgement):
    """What somebody decided. A `Decision` stands beside it from when it takes effect.

    `hold_until` is what the person chose; without it the policy says how long.
    """

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="proposals")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="proposal")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=9, choices=ProposalState)
    proposed_at = models.DateTimeField()
    # Until then it may be undone.
    settles_at = models.DateTimeField()
    # Why a second person has to confirm, in the words of the policy; none when nobody has to.
    second_reasons = ArrayField(models.CharField(max_length=200), default=list)
    # The second person says what they would do before they see this.
    is_blind = models.BooleanField(default=False)
    # Names the decisions that were made together; empty for one made alone.
    batch = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    seconded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # What the second person said, or why it could not take effect.
    end_note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.UniqueConstraint(fields=["case"], name="proposal_one_live", condition=Q(state__in=LIVE)),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at__isnull=True) | (~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
                name="proposal_end_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("person")), name="proposal_seconded_by_another"
            ),
            # Where a second person has to confirm, nothing takes effect without one.
            models.CheckConstraint(
                condition=~Q(state="effective") | Q(second_reasons=[]) | Q(seconded_by__isnull=False),
                name="proposal_second_person_spoke",
            ),
        ]
        indexes = [
            models.Index(fields=["settles_at"], name="proposal_settles", condition=Q(state="settling")),
            models.Index(fields=["batch"], name="proposal_batch", condition=~Q(batch="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome} {self.state}"
