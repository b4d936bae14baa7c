"""What a queue does on the way to a case's deadline, and when. Reads nothing but calendars that are remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.reviews.deadlines import due_at
from apps.reviews.models import AtEnd, OpenedBecause, ReviewCase, StepKind
from apps.reviews.selectors import calendar_of, review_time
from apps.reviews.worktime import Calendar, add_working, working_between

END = 100


@dataclass(frozen=True)
class Step:
    """One step at a share of the time, in percent; `do` is None at the end."""

    share: int
    do: StepKind | None
    at: datetime
    # For a move: the slug of the queue.
    queue: str = ""


def answer_by_of(case: ReviewCase) -> datetime | None:
    """Return when the client's own channel decides; None when it has had its answer, the denial that is appealed."""
    return None if case.opened_because == OpenedBecause.APPEAL else case.refund.answer_by


def steps_ahead(case: ReviewCase, answer_by: datetime | None, calendar: Calendar | None = None) -> list[Step]:
    """Return what is still to come of a case that does not wait for its customer, the earliest first.

    Shares are of the working time that the queue gives from the opening. A
    step that the time left has passed already is due at once. `calendar` is
    the queue's, where that was changed in this transaction.
    """
    queue = case.queue
    if not queue.steps and queue.at_end == AtEnd.NONE:
        return []
    calendar = calendar or calendar_of(queue)
    at_first = due_at(case.opened_at, review_time(queue, case.level), answer_by, calendar)
    whole = working_between(calendar, case.opened_at, at_first)
    since = case.counts_from or case.opened_at
    left = working_between(calendar, since, case.due_at)
    ahead = [
        Step(
            told["share"],
            StepKind(told["do"]),
            min(
                add_working(calendar, since, max(left - whole * (END - told["share"]) / END, timedelta())), case.due_at
            ),
            told.get("queue", ""),
        )
        for told in queue.steps
        if told["share"] > case.steps_done
    ]
    if case.steps_done < END:
        ahead.append(Step(END, None, case.due_at))
    return ahead


def step_set(case: ReviewCase, answer_by: datetime | None, calendar: Calendar | None = None) -> None:
    """Note on a case, which is not saved, when its next step is due."""
    ahead = steps_ahead(case, answer_by, calendar)
    case.step_due_at = ahead[0].at if ahead else None


def steps_rewind(case: ReviewCase, answer_by: datetime | None, calendar: Calendar | None, *, now: datetime) -> None:
    """Set the next step after the deadline or the steps changed: those that now lie ahead again are taken again."""
    done, case.steps_done = case.steps_done, 0
    passed = [step.share for step in steps_ahead(case, answer_by, calendar) if step.at <= now and step.share <= done]
    case.steps_done = max(passed, default=0)
    step_set(case, answer_by, calendar)
