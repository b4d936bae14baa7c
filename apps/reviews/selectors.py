"""Reading queues and cases."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import isfinite
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.common.cursors import recurring_cursor
from apps.common.keysets import CursorUnreadable, Page, decode_cursor, encode_cursor
from apps.refunds.models import Refund
from apps.reviews.errors import CaseUnknown
from apps.reviews.models import (
    CaseStatus,
    Decision,
    DecisionDraft,
    DecisionOutcome,
    Escalation,
    InformationRequest,
    OpenedBecause,
    Proposal,
    ProposalState,
    Queue,
    ReviewCase,
    SavedView,
    WorkCalendar,
)
from apps.reviews.searching import case_ids_found
from apps.reviews.worktime import Calendar
from apps.staff.models import Person, Role


def queue_for(category: str, named: str = "") -> Queue:
    """Return the queue that a policy named or, without such a one, that the category is routed to."""
    return queue_among(queues_ordered(), category, named)


def queues_ordered() -> list[Queue]:
    """Return all queues, the first to be asked first. Every refund that needs a person asks, so the SQL is kept."""
    with recurring_cursor() as cursor:
        cursor.execute(_QUEUES)
        rows = cursor.fetchall()
    return [_queue_read(row) for row in rows]


def _queue_read(row: Sequence[Any]) -> Queue:
    """Make a queue of a row of `_QUEUE`; the driver leaves JSON as text to Django."""
    values = dict(zip(_QUEUE, row, strict=True))
    values |= {name: json.loads(values[name]) for name in ("level_minutes", "steps")}
    return Queue.from_db(connection.alias, list(values), list(values.values()))


_QUEUE = [field.attname for field in Queue._meta.concrete_fields]
_QUEUES = f"SELECT {', '.join(_QUEUE)} FROM reviews_queue ORDER BY position, id"  # noqa: S608 (names of the model)


def review_time(queue: Queue, level: str) -> timedelta:
    """Return how much working time a case of a level may take in a queue."""
    minutes: int = queue.level_minutes.get(level, queue.review_minutes)
    return timedelta(minutes=minutes)


def calendar_of(queue: Queue) -> Calendar | None:
    """Return the calendar that a queue goes by; None when it goes by the clock on the wall."""
    if queue.calendar_id is None:
        return None
    return _calendar_read(queue.calendar_id, queue.calendar_revision)


@lru_cache(maxsize=200)
def _calendar_read(calendar_id: int, _revision: int) -> Calendar:
    return calendar_written(WorkCalendar.objects.prefetch_related("days").get(pk=calendar_id))


def calendar_written(calendar: WorkCalendar) -> Calendar:
    """Return a calendar's row, with its days, as the rules take it."""
    return Calendar(
        zone=calendar.time_zone,
        shifts=tuple(tuple((begin, end) for begin, end in day) for day in calendar.shifts),
        country=calendar.country,
        own=tuple((day.day, day.is_worked) for day in calendar.days.all()),
    )


def calendars() -> list[WorkCalendar]:
    """Return all calendars by name, with their days and queues."""
    return list(WorkCalendar.objects.prefetch_related("days", "queues").order_by("name"))


def queue_among(queues: Sequence[Queue], category: str, named: str = "") -> Queue:
    """Return the queue of the slug `named`, else the one that names the category, else the one that names none.

    A policy may name a queue that was removed since: no refund waits for that.
    """
    ways: tuple[Callable[[Queue], bool], ...] = (
        lambda queue: queue.slug == named,
        lambda queue: category in queue.categories,
        lambda queue: not queue.categories,
    )
    return next(queue for is_it in ways for queue in queues if is_it(queue))


def cases_whole() -> QuerySet[ReviewCase]:
    """Cases with what a row or a page of one needs; the facts behind an assessment are read when asked for."""
    return ReviewCase.objects.select_related(
        "queue",
        "holder",
        "refund__order",
        "refund__account__subject",
        "refund__shop__owner_account",
        "refund__client",
        "refund__destination__holder_account",
        "refund__assessment",
    ).defer("refund__assessment__facts", "pieces")


def cases_listed() -> QuerySet[ReviewCase]:
    """Cases with what a row of a list needs, and no more: each further table is planned for on every page."""
    return (
        ReviewCase.objects.select_related("queue", "holder", "refund__account", "refund__shop", "refund__assessment")
        .defer("refund__assessment__facts", "pieces")
        .prefetch_related("refund__lines__line")
    )


def case_of(case_id: str) -> ReviewCase:
    """Return the case. Raises CaseUnknown."""
    found = cases_whole().filter(pk=case_id).first()
    if found is None:
        raise CaseUnknown
    return found


def refund_id_of_case(case_id: str) -> str:
    """Return whose case it is. Raises CaseUnknown."""
    refund_id = ReviewCase.objects.filter(pk=case_id).values_list("refund_id", flat=True).first()
    if refund_id is None:
        raise CaseUnknown
    return refund_id


def case_locked(case_id: str) -> ReviewCase:
    """Return the case with its row locked until the transaction ends. Raises CaseUnknown."""
    found = (
        ReviewCase.objects.select_for_update(of=("self",)).select_related("queue", "holder").filter(pk=case_id).first()
    )
    if found is None:
        raise CaseUnknown
    return found


def case_of_refund_locked(refund_id: str, *, client_id: int) -> ReviewCase | None:
    """Return the case of a client's refund that is not closed, locked, or None."""
    return (
        ReviewCase.objects.select_for_update(of=("self",))
        .select_related("queue", "holder")
        .filter(refund_id=refund_id, refund__client_id=client_id)
        .exclude(status=CaseStatus.CLOSED)
        .first()
    )


def not_for(person: Person) -> Q:
    """Cases that this person may not take.

    Appeals of refunds that they denied, lately or before; what they decided
    themselves and a second person has to confirm; for reviewers what was
    escalated.
    """
    denials = Decision.objects.filter(
        case__refund_id=OuterRef("refund_id"), person=person, outcome=DecisionOutcome.DENY
    )
    own = Proposal.objects.filter(case=OuterRef("pk"), person=person, state=ProposalState.SECOND)
    others = Q(not_for=person) | Q(Exists(denials), opened_because=OpenedBecause.APPEAL)
    others |= Q(Exists(own), is_second=True)
    if person.is_supervisor:
        return others
    return others | Q(is_escalated=True) | Q(queue__in=queues_closed_to(person))


def queues_closed_to(person: Person) -> QuerySet[Queue]:
    """Queues that have members, of whom this person is none."""
    return Queue.objects.filter(members__isnull=False).exclude(members=person)


def is_not_for(case: ReviewCase, person: Person) -> bool:
    """Tell whether this person may not take the case."""
    if case.not_for_id == person.pk:
        return True
    asks = case.is_second or case.is_escalated or case.opened_because == OpenedBecause.APPEAL
    asks = asks or not person.is_supervisor
    return asks and ReviewCase.objects.filter(not_for(person), pk=case.pk).exists()


def proposal_awaiting(case: ReviewCase) -> Proposal | None:
    """Return the decision that waits for a second person."""
    return Proposal.objects.select_related("person").filter(case=case, state=ProposalState.SECOND).first()


def proposals_of(refund_id: str) -> list[Proposal]:
    """Return what was decided on a refund's cases, the oldest first, with its people; what was undone is left out."""
    rows = Proposal.objects.filter(case__refund_id=refund_id).exclude(state=ProposalState.UNDONE)
    return list(rows.select_related("person", "seconded_by").order_by("proposed_at", "id"))


def requests_on_their_way() -> QuerySet[InformationRequest]:
    """Requests for information that may still be undone."""
    return InformationRequest.objects.filter(sent_at__isnull=True, ended_at__isnull=True)


def escalations_on_their_way() -> QuerySet[Escalation]:
    """Escalations that may still be undone."""
    return Escalation.objects.filter(sent_at__isnull=True, undone_at__isnull=True)


def draft_kept(case: ReviewCase, person: Person) -> DecisionDraft | None:
    """Return what this person filled in and did not send."""
    return DecisionDraft.objects.filter(case=case, person=person).first()


def saved_views(person: Person) -> list[SavedView]:
    """Return the views of this person and those that others share, by name."""
    views = SavedView.objects.filter(Q(person=person) | Q(is_shared=True)).select_related("person")
    return list(views.order_by("name", "pk"))


def queues_with_members() -> list[Queue]:
    """Return the queues in their order, with who works in each."""
    return list(Queue.objects.prefetch_related("members").order_by("position", "id"))


def people_for(case: ReviewCase, *, but: Person) -> list[Person]:
    """Return who else could be given the case (see `not_for`), by name. One statement."""
    people = Person.objects.filter(is_active=True).exclude(pk=but.pk).order_by("display_name", "username", "pk")
    if case.is_escalated:
        people = people.exclude(role=Role.REVIEWER)
    elif case.queue.members.exists():
        people = people.filter(Q(queues=case.queue) | ~Q(role=Role.REVIEWER)).distinct()
    if case.is_second:
        people = people.exclude(proposals__in=Proposal.objects.filter(case=case, state=ProposalState.SECOND))
    if case.opened_because == OpenedBecause.APPEAL:
        denials = Decision.objects.filter(case__refund_id=case.refund_id, outcome=DecisionOutcome.DENY)
        people = people.exclude(pk=case.not_for_id or 0).exclude(decisions__in=denials)
    return list(people)


class Sort(StrEnum):
    """What comes first in the queue."""

    DEADLINE = "deadline"
    AMOUNT = "amount"
    SCORE = "score"
    VALUE = "value"


# The column of each, as an index holds it, and what Python makes of its value in a cursor.
_COLUMNS: dict[Sort, tuple[str, str]] = {
    Sort.DEADLINE: ("due_at", "gt"),
    Sort.AMOUNT: ("worth", "lt"),
    Sort.SCORE: ("score", "lt"),
    Sort.VALUE: ("value", "lt"),
}


@dataclass(frozen=True)
class QueueFilter:
    """What the queue page may be narrowed by. `older_than` is the least time since the case was opened."""

    sort: Sort = Sort.DEADLINE
    tag: str = ""
    queue: str = ""
    level: str = ""
    category: str = ""
    older_than: timedelta | None = None
    text: str = ""
    unclaimed_only: bool = False


def cases_waiting(wanted: QueueFilter, *, now: datetime) -> QuerySet[ReviewCase]:
    """Open cases that match, in no order; what `text` may be says `reviews.searching`."""
    rows = cases_listed().filter(status=CaseStatus.OPEN)
    if wanted.queue:
        rows = rows.filter(queue__slug=wanted.queue)
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.older_than is not None:
        rows = rows.filter(opened_at__lte=now - wanted.older_than)
    if wanted.unclaimed_only:
        rows = rows.filter(Q(holder__isnull=True) | Q(leased_until__lte=now))
    if wanted.tag:
        rows = rows.filter(tags__contains=[wanted.tag])
    if wanted.text:
        rows = rows.filter(pk__in=case_ids_found(wanted.text))
    return rows


def cases_page(wanted: QueueFilter, *, now: datetime, limit: int, cursor: str | None) -> Page[ReviewCase]:
    """Return a page of the queue in the wanted order, the most urgent first. Raises CursorUnreadable."""
    rows = cases_waiting(wanted, now=now)
    column, beyond = _COLUMNS[wanted.sort]
    if cursor is not None:
        value, last = _place(cursor, wanted.sort)
        rows = rows.filter(Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"pk__{beyond}": last}))
    order = (column, "pk") if beyond == "gt" else (f"-{column}", "-pk")
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    tail = found[limit - 1]
    value = getattr(tail, column)
    written = value.isoformat() if isinstance(value, datetime) else repr(value)
    return Page(found[:limit], encode_cursor([wanted.sort.value, written, tail.pk]))


def _place(cursor: str, sort: Sort) -> tuple[datetime | float, str]:
    """Read the key of the last row of a page. Raises CursorUnreadable, also for one of another order."""
    named, written, last = decode_cursor(cursor, [str, str, str])
    if named != sort.value:
        raise CursorUnreadable
    try:
        value = datetime.fromisoformat(written) if sort is Sort.DEADLINE else float(written)
    except ValueError:
        raise CursorUnreadable from None
    if isinstance(value, float) and not isfinite(value):
        raise CursorUnreadable
    return value, last


def cases_held_by(person: Person, *, now: datetime) -> QuerySet[ReviewCase]:
    """The cases a person has claimed, the nearest deadline first."""
    return cases_listed().filter(holder=person, leased_until__gt=now).order_by("due_at", "pk")


def cases_found(text: str, *, limit: int) -> list[ReviewCase]:
    """Return the cases in any status that a search names, the newest first."""
    return list(cases_listed().filter(pk__in=case_ids_found(text)).order_by("-pk")[:limit])


def cases_arrived(wanted: QueueFilter, *, since: datetime, now: datetime) -> int:
    """Count the open cases that match and were opened after `since`."""
    return cases_waiting(wanted, now=now).filter(opened_at__gt=since).count()


@dataclass(frozen=True)
class QueueCount:
    """A queue, how many open cases wait in it, and how many of them are past their deadline; `MOST_COUNTED` or less."""

    queue: Queue
    waiting: int
    late: int


# To count on costs more than it tells.
MOST_COUNTED = 5_000
_COUNTS = f"""
SELECT {", ".join(f"q.{name}" for name in _QUEUE)},
    (SELECT count(*) FROM (
        SELECT FROM reviews_reviewcase c WHERE c.queue_id = q.id AND c.status = 'open' LIMIT {MOST_COUNTED}
    ) waiting),
    (SELECT count(*) FROM (
        SELECT FROM reviews_reviewcase c WHERE c.queue_id = q.id AND c.status = 'open' AND c.due_at <= %s
        LIMIT {MOST_COUNTED}
    ) late)
FROM reviews_queue q ORDER BY q.position, q.id
"""  # noqa: S608 (names of the model, and a number)


def queue_counts(*, now: datetime) -> list[QueueCount]:
    """Count the open cases of each queue, in the queues' order. One statement."""
    with recurring_cursor() as cursor:
        cursor.execute(_COUNTS, [now])
        rows = cursor.fetchall()
    return [QueueCount(_queue_read(row[:-2]), row[-2], row[-1]) for row in rows]


def refunds_found(text: str, *, limit: int = 20) -> list[Refund]:
    """Return submitted refunds in any status that a search names, newest first."""
    named = ReviewCase.objects.filter(pk__in=case_ids_found(text)).values("refund_id")
    return list(
        Refund.objects.filter(pk__in=named).select_related("order", "account", "shop", "client").order_by("-pk")[:limit]
    )
