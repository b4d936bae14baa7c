"""By when queues want their cases decided; a change moves the deadlines of the cases that are open."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from django.db import transaction
from holidays import list_supported_countries

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.instants import written_instant
from apps.reviews.deadlines import due_at
from apps.reviews.errors import CalendarUnfit, QueueUnknown, ReviewMinutesUnfit, StepsUnfit, SupervisorNeeded
from apps.reviews.models import (
    AtEnd,
    CalendarDay,
    CaseStatus,
    Queue,
    ReviewCase,
    StepKind,
    WorkCalendar,
)
from apps.reviews.ranking import review_value
from apps.reviews.selectors import calendar_written, review_time
from apps.reviews.steps import END, answer_by_of, steps_rewind
from apps.reviews.worktime import Calendar
from apps.risk.models import RiskLevel
from apps.staff.models import Person

LONGEST_MINUTES = 30 * 24 * 60
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})$")


@dataclass(frozen=True)
class Moved:
    """An open case whose deadline a change moved."""

    case_id: str
    reference: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class CalendarDraft:
    """A calendar as somebody fills it in: `shifts` by weekday as text, own days with whether they are worked."""

    name: str
    time_zone: str
    country: str
    shifts: Sequence[str]
    days: Sequence[tuple[date, bool, str]]


@transaction.atomic
def calendar_save(
    draft: CalendarDraft, *, calendar_id: int | None, person: Person, actor: Actor, now: datetime
) -> tuple[WorkCalendar, list[Moved]]:
    """Write a calendar, and move the open deadlines of the queues that go by it.

    Raises SupervisorNeeded, CalendarUnfit.
    """
    _check_supervisor(person)
    given = _checked(draft)
    taken = WorkCalendar.objects.filter(name=given["name"]).exclude(pk=calendar_id or 0)
    if taken.exists():
        raise CalendarUnfit(pointer="/name", why="name")
    if calendar_id is None:
        calendar = WorkCalendar.objects.create(**given)
    else:
        found = WorkCalendar.objects.select_for_update().filter(pk=calendar_id).first()
        if found is None:
            raise CalendarUnfit(pointer="/name", why="gone")
        calendar = found
        for name, value in given.items():
            setattr(calendar, name, value)
        calendar.revision += 1
        calendar.save()
        calendar.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=day, is_worked=worked, note=note[:120]) for day, worked, note in draft.days
    )
    queues = list(calendar.queues.select_for_update().order_by("pk"))
    for queue in queues:
        queue.calendar_revision = calendar.revision
        queue.save(update_fields=["calendar_revision"])
    audit_record(Action.CALENDAR_SAVED, actor=actor, now=now, subject=calendar.name, changes=_told(draft))
    return calendar, _recomputed(queues, because=f"calendar {calendar.name}", actor=actor, now=now)


@transaction.atomic
def queue_times_save(
    slug: str,
    *,
    minutes: int,
    by_level: Mapping[str, int],
    calendar_id: int | None,
    person: Person,
    actor: Actor,
    now: datetime,
) -> list[Moved]:
    """Say how long the queue's cases may take, by level, and by which calendar; moves its open deadlines.

    Raises SupervisorNeeded, QueueUnknown, ReviewMinutesUnfit, CalendarUnfit.
    """
    _check_supervisor(person)
    queue = Queue.objects.select_for_update().filter(slug=slug).first()
    if queue is None:
        raise QueueUnknown
    told = {level: value for level, value in by_level.items() if level in RiskLevel.values}
    if not all(1 <= value <= LONGEST_MINUTES for value in (minutes, *told.values())):
        raise ReviewMinutesUnfit(pointer="/minutes", most=LONGEST_MINUTES)
    calendar = WorkCalendar.objects.filter(pk=calendar_id).first() if calendar_id is not None else None
    if calendar_id is not None and calendar is None:
        raise CalendarUnfit(pointer="/calendar", why="gone")
    before = {"minutes": queue.review_minutes, "by_level": queue.level_minutes, "calendar": queue.calendar_id}
    queue.review_minutes, queue.level_minutes, queue.calendar = minutes, told, calendar
    queue.calendar_revision = calendar.revision if calendar is not None else 0
    queue.save(update_fields=["review_minutes", "level_minutes", "calendar", "calendar_revision"])
    after = {"minutes": minutes, "by_level": told, "calendar": calendar_id}
    if before == after:
        return []
    audit_record(
        Action.QUEUE_TIMES,
        actor=actor,
        now=now,
        subject=queue.slug,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    return _recomputed([queue], because=f"queue {queue.slug}", actor=actor, now=now)


@dataclass(frozen=True)
class StepDraft:
    """One step before a deadline as somebody fills it in: a share of the time in percent, and what then happens."""

    share: int
    do: str
    queue: str = ""


@transaction.atomic
def queue_steps_save(
    slug: str,
    steps: Sequence[StepDraft],
    *,
    at_end: str,
    end_hold_minutes: int,
    person: Person,
    actor: Actor,
    now: datetime,
) -> Queue:
    """Say what happens on the way to the queue's deadlines and at their end; its open cases follow at once.

    Raises SupervisorNeeded, QueueUnknown, StepsUnfit, ReviewMinutesUnfit.
    """
    _check_supervisor(person)
    queue = Queue.objects.select_for_update().filter(slug=slug).first()
    if queue is None:
        raise QueueUnknown
    written = _steps_checked(steps, queue)
    if at_end not in AtEnd.values:
        raise StepsUnfit(pointer="/at_end", why="end")
    if not 1 <= end_hold_minutes <= LONGEST_MINUTES:
        raise ReviewMinutesUnfit(pointer="/end_hold_minutes", most=LONGEST_MINUTES)
    after = {"steps": written, "at_end": at_end, "end_hold_minutes": end_hold_minutes}
    before = {name: getattr(queue, name) for name in after}
    if before == after:
        return queue
    for name, value in after.items():
        setattr(queue, name, value)
    queue.save(update_fields=list(after))
    audit_record(
        Action.QUEUE_STEPS,
        actor=actor,
        now=now,
        subject=queue.slug,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    _recomputed([queue], because=f"queue {queue.slug}", actor=actor, now=now)
    return queue


def _steps_checked(steps: Sequence[StepDraft], queue: Queue) -> list[dict[str, object]]:
    """Return the steps as they are kept, the earliest first. Raises StepsUnfit."""
    written: list[dict[str, object]] = []
    others = set(Queue.objects.exclude(pk=queue.pk).values_list("slug", flat=True))
    for number, step in enumerate(sorted(steps, key=lambda step: step.share)):
        pointer = f"/steps/{number}"
        if not 0 < step.share < END or step.share in {each["share"] for each in written}:
            raise StepsUnfit(pointer=pointer, why="share")
        if step.do not in StepKind.values:
            raise StepsUnfit(pointer=pointer, why="step")
        if step.do == StepKind.MOVE:
            if step.queue not in others:
                raise StepsUnfit(pointer=pointer, why="queue")
            written.append({"share": step.share, "do": step.do, "queue": step.queue})
        else:
            written.append({"share": step.share, "do": step.do})
    return written


def shifts_read(texts: Sequence[str]) -> list[list[list[int]]]:
    """Read a week's shifts as people write them, `09:00-12:00, 13:30-18:00`, Monday first. Raises CalendarUnfit."""
    week = []
    for text in texts:
        shifts: list[list[int]] = []
        for part in (part.strip() for part in re.split(r"[,，;；]", text) if part.strip()):
            found = _SPAN.match(part)
            if found is None:
                raise CalendarUnfit(pointer="/shifts", why="shift", text=part[:40])
            begin, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
            if int(found[2]) > 59 or int(found[4]) > 59 or not 0 <= begin < end <= 1440:
                raise CalendarUnfit(pointer="/shifts", why="shift", text=part[:40])
            if shifts and begin < shifts[-1][1]:
                raise CalendarUnfit(pointer="/shifts", why="shift", text=part[:40])
            shifts.append([begin, end])
        week.append(shifts)
    return week


def _checked(draft: CalendarDraft) -> dict[str, object]:
    name = draft.name.strip()[:80]
    if not name:
        raise CalendarUnfit(pointer="/name", why="name")
    if draft.time_zone not in available_timezones():
        raise CalendarUnfit(pointer="/time_zone", why="zone")
    if draft.country and draft.country not in list_supported_countries():
        raise CalendarUnfit(pointer="/country", why="country")
    shifts = shifts_read(draft.shifts)
    if len(shifts) != 7 or not any(shifts):
        raise CalendarUnfit(pointer="/shifts", why="empty")
    if len({day for day, _worked, _note in draft.days}) != len(draft.days):
        raise CalendarUnfit(pointer="/days", why="day")
    return {"name": name, "time_zone": draft.time_zone, "country": draft.country, "shifts": shifts}


def _told(draft: CalendarDraft) -> dict[str, object]:
    return {
        "time_zone": draft.time_zone,
        "country": draft.country,
        "shifts": list(draft.shifts),
        "days": [f"{day} {'worked' if worked else 'off'}" for day, worked, _note in draft.days],
    }


def _recomputed(queues: Sequence[Queue], *, because: str, actor: Actor, now: datetime) -> list[Moved]:
    """Move the deadlines of open cases, those that wait for an answer apart: theirs is made anew when it comes."""
    moved = []
    for queue in queues:
        # Read here, not remembered: what this transaction wrote is nobody's before it is committed.
        calendar = calendar_written(queue.calendar) if queue.calendar is not None else None
        cases = ReviewCase.objects.select_for_update(of=("self",)).select_related("refund").filter(queue=queue)
        for case in cases.filter(status__in=[CaseStatus.OPEN, CaseStatus.SETTLING]).order_by("pk"):
            case.queue = queue
            before, after = case.due_at, _due(case, calendar)
            case.due_at = after
            if not _stepped(case, calendar, now=now) and before == after:
                continue
            case.value = review_value(case.worth, case.score, after, is_boosted=case.is_boosted)
            case.save(update_fields=["due_at", "value", "step_due_at", "steps_done"])
            if before == after:
                continue
            audit_record(
                Action.DEADLINE_MOVED,
                actor=actor,
                now=now,
                refund_id=case.refund_id,
                case_id=case.pk,
                changes={"due_at": [written_instant(before), written_instant(after)], "because": because},
            )
            moved.append(Moved(case.pk, case.refund.reference, before, after))
    return moved


def _stepped(case: ReviewCase, calendar: Calendar | None, *, now: datetime) -> bool:
    """Set the next step of a case; tells whether that changed."""
    before = case.step_due_at, case.steps_done
    steps_rewind(case, answer_by_of(case), calendar, now=now)
    return before != (case.step_due_at, case.steps_done)


def _due(case: ReviewCase, calendar: Calendar | None) -> datetime:
    answer_by = answer_by_of(case)
    if case.counts_from is not None and case.counts_seconds is not None:
        return due_at(case.counts_from, timedelta(seconds=case.counts_seconds), answer_by, calendar)
    return due_at(case.opened_at, review_time(case.queue, case.level), answer_by, calendar)


def _check_supervisor(person: Person) -> None:
    if not person.is_supervisor:
        raise SupervisorNeeded
