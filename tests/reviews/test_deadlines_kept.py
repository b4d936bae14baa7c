"""Deadlines by queue, level and calendar: set at intake, paused with the customer, moved by a change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.audit.models import AuditEvent
from apps.reviews.errors import CalendarUnfit, QueueUnknown, ReviewMinutesUnfit, SupervisorNeeded
from apps.reviews.models import InformationItem, Queue, ReviewCase, WorkCalendar
from apps.reviews.selectors import queue_for
from apps.reviews.services.deadlines import CalendarDraft, Moved, calendar_save, queue_times_save
from apps.reviews.services.information import case_request_information, information_expire_due
from apps.risk.models import RiskOutcome
from apps.staff.models import Person, Role
from tests.support.factories import (
    APPROVAL,
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

# Friday, 27 November 2026, 17:00 in Shanghai.
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = CalendarDraft("Office", "Asia/Shanghai", "CN", ["09:00-18:00"] * 5 + ["", ""], [])


@pytest.fixture
def chen() -> Person:
    return make_person("chen", role=Role.SUPERVISOR)


def save(person: Person, draft: CalendarDraft = OFFICE, *, to: int | None = None) -> tuple[WorkCalendar, list[Moved]]:
    return calendar_save(draft, calendar_id=to, person=person, actor=person_actor(person), now=FRIDAY)


def times(person: Person, slug: str, minutes: int, calendar: WorkCalendar | None = None, **levels: int) -> list[Moved]:
    return queue_times_save(
        slug,
        minutes=minutes,
        by_level=levels,
        calendar_id=calendar.pk if calendar is not None else None,
        person=person,
        actor=person_actor(person),
        now=FRIDAY,
    )


def a_case(*, at: datetime = FRIDAY) -> ReviewCase:
    order = make_order(make_client(), Goods(5000), placed_at=at - HOUR)
    return ReviewCase.objects.get(refund=submit(order, RiskOutcome.REVIEW, now=at))


def slug_of(case: ReviewCase) -> str:
    return case.queue.slug


def test_counts_the_working_time_of_the_queues_calendar(chen: Person) -> None:
    slug = slug_of(a_case())
    calendar, _moved = save(chen)
    times(chen, slug, 120, calendar)
    assert a_case().due_at == MONDAY + HOUR
    # By level, where the queue says so.
    level = a_case().level
    times(chen, slug, 120, calendar, **{level: 30})
    assert a_case().due_at == FRIDAY + HOUR / 2


def test_moves_the_open_deadlines_and_says_which(chen: Person) -> None:
    case = a_case()
    before = case.due_at
    calendar, _moved = save(chen)
    (moved,) = times(chen, slug_of(case), 120, calendar)
    assert (moved.case_id, moved.before, moved.after) == (case.pk, before, MONDAY + HOUR)
    case.refresh_from_db()
    assert case.due_at == MONDAY + HOUR
    event = AuditEvent.objects.get(action="case.deadline_moved")
    assert (event.case_id, event.changes["because"]) == (case.pk, f"queue {slug_of(case)}")
    assert times(chen, slug_of(case), 120, calendar) == []
    # The Monday is off after all.
    off = CalendarDraft("Office", "Asia/Shanghai", "CN", OFFICE.shifts, [(date(2026, 11, 30), False, "Stocktaking")])
    _calendar, (again,) = save(chen, off, to=calendar.pk)
    assert again.after == MONDAY + timedelta(days=1) + HOUR
    assert save(chen, off, to=calendar.pk)[1] == []
    assert a_case().due_at == again.after


def test_moves_nothing_of_cases_that_are_closed_or_of_other_queues(chen: Person) -> None:
    case = a_case()
    desk = open_desk(case.refund, now=FRIDAY)
    desk.decide(APPROVAL, now=FRIDAY)
    other = Queue.objects.exclude(pk=case.queue_id).first()
    assert other is not None
    a_case()
    assert times(chen, other.slug, 5) == []
    assert len(times(chen, slug_of(case), 5)) == 1


def test_goes_on_with_the_working_time_that_was_left(chen: Person) -> None:
    slug = slug_of(a_case())
    calendar, _moved = save(chen)
    times(chen, slug, 120, calendar)
    case = a_case()
    desk = open_desk(case.refund, now=FRIDAY)
    ask(desk, at=FRIDAY + HOUR / 12, due=FRIDAY + 3 * HOUR)
    case.refresh_from_db()
    assert case.remaining_seconds == 115 * 60
    # No answer: on Friday evening it goes on, with what is left from Monday on.
    information_expire_due(now=FRIDAY + 3 * HOUR)
    case.refresh_from_db()
    assert case.due_at == MONDAY + timedelta(minutes=115)
    # A change counts what is left, not the whole time again.
    (moved,) = [one for one in times(chen, slug, 120) if one.case_id == case.pk]
    assert moved.after == FRIDAY + 3 * HOUR + timedelta(minutes=115)


def ask(desk: Desk, *, at: datetime, due: datetime) -> None:
    case_request_information(
        desk.case.pk,
        items=[InformationItem.ID_DOCUMENT],
        message="Please.",
        due=due,
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=at,
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": " "}, "a name of its own"),
        ({"time_zone": "Mars/Base"}, "no such time zone"),
        ({"country": "ZZ"}, "not known"),
        ({"shifts": [""] * 7}, "at least one day"),
        ({"shifts": ["09:00-18:00"] * 6}, "at least one day"),
        ({"shifts": ["18:00-09:00"] + [""] * 6}, "“18:00-09:00” is no shift"),
        ({"shifts": ["09:00-25:00"] + [""] * 6}, "is no shift"),
        ({"shifts": ["09:60-10:00"] + [""] * 6}, "is no shift"),
        ({"shifts": ["13:00-18:00, 09:00-12:00"] + [""] * 6}, "“09:00-12:00” is no shift"),
        ({"shifts": ["nine to five"] + [""] * 6}, "“nine to five” is no shift"),
        ({"days": [(date(2026, 1, 1), True, ""), (date(2026, 1, 1), False, "")]}, "named twice"),
    ],
)
def test_refuses_a_calendar_that_does_not_fit(chen: Person, changed: dict[str, Any], says: str) -> None:
    fields: dict[str, Any] = {**OFFICE.__dict__, **changed}
    with pytest.raises(CalendarUnfit) as refusal:
        save(chen, CalendarDraft(**fields))
    assert says in refusal.value.detail
    assert not WorkCalendar.objects.exists()


def test_refuses_a_second_of_the_same_name_and_one_that_is_gone(chen: Person) -> None:
    save(chen)
    with pytest.raises(CalendarUnfit):
        save(chen)
    with pytest.raises(CalendarUnfit):
        save(chen, CalendarDraft("Other", "Asia/Shanghai", "", OFFICE.shifts, []), to=999)


def test_refuses_times_that_do_not_fit(chen: Person) -> None:
    slug = queue_for("gift_card").slug
    for minutes, high in ((0, 60), (10**6, 60), (60, 0)):
        with pytest.raises(ReviewMinutesUnfit):
            times(chen, slug, minutes, high=high)
    with pytest.raises(QueueUnknown):
        times(chen, "nowhere", 60)
    with pytest.raises(SupervisorNeeded):
        times(make_person("lin"), slug, 60)
    with pytest.raises(SupervisorNeeded):
        save(make_person("wang"))
