"""What happens on the way to a deadline and at its end: warned, returned in front, moved on, approved with a hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from apps.audit.models import AuditEvent
from apps.notifications.models import Notice
from apps.payouts.models import Hold
from apps.refunds.models import Refund
from apps.reviews.errors import ClaimLost, QueueUnknown, ReviewMinutesUnfit, StepsUnfit, SupervisorNeeded
from apps.reviews.models import (
    AtEnd,
    CaseStatus,
    ClaimEnd,
    Decision,
    InformationItem,
    Queue,
    ReviewCase,
    StepKind,
)
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.deadlines import StepDraft, queue_steps_save, queue_times_save
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information, information_expire_due
from apps.reviews.services.share_out import case_requeue
from apps.reviews.services.steps import AFTER_SETTLING, steps_take_due
from apps.risk.models import RiskOutcome
from apps.staff.models import Person, Role
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    NOON,
    Desk,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# Gift cards: four hours.
QUEUE, OTHER = "gift-cards", "general"
WHOLE = 4 * HOUR


@pytest.fixture
def chen() -> Person:
    return make_person("chen", role=Role.SUPERVISOR)


def steps(person: Person, *told: StepDraft, end: AtEnd = AtEnd.NONE, hold: int = 60, slug: str = QUEUE) -> Queue:
    return queue_steps_save(
        slug,
        told,
        at_end=end.value,
        end_hold_minutes=hold,
        person=person,
        actor=person_actor(person),
        now=NOON,
    )


def at(share: int, do: StepKind, queue: str = "") -> StepDraft:
    return StepDraft(share, do.value, queue)


def a_case(**refund: Any) -> ReviewCase:
    order = make_order(make_client(), Goods(5000))
    found = submit(order, RiskOutcome.REVIEW, now=NOON)
    if refund:
        Refund.objects.filter(pk=found.pk).update(**refund)
    return ReviewCase.objects.get(refund=found)


def told(case: ReviewCase) -> list[dict[str, Any]]:
    events = AuditEvent.objects.filter(case_id=case.pk, action__in=["case.deadline_step", "case.deadline_passed"])
    return list(events.order_by("pk").values_list("changes", flat=True))


def notices(person: Person) -> list[str]:
    return [notice.words["en"]["title"] for notice in Notice.objects.filter(person=person).order_by("pk")]


def test_takes_each_step_at_its_share_of_the_time_and_once(chen: Person) -> None:
    steps(chen, at(90, StepKind.WARN_SUPERVISORS), at(50, StepKind.WARN_HOLDER))
    case = a_case()
    desk = open_desk(case.refund, now=NOON + WHOLE / 2 - HOUR / 12)
    assert case.step_due_at == NOON + WHOLE / 2
    assert steps_take_due(now=NOON + WHOLE / 2 - HOUR / 60) == 0
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    assert steps_take_due(now=NOON + WHOLE / 2) == 0
    assert notices(desk.person) == ["A case that you hold is due soon"]
    assert notices(chen) == []
    case.refresh_from_db()
    assert (case.step_due_at, case.steps_done) == (NOON + WHOLE * 0.9, 50)
    assert steps_take_due(now=NOON + WHOLE * 0.9) == 1
    assert notices(chen) == ["Cases of Gift cards and vouchers are due soon"]
    assert told(case) == [
        {"step": "warn_holder", "share": 50, "holder": str(desk.person)},
        {"step": "warn_supervisors", "share": 90},
    ]
    # At the end it is said that nobody decided, and that is all.
    assert steps_take_due(now=NOON + WHOLE) == 1
    assert ReviewCase.objects.filter(pk=case.pk, step_due_at=None, status=CaseStatus.OPEN).exists()
    assert told(case)[-1] == {"at_end": "none"}
    assert steps_take_due(now=NOON + 10 * WHOLE) == 0


def test_warns_nobody_of_a_case_that_nobody_holds(chen: Person) -> None:
    steps(chen, at(50, StepKind.WARN_HOLDER))
    case = a_case()
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    assert told(case) == [{"step": "warn_holder", "share": 50}]
    assert not Notice.objects.exists()


def test_tells_supervisors_of_a_queue_once_an_hour_however_many_are_late(chen: Person) -> None:
    steps(chen, at(50, StepKind.WARN_SUPERVISORS))
    for _number in range(3):
        a_case()
    assert steps_take_due(now=NOON + WHOLE / 2) == 3
    assert len(notices(chen)) == 1
    a_case()
    assert steps_take_due(now=NOON + WHOLE / 2 + HOUR / 60) == 1
    assert len(notices(chen)) == 1


def test_returns_a_case_in_front_of_more_urgent_ones(chen: Person) -> None:
    steps(chen, at(50, StepKind.RETURN))
    case = a_case()
    desk = open_desk(case.refund, now=NOON + WHOLE / 2 - HOUR / 12)
    value = case.value
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    case.refresh_from_db()
    assert (case.holder_id, case.is_boosted) == (None, True)
    assert case.value == pytest.approx(value + 3)
    assert desk.case.claims.get().end == ClaimEnd.DEADLINE
    # The page that was open decides nothing any more.
    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL, now=NOON + WHOLE / 2)
    assert notices(desk.person) == ["A case that you held returned to its queue"]
    earlier = a_case()
    ReviewCase.objects.filter(pk=earlier.pk).update(due_at=NOON)
    other = make_person("zhao")
    claim = case_claim_next(other, actor=person_actor(other), now=NOON + WHOLE / 2)
    assert claim.case_id == case.pk
    third = make_person("qian")
    assert case_claim_next(third, actor=person_actor(third), now=NOON + WHOLE / 2).case_id == earlier.pk


def test_moves_a_case_to_another_queue_whose_people_are_told(chen: Person) -> None:
    member = make_person("lin")
    general = Queue.objects.get(slug=OTHER)
    general.members.add(member)
    steps(chen, at(80, StepKind.WARN_SUPERVISORS), end=AtEnd.NONE, slug=OTHER)
    steps(chen, at(50, StepKind.MOVE, OTHER))
    case = a_case()
    due = case.due_at
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    case.refresh_from_db()
    assert (case.queue.slug, case.due_at) == (OTHER, due)
    assert notices(member) == ["Cases were escalated to All other goods"]
    assert told(case) == [{"step": "move", "share": 50, "queue": [QUEUE, OTHER]}]
    case.refund.refresh_from_db()
    assert case.refund.review is not None
    assert case.refund.review["queue"] == OTHER
    # From now on it follows the steps of that queue, whose time for a review is twice as long.
    assert case.step_due_at == due - 2 * WHOLE * 0.2


def test_says_when_the_other_queue_is_gone(chen: Person) -> None:
    extra = Queue.objects.create(slug="extra", name_en="Extra", name_zh="额外", review_minutes=60, categories=["other"])
    steps(chen, at(50, StepKind.MOVE, "extra"))
    case = a_case()
    extra.delete()
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    case.refresh_from_db()
    assert case.queue.slug == QUEUE
    assert told(case) == [{"step": "move", "share": 50, "because": "queue_unknown"}]


def test_approves_at_the_end_with_a_hold_where_the_queue_says_so(chen: Person) -> None:
    steps(chen, end=AtEnd.HOLD, hold=90)
    case = a_case()
    desk = open_desk(case.refund, now=NOON + WHOLE - HOUR / 12)
    assert steps_take_due(now=NOON + WHOLE) == 1
    case.refresh_from_db()
    refund = Refund.objects.get(pk=case.refund_id)
    hold = Hold.objects.get(refund=refund)
    assert (refund.status, refund.approved_amount, refund.review) == ("held", 5000, None)
    minutes = refund.assessment.hold_minutes or 90
    assert (hold.amount, hold.release_at, hold.cause) == (
        5000,
        NOON + WHOLE + timedelta(minutes=minutes),
        "unreviewed",
    )
    assert refund.hold is not None
    assert "time for a review ended" in refund.hold["reason"]
    assert (case.status, case.step_due_at) == (CaseStatus.CLOSED, None)
    assert told(case) == [{"at_end": "hold"}]
    assert not Decision.objects.exists()
    assert desk.case.claims.get().end == ClaimEnd.CASE_CLOSED
    types = Event.objects.filter(subject_id=refund.pk).order_by("sequence").values_list("type", flat=True)
    assert list(types) == ["refund.pending_review", "refund.held"]
    assert steps_take_due(now=NOON + 2 * WHOLE) == 0


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"is_second": True}, "second_review"),
        ({"is_escalated": True}, "escalated"),
        ({"opened_because": "recalled"}, "recalled"),
        ({"opened_because": "appeal"}, "appeal"),
    ],
)
def test_approves_nothing_by_itself_that_is_for_people(chen: Person, changed: dict[str, Any], because: str) -> None:
    steps(chen, end=AtEnd.HOLD)
    case = a_case()
    ReviewCase.objects.filter(pk=case.pk).update(**changed)
    assert steps_take_due(now=NOON + WHOLE) == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert told(case) == [{"at_end": "none", "because": because}]
    assert notices(chen) == ["Deadlines of Gift cards and vouchers passed"]
    assert not Hold.objects.exists()


def test_leaves_it_to_the_clients_channel_where_that_said_what_it_will_do(chen: Person) -> None:
    steps(chen, end=AtEnd.LEAVE)
    case, other = a_case(default_outcome="deny"), a_case()
    assert steps_take_due(now=NOON + WHOLE) == 2
    assert told(case) == [{"at_end": "leave", "default_outcome": "deny"}]
    assert told(other) == [{"at_end": "none"}]
    assert set(ReviewCase.objects.values_list("status", flat=True)) == {CaseStatus.OPEN}


def test_leaves_a_decision_that_may_still_be_undone_its_course(chen: Person) -> None:
    steps(chen, at(50, StepKind.RETURN))
    case = a_case()
    desk = open_desk(case.refund, now=NOON + WHOLE / 2 - HOUR / 12)
    now = NOON + WHOLE / 2
    case_decide(
        case.pk,
        APPROVAL,
        person=desk.person,
        token=desk.claim.token,
        actor=person_actor(desk.person),
        now=now,
        undo_for=timedelta(seconds=5),
    )
    assert steps_take_due(now=now) == 0
    case.refresh_from_db()
    assert (case.step_due_at, case.status, case.is_boosted) == (now + AFTER_SETTLING, CaseStatus.SETTLING, False)


def test_waits_with_the_customer_and_goes_on_after(chen: Person) -> None:
    steps(chen, at(50, StepKind.WARN_SUPERVISORS))
    case = a_case()
    desk = open_desk(case.refund, now=NOON + HOUR)
    ask(desk, at_=NOON + HOUR)
    case.refresh_from_db()
    assert case.step_due_at is None
    assert steps_take_due(now=NOON + WHOLE) == 0
    information_expire_due(now=NOON + 10 * HOUR)
    case.refresh_from_db()
    # One of four hours was gone: the step at a half is due after another.
    assert case.step_due_at == NOON + 11 * HOUR
    assert steps_take_due(now=NOON + 11 * HOUR) == 1


def ask(desk: Desk, *, at_: Any) -> None:
    case_request_information(
        desk.case.pk,
        items=[InformationItem.ID_DOCUMENT],
        message="Please",
        due=at_ + 2 * HOUR,
        person=desk.person,
        token=desk.claim.token,
        actor=person_actor(desk.person),
        now=at_,
    )


def test_takes_steps_again_that_a_later_deadline_puts_ahead(chen: Person) -> None:
    steps(chen, at(50, StepKind.WARN_SUPERVISORS))
    case = a_case()
    assert steps_take_due(now=NOON + WHOLE / 2) == 1
    queue_times_save(
        QUEUE,
        minutes=16 * 60,
        by_level={},
        calendar_id=None,
        person=chen,
        actor=person_actor(chen),
        now=NOON + WHOLE / 2,
    )
    case.refresh_from_db()
    assert (case.step_due_at, case.steps_done) == (NOON + 8 * HOUR, 0)


def test_open_cases_follow_new_steps_and_none_when_there_are_none(chen: Person) -> None:
    case = a_case()
    steps(chen)
    assert ReviewCase.objects.get(pk=case.pk).step_due_at is None
    steps(chen, at(25, StepKind.WARN_HOLDER))
    case.refresh_from_db()
    assert case.step_due_at == NOON + HOUR
    case_requeue(case.pk, queue_slug=OTHER, by=chen, actor=person_actor(chen), now=NOON)
    case.refresh_from_db()
    # Half the time of that queue is twice the usual, so its steps lie behind by the deadline that stays.
    assert case.step_due_at is not None
    assert case.step_due_at <= case.due_at


@pytest.mark.parametrize(
    "drafts",
    [
        [at(0, StepKind.WARN_HOLDER)],
        [at(100, StepKind.WARN_HOLDER)],
        [at(50, StepKind.WARN_HOLDER), at(50, StepKind.RETURN)],
        [StepDraft(50, "deny")],
        [at(50, StepKind.MOVE)],
        [at(50, StepKind.MOVE, QUEUE)],
        [at(50, StepKind.MOVE, "nowhere")],
    ],
)
def test_refuses_steps_that_cannot_be_taken(chen: Person, drafts: list[StepDraft]) -> None:
    before = Queue.objects.get(slug=QUEUE).steps
    with pytest.raises(StepsUnfit):
        steps(chen, *drafts)
    assert Queue.objects.get(slug=QUEUE).steps == before


def test_only_supervisors_say_what_happens(chen: Person) -> None:
    with pytest.raises(SupervisorNeeded):
        steps(make_person("lin"))
    with pytest.raises(QueueUnknown):
        steps(chen, slug="nowhere")
    with pytest.raises(ReviewMinutesUnfit):
        steps(chen, hold=0)


def test_finds_what_is_due_by_its_index(chen: Person) -> None:
    steps(chen, at(50, StepKind.WARN_HOLDER))
    a_case()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        due = ReviewCase.objects.filter(step_due_at__isnull=False, step_due_at__lte=NOON).order_by("step_due_at", "pk")
        assert "case_step_due" in due.explain()
