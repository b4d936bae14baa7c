"""Deciding cases that belong together: each by itself, all in the same words, and undone together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.common.actors import Actor
from apps.common.errors import Refusal
from apps.common.identifiers import new_identifier
from apps.reviews.models import Proposal, ProposalState
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.reviews.services.settle import decision_undo
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person


@dataclass(frozen=True)
class Together:
    """What became of cases that were decided together: `batch` names those that were; the others by case id."""

    batch: str
    decided: list[Proposal]
    refused: dict[str, Refusal]


def cases_decide(
    case_ids: Sequence[str],
    verdict: Verdict,
    *,
    person: Person,
    actor: Actor,
    now: datetime,
    undo_for: timedelta = timedelta(),
) -> Together:
    """Claim each case and decide it. One that is refused stays as it was, and does not stop the others.

    Each has a claim, a decision, an audit event and, once it takes effect, an
    event of its own: in the books it looks as if it had been decided alone.
    """
    batch, decided, refused = new_identifier("bat"), [], {}
    for case_id in dict.fromkeys(case_ids):
        try:
            decided.append(_decide(case_id, verdict, person, actor, now, undo_for, batch))
        except Refusal as refusal:
            refused[case_id] = refusal
    return Together(batch, decided, refused)


@transaction.atomic
def _decide(  # noqa: PLR0917 (handed through)
    case_id: str, verdict: Verdict, person: Person, actor: Actor, now: datetime, undo_for: timedelta, batch: str
) -> Proposal:
    claim = case_claim(case_id, person, actor=actor, now=now)
    return case_decide(
        case_id, verdict, person=person, token=claim.token, actor=actor, now=now, undo_for=undo_for, batch=batch
    )


def decisions_undo(batch: str, person: Person, *, actor: Actor, now: datetime) -> int:
    """Undo all decisions of a batch that can still be undone; returns how many."""
    settling = Proposal.objects.filter(batch=batch, person=person, state=ProposalState.SETTLING)
    undone = 0
    for case_id in list(settling.exclude(batch="").order_by("pk").values_list("case_id", flat=True)):
        try:
            decision_undo(case_id, person, actor=actor, now=now)
            undone += 1
        except Refusal:
            # It took effect between our look and our lock.
            continue
    return undone
