from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from apps.audit.models import Action, AuditEvent
from apps.common.actors import Actor, system
from apps.common.errors import Refusal
from apps.rings.errors import PersonNeeded, RingDecidedMeanwhile, RingDecidedSo, RingReasonMissing, RingUnknown
from apps.rings.kinds import Kind
from apps.rings.models import Ring, RingStatus
from apps.rings.services.decide import ring_confirm, ring_dismiss
from apps.rings.services.detect import rings_detect
from apps.staff.models import Role
from tests.rings.telling import LONG_AGO, NOW, ring_of_three, tell
from tests.support.factories import make_client, make_person, person_actor
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db
DECISIONS = [Action.RING_CONFIRMED, Action.RING_DISMISSED]


@pytest.fixture
def ring() -> Ring:
    client = make_client("Star Mall")
    tell(client, ring_of_three())
    report = rings_detect(client, kinds=[Kind.CYCLE], since=LONG_AGO, now=NOW)
    assert report is not None
    return report.rings[0]


def asked(
    decide: Callable[..., Ring], ring: Ring, seen: RingStatus = RingStatus.SUSPECTED, **changed: str | Actor
) -> Ring:
    actor = person_actor(make_person(role=Role.SUPERVISOR))
    return decide(ring.pk, seen=seen, **({"reason": "One hand behind all", "actor": actor, "now": NOW} | changed))


def refused(
    refusal: type[Refusal], ring: Ring, seen: RingStatus = RingStatus.SUSPECTED, **changed: str | Actor
) -> None:
    before = Ring.objects.values().get()
    with pytest.raises(refusal):
        asked(ring_confirm, ring, seen, **changed)
    assert Ring.objects.values().get() == before
    assert not AuditEvent.objects.filter(action=Action.RING_CONFIRMED).exists()


def test_refuses_a_ring_that_does_not_exist(ring: Ring) -> None:
    refused(RingUnknown, Ring(pk="rng_00"))


def test_refuses_to_decide_without_a_reason(ring: Ring) -> None:
    refused(RingReasonMissing, ring, reason="  ")


def test_leaves_the_decision_to_a_person(ring: Ring) -> None:
    refused(PersonNeeded, ring, actor=system("search for rings"))


def test_refuses_a_ring_that_stands_otherwise_than_was_seen(ring: Ring) -> None:
    refused(RingDecidedMeanwhile, ring, RingStatus.DISMISSED)


def test_refuses_what_was_decided_so_before(ring: Ring) -> None:
    asked(ring_dismiss, ring)
    with pytest.raises(RingDecidedSo):
        asked(ring_dismiss, ring, RingStatus.DISMISSED)


def test_never_becomes_suspected_again_says_the_database(ring: Ring) -> None:
    asked(ring_dismiss, ring)
    with pytest.raises(IntegrityError, match="may not go back to suspected"), transaction.atomic():
        Ring.objects.update(status=RingStatus.SUSPECTED, decided_by=None, decided_at=None)


def test_is_kept_says_the_database(ring: Ring) -> None:
    ring.members.all().delete()
    with pytest.raises(ProgrammingError, match="Cannot delete rows"), transaction.atomic():
        ring.delete()


def test_confirms_and_records_who_and_why(ring: Ring) -> None:
    confirmed = asked(ring_confirm, ring)

    ring.refresh_from_db()
    assert (ring.status, ring.reason, ring.decided_at) == (RingStatus.CONFIRMED, "One hand behind all", NOW)
    assert (confirmed.pk, confirmed.decided_by_id) == (ring.pk, ring.decided_by_id)
    event = AuditEvent.objects.get(action=Action.RING_CONFIRMED)
    assert (event.subject, event.person_id, event.reason) == (ring.pk, ring.decided_by_id, "One hand behind all")
    assert event.changes == {"status": ["suspected", "confirmed"], "kind": "cycle"}


def test_may_be_decided_otherwise_later(ring: Ring) -> None:
    asked(ring_confirm, ring)
    asked(ring_dismiss, ring, RingStatus.CONFIRMED)
    assert Ring.objects.get().status == RingStatus.DISMISSED
    assert AuditEvent.objects.filter(action__in=DECISIONS).count() == 2


@pytest.mark.django_db(transaction=True)
def test_takes_one_decision_of_two_at_once(ring: Ring) -> None:
    results = at_once([lambda: asked(ring_confirm, ring).status, lambda: asked(ring_dismiss, ring).status])

    assert max(results) == "ring_decided_meanwhile"
    assert AuditEvent.objects.filter(action__in=DECISIONS).count() == 1
