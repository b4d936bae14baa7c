"""What one person did: decisions of a day, how long they took, and what became of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F

from apps.reviews.models import Decision, DecisionOutcome, Proposal, ProposalState
from apps.staff.models import Person

# Appeals and second looks take their time: what they overturned is counted over a month.
OVERTURNED_DAYS = 30
# Of a day; nobody decides more by hand.
_MOST = 1_000


@dataclass(frozen=True)
class Day:
    """Decisions of one person since some moment, the newest first.

    `median_time` is from the claim to the decision, None without decisions.
    `overturned` counts, of `judged` decisions of the last 30 days that somebody
    else looked at again, those that did not stand.
    """

    decisions: list[Proposal]
    outcomes: dict[str, int]
    median_time: timedelta | None
    judged: int
    overturned: int


def day_of(person: Person, *, since: datetime, now: datetime) -> Day:
    """Return what this person decided since a moment. Three statements."""
    made = Proposal.objects.filter(person=person, proposed_at__gte=since).exclude(state=ProposalState.UNDONE)
    decisions = list(made.select_related("case__refund", "claim").order_by("-proposed_at", "-pk")[:_MOST])
    times = [one.proposed_at - one.claim.claimed_at for one in decisions]
    judged, overturned = _looked_at_again(person, since=now - timedelta(days=OVERTURNED_DAYS))
    return Day(
        decisions,
        dict(Counter(one.outcome for one in decisions)),
        timedelta(seconds=median(time.total_seconds() for time in times)) if times else None,
        judged,
        overturned,
    )


def _looked_at_again(person: Person, *, since: datetime) -> tuple[int, int]:
    """Count decisions that a second person or an appeal judged, and those that did not stand."""
    seconded = Proposal.objects.filter(person=person, seconded_by__isnull=False, ended_at__gte=since)
    states = Counter(seconded.values_list("state", flat=True))
    appealed = Decision.objects.filter(person=person, appeals__case__decision__decided_at__gte=since)
    outcomes = Counter(appealed.annotate(then=F("appeals__case__decision__outcome")).values_list("then", flat=True))
    overturned = states[ProposalState.REJECTED] + sum(outcomes.values()) - outcomes[DecisionOutcome.DENY]
    return sum(states.values()) + sum(outcomes.values()), overturned
