"""What a person was told, and where they want it."""

from apps.common.keysets import Page, page_by_id
from apps.notifications.models import Channel, Notice, NoticeKind, Rest, When, Wish
from apps.staff.models import Person

# What the bell counts up to; more is "99+".
MOST_COUNTED = 100


def notices_of(person: Person, *, limit: int, cursor: str | None) -> Page[Notice]:
    """Return a page of what the person was told, the newest first, with where it went. Raises CursorUnreadable."""
    told = Notice.objects.filter(person=person).prefetch_related("dispatches__channel")
    return page_by_id(told, limit=limit, cursor=cursor)


def unread_count(person: Person) -> int:
    """Count what the person has not read, up to `MOST_COUNTED`."""
    return Notice.objects.filter(person=person, read_at__isnull=True)[:MOST_COUNTED].count()


def channels_of(person: Person) -> list[Channel]:
    """Return the chats of a person that are in use, the oldest first."""
    return list(Channel.objects.filter(person=person, ended_at__isnull=True).order_by("pk"))


def wishes_of(person: Person) -> dict[tuple[NoticeKind, int | None], When]:
    """Return when the person wants each kind in each place, by kind and channel (None: mail)."""
    return {(NoticeKind(wish.kind), wish.channel_id): When(wish.when) for wish in Wish.objects.filter(person=person)}


def rest_of(person: Person) -> Rest | None:
    """Return the quiet hours and digests of a person, None when they chose none."""
    return Rest.objects.filter(person=person).first()
