"""By when a case has to be decided. Pure: instants in, instants out."""

from datetime import datetime, timedelta

from apps.reviews.worktime import Calendar, add_working

# The client's own channel decides at `answer_by`; our answer has to be there before.
MARGIN = timedelta(minutes=30)


def due_at(
    opened_at: datetime, review_time: timedelta, answer_by: datetime | None, calendar: Calendar | None = None
) -> datetime:
    """Return the review deadline: the queue's working time, cut short by the client's, never before the opening."""
    due = add_working(calendar, opened_at, review_time)
    if answer_by is not None:
        due = min(due, answer_by - MARGIN)
    return max(due, opened_at)
