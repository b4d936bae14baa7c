from datetime import timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.notifications.models import Notice
from apps.refunds.models import Refund
from apps.reviews.errors import (
    CaseAlreadyClaimed,
    CaseNotForYou,
    CaseNotOpen,
    HandOverRefused,
    QueueEmpty,
    QueueUnknown,
    SupervisorNeeded,
    TagUnfit,
)
from apps.reviews.models import Queue, ReviewCase
from apps.reviews.services.claim import case_claim, case_claim_next
from apps.reviews.services.share_out import MOST_TAGS, case_assign, case_requeue, case_tag, queue_staff
from apps.risk.models import RiskOutcome
from apps.staff.models import Person, Role
from apps.webhooks.models import Event
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Person:
    return make_person("chen", Role.SUPERVISOR)


@pytest.fixture
def case() -> ReviewCase:
    return ReviewCase.objects.get(refund=submit(make_order(make_client(), Goods(3000)), RiskOutcome.REVIEW))


def test_gives_a_case_to_a_person_who_is_told(case: ReviewCase, boss: Person) -> None:
    lin = make_person("lin")

    case_assign(case.pk, to=lin, by=boss, actor=person_actor(boss), now=NOON)

    case.refresh_from_db()
    assert case.holder == lin
    assert Notice.objects.get().person == lin
    assert AuditEvent.objects.get(action="case.assigned").changes["to"] == str(lin)


def test_refuses_to_assign(case: ReviewCase, boss: Person) -> None:
    lin, wang = make_person("lin"), make_person("wang")
    with pytest.raises(SupervisorNeeded):
        case_assign(case.pk, to=wang, by=lin, actor=person_actor(lin), now=NOON)
    desk = open_desk(case.refund, lin)
    with pytest.raises(CaseAlreadyClaimed):
        case_assign(case.pk, to=wang, by=boss, actor=person_actor(boss), now=NOON)
    # Its lease over, somebody else may have it; the lapsed claim is ended, not forgotten.
    late = NOON + timedelta(hours=1)
    assert case_assign(case.pk, to=wang, by=boss, actor=person_actor(boss), now=late).token == desk.claim.token + 1
    Person.objects.filter(pk=lin.pk).update(is_active=False)
    lin.refresh_from_db()
    with pytest.raises(HandOverRefused):
        case_assign(case.pk, to=lin, by=boss, actor=person_actor(boss), now=late + timedelta(hours=2))


def test_moves_a_case_to_another_queue_and_says_so_in_the_document(case: ReviewCase, boss: Person) -> None:
    other = Queue.objects.exclude(pk=case.queue_id).first()
    assert other is not None
    due, version, told = case.due_at, case.refund.version, Event.objects.count()

    case_requeue(case.pk, queue_slug=other.slug, by=boss, actor=person_actor(boss), now=NOON)

    case.refresh_from_db()
    refund = Refund.objects.get()
    assert (case.queue, case.due_at) == (other, due)
    assert refund.review is not None
    assert (refund.review["queue"], refund.version) == (other.slug, version + 1)
    assert Event.objects.count() == told


def test_refuses_to_move(case: ReviewCase, boss: Person) -> None:
    lin = make_person("lin")
    with pytest.raises(SupervisorNeeded):
        case_requeue(case.pk, queue_slug="general", by=lin, actor=person_actor(lin), now=NOON)
    with pytest.raises(QueueUnknown):
        case_requeue(case.pk, queue_slug="nowhere", by=boss, actor=person_actor(boss), now=NOON)
    open_desk(case.refund, lin).decide(APPROVAL)
    with pytest.raises(CaseNotOpen):
        case_requeue(case.pk, queue_slug="general", by=boss, actor=person_actor(boss), now=NOON)


def test_keeps_tags_once_and_in_one_spelling(case: ReviewCase, boss: Person) -> None:
    actor = person_actor(boss)
    assert case_tag(case.pk, add=["  Ring  A ", "ring a", "惯犯"], actor=actor, now=NOON) == ["ring a", "惯犯"]
    assert case_tag(case.pk, remove=["RING A", "unknown"], actor=actor, now=NOON) == ["惯犯"]
    case_tag(case.pk, add=["惯犯"], actor=actor, now=NOON)
    assert AuditEvent.objects.filter(action="case.tagged").count() == 2


@pytest.mark.parametrize("tag", ["", "  ", "x" * 31, "a,b", "a\x00b"])
def test_refuses_what_is_no_tag(case: ReviewCase, boss: Person, tag: str) -> None:
    with pytest.raises(TagUnfit):
        case_tag(case.pk, add=[tag], actor=person_actor(boss), now=NOON)


def test_refuses_more_tags_than_anybody_reads(case: ReviewCase, boss: Person) -> None:
    tags = [f"t{number}" for number in range(MOST_TAGS)]
    case_tag(case.pk, add=tags, actor=person_actor(boss), now=NOON)
    with pytest.raises(TagUnfit):
        case_tag(case.pk, add=["one more"], actor=person_actor(boss), now=NOON)


def test_gives_cases_of_a_queue_to_its_members_and_to_supervisors_by_hand(case: ReviewCase, boss: Person) -> None:
    lin, wang = make_person("lin"), make_person("wang")
    queue_staff(case.queue.slug, [lin.pk], by=boss, actor=person_actor(boss), now=NOON)

    with pytest.raises(QueueEmpty):
        case_claim_next(wang, actor=person_actor(wang), now=NOON)
    with pytest.raises(CaseNotForYou):
        case_claim(case.pk, wang, actor=person_actor(wang), now=NOON)
    with pytest.raises(HandOverRefused):
        case_assign(case.pk, to=wang, by=boss, actor=person_actor(boss), now=NOON)
    assert case_claim_next(lin, actor=person_actor(lin), now=NOON).case_id == case.pk
    late = NOON + timedelta(hours=1)
    assert case_claim(case.pk, boss, actor=person_actor(boss), now=late).person == boss


def test_is_everybodys_again_when_nobody_is_a_member(case: ReviewCase, boss: Person) -> None:
    lin, wang = make_person("lin"), make_person("wang")
    for people in ([lin.pk], []):
        queue_staff(case.queue.slug, people, by=boss, actor=person_actor(boss), now=NOON)
    assert case_claim_next(wang, actor=person_actor(wang), now=NOON).case_id == case.pk
    changes = AuditEvent.objects.filter(action="queue.members").order_by("id").values_list("changes", flat=True)
    assert [each["members"] for each in changes] == [[[], ["lin"]], [["lin"], []]]


def test_lets_supervisors_alone_say_who_works_in_a_queue(case: ReviewCase) -> None:
    lin = make_person("lin")
    with pytest.raises(SupervisorNeeded):
        queue_staff(case.queue.slug, [], by=lin, actor=person_actor(lin), now=NOON)
