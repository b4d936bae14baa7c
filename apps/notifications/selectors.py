"""What a person was told."""

from apps.common.keysets import Page, page_by_id
from apps.notifications.models import Notice
from apps.staff.models import Person

# What the bell counts up to; more is "99+".
MOST_COUNTED = 100


def notices_of(person: Person, *, limit: int, cursor: str | None) -> Page[Notice]:
    """Return a page of what the person was told, the newest first. Raises CursorUnreadable."""
    return page_by_id(Notice.objects.filter(person=person), limit=limit, cursor=cursor)


def unread_count(person: Person) -> int:
    """Count what the person has not read, up to `MOST_COUNTED`."""
    return Notice.objects.filter(person=person, read_at__isnull=True)[:MOST_COUNTED].count()
