from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import Action, AuditEvent
from apps.refunds.models import Refund
from apps.reviews.errors import CaseAlreadyClaimed, CaseNotForYou, CaseNotOpen, CaseUnknown, ClaimLost, QueueEmpty
from apps.reviews.models import Claim, ClaimEnd, ReviewCase
from apps.reviews.services.claim import (
    LEASE,
    case_claim,
    case_claim_next,
    claim_release,
    claim_renew,
    leases_expire_due,
)
from apps.risk.models import RiskOutcome
from apps.staff.models import Person
from tests.support.factories import (
    APPROVAL,
    NOON,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def waiting_refund(minutes_ago: int = 0) -> Refund:
    now = NOON - timedelta(minutes=minutes_ago)
    return submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW, now=now, requested_at=now.isoformat())


def case_of(refund: Refund) -> ReviewCase:
    return ReviewCase.objects.get(refund=refund, closed_at__isnull=True)


def test_refuses_a_case_that_somebody_else_holds_and_moves_nothing() -> None:
    refund = waiting_refund()
    desk = open_desk(refund)
    other = make_person()
    before = everything_that_moves()

    with pytest.raises(CaseAlreadyClaimed) as refused:
        case_claim(desk.case.id, other, actor=person_actor(other), now=NOON + LEASE - timedelta(seconds=1))

    assert refused.value.facts == {"holder": str(desk.person)}
    assert everything_that_moves() == before


def test_refuses_a_case_that_does_not_exist() -> None:
    person = make_person()

    with pytest.raises(CaseUnknown):
        case_claim("cas_none", person, actor=person_actor(person), now=NOON)


def test_refuses_a_decided_case() -> None:
    desk = open_desk(waiting_refund())
    desk.decide(APPROVAL)
    other = make_person()

    with pytest.raises(CaseNotOpen):
        case_claim(desk.case.id, other, actor=person_actor(other), now=NOON)


def test_refuses_a_person_who_had_a_part_in_the_first_decision() -> None:
    case, person = case_of(waiting_refund()), make_person()
    ReviewCase.objects.filter(pk=case.pk).update(not_for=person)

    with pytest.raises(CaseNotForYou):
        case_claim(case.id, person, actor=person_actor(person), now=NOON)
    with pytest.raises(QueueEmpty):
        case_claim_next(person, actor=person_actor(person), now=NOON)


def test_gives_the_case_with_the_nearest_deadline() -> None:
    waiting_refund(minutes_ago=1)
    oldest = waiting_refund(minutes_ago=30)
    waiting_refund()
    person = make_person()

    claim = case_claim_next(person, actor=person_actor(person), now=NOON)

    assert (claim.case_id, claim.token, claim.lease_until) == (case_of(oldest).pk, 1, NOON + LEASE)
    assert AuditEvent.objects.get(action=Action.CASE_CLAIMED).person_id == person.pk


def test_gives_back_the_case_one_already_holds_before_a_new_one() -> None:
    waiting_refund(minutes_ago=30)
    desk = open_desk(waiting_refund())

    claim = case_claim_next(desk.person, actor=desk.actor, now=NOON + timedelta(minutes=1))

    assert (claim.pk, claim.token) == (desk.claim.pk, 1)
    assert claim.lease_until == NOON + timedelta(minutes=1) + LEASE


def test_says_when_nothing_waits() -> None:
    open_desk(waiting_refund())
    person = make_person()

    with pytest.raises(QueueEmpty):
        case_claim_next(person, actor=person_actor(person), now=NOON)


def test_keeps_to_the_queue_that_was_asked_for() -> None:
    refund = waiting_refund()
    person = make_person()

    with pytest.raises(QueueEmpty):
        case_claim_next(person, actor=person_actor(person), now=NOON, queue_slug="general")
    claim = case_claim_next(person, actor=person_actor(person), now=NOON, queue_slug="gift-cards")

    assert claim.case_id == case_of(refund).pk


def test_renews_the_lease_of_an_open_page() -> None:
    desk = open_desk(waiting_refund())
    later = NOON + timedelta(minutes=9)

    claim_renew(desk.case.id, desk.person, token=1, now=later)

    assert leases_expire_due(now=NOON + LEASE) == 0
    assert case_of(desk.refund).leased_until == later + LEASE


@pytest.mark.parametrize(("token", "minutes"), [(2, 0), (0, 0), (1, 10)])
def test_does_not_renew_a_claim_that_is_not_the_newest_or_has_ended(token: int, minutes: int) -> None:
    desk = open_desk(waiting_refund())
    before = everything_that_moves()

    with pytest.raises(ClaimLost):
        claim_renew(desk.case.id, desk.person, token=token, now=NOON + timedelta(minutes=minutes))

    assert everything_that_moves() == before


def test_gives_a_case_back() -> None:
    desk = open_desk(waiting_refund())

    claim_release(desk.case.id, desk.person, token=1, actor=desk.actor, now=NOON)

    assert Claim.objects.get(pk=desk.claim.pk).end == ClaimEnd.GIVEN_BACK
    again = open_desk(desk.refund)
    assert again.claim.token == 2


def test_returns_cases_whose_lease_has_ended_and_no_others() -> None:
    asleep = open_desk(waiting_refund())
    awake = open_desk(waiting_refund())
    claim_renew(awake.case.id, awake.person, token=1, now=NOON + timedelta(minutes=5))

    assert leases_expire_due(now=NOON + LEASE - timedelta(microseconds=1)) == 0
    assert leases_expire_due(now=NOON + LEASE) == 1

    assert case_of(asleep.refund).holder is None
    assert case_of(awake.refund).holder == awake.person
    assert Claim.objects.get(pk=asleep.claim.pk).end == ClaimEnd.EXPIRED
    assert AuditEvent.objects.get(action=Action.LEASE_EXPIRED).actor_name == "lease timer"


def test_may_be_taken_by_another_as_soon_as_the_lease_has_ended() -> None:
    desk = open_desk(waiting_refund())
    other = make_person()

    claim = case_claim(desk.case.id, other, actor=person_actor(other), now=NOON + LEASE)

    assert claim.token == 2
    assert Claim.objects.get(pk=desk.claim.pk).end == ClaimEnd.EXPIRED


def test_has_at_most_one_live_claim_says_the_database() -> None:
    desk = open_desk(waiting_refund())

    with pytest.raises(IntegrityError, match="claim_one_live"), transaction.atomic():
        Claim.objects.create(case=desk.case, person=make_person(), token=2, claimed_at=NOON, lease_until=NOON)


@pytest.mark.django_db(transaction=True)
def test_gives_no_case_to_two_people_who_press_at_once() -> None:
    cases = {case_of(waiting_refund(minutes_ago=age)).pk for age in range(8)}
    people = [make_person() for _ in range(12)]

    def press(person: Person) -> str:
        return str(case_claim_next(person, actor=person_actor(person), now=NOON).case_id)

    results = at_once([partial(press, person) for person in people])
    given = [result for result in results if result != QueueEmpty.code]

    assert len(given) == len(set(given))
    assert set(given) <= cases
    assert len(results) == len(people)
    assert Claim.objects.filter(ended_at__isnull=True).count() == len(given)
    # SKIP LOCKED may leave somebody empty-handed for an instant, never a case without a taker at the next press.
    while len(given) < len(cases):
        person = make_person()
        given.append(case_claim_next(person, actor=person_actor(person), now=NOON).case_id)
    assert set(given) == cases
