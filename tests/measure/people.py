"""Honest people with some error: a reviewer who decides what is waiting, a supervisor who looks at rings.

They know the truth of what is put before them, mistake it now and then, and
never look at anything else. What they decide feeds back into what is weighed
afterwards.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.clients.models import ApiClient
from apps.common.actors import Actor, ActorKind
from apps.reviews.errors import QueueEmpty
from apps.reviews.models import DecisionOutcome, DecisionReason
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.rings.models import Ring, RingStatus
from apps.rings.services.decide import ring_confirm, ring_dismiss
from apps.staff.models import Person, Role
from tests.measure.seen import Truth

CASES_A_DAY = 200
RINGS_A_DAY = 8
# Of planted refunds shown so many are denied, of lawful ones so many; the same of rings.
DENIED_OF_PLANTED, DENIED_OF_LAWFUL = 0.9, 0.03
CONFIRMED_OF_PLANTED, CONFIRMED_OF_LAWFUL = 0.95, 0.02

_APPROVAL = Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED)
_DENIAL = Verdict(DecisionOutcome.DENY, DecisionReason.SUSPECTED_CASH_OUT, customer_message="没有通过审核。")


class Desk:
    """A reviewer and a supervisor of one world."""

    def __init__(self, seed: int, refunds: Mapping[str, Truth], accounts: Mapping[str, Truth], now: datetime) -> None:
        self._chance = random.Random(f"desk/{seed}")
        self._refunds, self._accounts = refunds, accounts
        self._reviewer = _person(f"reviewer-{seed}", Role.REVIEWER, now)
        self._supervisor = _person(f"supervisor-{seed}", Role.SUPERVISOR, now)

    def decide_cases(self, now: datetime) -> int:
        """Decide what waits, in the queue's order; returns how many."""
        actor = _actor(self._reviewer)
        for count in range(CASES_A_DAY):
            at = now + timedelta(seconds=20 * count)
            try:
                claim = case_claim_next(self._reviewer, actor=actor, now=at)
            except QueueEmpty:
                return count
            truth = self._refunds[claim.case.refund.reference]
            is_denied = self._chance.random() < (DENIED_OF_PLANTED if truth.is_planted else DENIED_OF_LAWFUL)
            verdict = _DENIAL if is_denied else _APPROVAL
            case_decide(claim.case_id, verdict, person=self._reviewer, token=claim.token, actor=actor, now=at)
        return CASES_A_DAY

    def decide_rings(self, client: ApiClient, now: datetime) -> None:
        """Look at the rings that are least likely by chance."""
        actor = _actor(self._supervisor)
        waiting = Ring.objects.filter(client=client, status=RingStatus.SUSPECTED)
        for ring in waiting.prefetch_related("members__account").order_by("-score", "chance", "pk")[:RINGS_A_DAY]:
            members = [member.account.external_id for member in ring.members.all() if member.account is not None]
            is_planted = 2 * sum(self._accounts[member].is_planted for member in members) >= max(len(members), 1)
            is_confirmed = self._chance.random() < (CONFIRMED_OF_PLANTED if is_planted else CONFIRMED_OF_LAWFUL)
            decide = ring_confirm if is_confirmed else ring_dismiss
            decide(ring.pk, seen=RingStatus.SUSPECTED, reason="measured", actor=actor, now=now)


def _person(username: str, role: Role, now: datetime) -> Person:
    person = Person(username=username, display_name=username, role=role, created_at=now)
    person.set_unusable_password()
    person.save()
    return person


def _actor(person: Person) -> Actor:
    return Actor(ActorKind.PERSON, str(person), person_id=person.pk)
