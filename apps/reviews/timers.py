"""What comes due of reviews."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.identity.models import VerificationCheck, VerificationFactor
from apps.reviews.models import AdverseReport, InformationRequest, Proposal, ProposalState, ReviewCase
from apps.reviews.selectors import escalations_on_their_way, requests_on_their_way
from apps.rings.models import Ring
from apps.timers.registry import timer_of_rows, timers_register

# Tasks that work off several kinds.
SETTLE, ADVERSE = "reviews.settle_decisions", "reviews.recall_adverse"

timers_register(
    timer_of_rows(
        "decision",
        _("Decisions to take effect"),
        lambda: Proposal.objects.filter(state=ProposalState.SETTLING),
        "settles_at",
        tick=SETTLE,
    ),
    timer_of_rows(
        "request", _("Requests for information to be sent"), requests_on_their_way, "settles_at", tick=SETTLE
    ),
    timer_of_rows("escalation", _("Escalations to be sent"), escalations_on_their_way, "settles_at", tick=SETTLE),
    timer_of_rows(
        "step",
        _("Steps before review deadlines"),
        lambda: ReviewCase.objects.filter(step_due_at__isnull=False),
        "step_due_at",
        tick="reviews.take_steps",
    ),
    timer_of_rows(
        "lease",
        _("Claims that ended"),
        lambda: ReviewCase.objects.filter(holder__isnull=False),
        "leased_until",
        tick="reviews.expire_leases",
    ),
    timer_of_rows(
        "information",
        _("Answers that did not come in time"),
        lambda: InformationRequest.objects.filter(ended_at__isnull=True, sent_at__isnull=False),
        "due_at",
        tick="reviews.expire_information_requests",
        # Looked at twice a minute.
        bound=timedelta(minutes=2),
    ),
    timer_of_rows(
        "recall", _("Recalls for a failed factor"), VerificationFactor.objects.all, "recall_due_at", tick=ADVERSE
    ),
    timer_of_rows(
        "denial", _("Recalls for a linked account’s denial"), ReviewCase.objects.all, "recall_due_at", tick=ADVERSE
    ),
    timer_of_rows(
        "report", _("Recalls for an adverse report"), AdverseReport.objects.all, "recall_due_at", tick=ADVERSE
    ),
    timer_of_rows(
        "ring",
        _("Recalls for a confirmed ring"),
        Ring.objects.all,
        "recall_due_at",
        tick="reviews.recall_confirmed_rings",
    ),
    timer_of_rows(
        "check",
        _("Verification checks to be asked"),
        VerificationCheck.objects.all,
        "due_at",
        tick="reviews.run_due_checks",
    ),
)
