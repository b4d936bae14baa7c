"""By when a case has to be decided. Pure: instants in, instants out."""

from datetime import datetime, timedelta

# The client's own channel decides at `answer_by`; our answer has to be there before.
MARGIN = timedelta(minutes=30)


def due_at(opened_at: datetime, review_time: timedelta, answer_by: datetime | None) -> datetime:
    """Return the review deadline: the queue's time, cut short by the client's, never before the opening."""
    due = opened_at + review_time
    if answer_by is not None:
        due = min(due, answer_by - MARGIN)
    return max(due, opened_at)
