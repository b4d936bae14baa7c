"""Telling people: a row for the console, and one for each other place where the person wants it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation

from apps.notifications.models import Channel, Dispatch, Notice, NoticeKind, Rest, When, Wish
from apps.notifications.timing import Hours, after_quiet, next_digest
from apps.staff.models import Person

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Receiver:
    """Who is told; `by_mail` where they asked for a mail of this very thing, as of an alert."""

    person_id: int
    by_mail: bool = False


def people_tell(
    receivers: Iterable[Receiver],
    *,
    kind: NoticeKind,
    about: str,
    words: Words,
    path: str,
    now: datetime,
    here_alone: bool = False,
) -> None:
    """Tell people something, each once however often this is called. Call inside the transaction it follows from.

    `about` names what they are told, and the state it is in. Nothing is sent
    here: a tick sends mails and messages. `here_alone` is for what must not
    go where it tells of.
    """
    wanted = {receiver.person_id: receiver for receiver in receivers}
    known = Notice.objects.filter(person__in=wanted.keys(), about=about).values_list("person", flat=True)
    fresh = sorted(wanted.keys() - set(known))
    if not fresh:
        return
    Notice.objects.bulk_create(
        [
            Notice(person_id=person_id, kind=kind, about=about, words=words, path=path, created_at=now)
            for person_id in fresh
        ],
        # Somebody may be telling the same at this moment.
        ignore_conflicts=True,
    )
    if not here_alone:
        notices = Notice.objects.filter(person__in=fresh, about=about).order_by("pk")
        _dispatch(list(notices), {person_id for person_id in fresh if wanted[person_id].by_mail}, kind, now)


def in_each_language(words: Callable[[], Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return title and text in every language of the console; `words` writes them in the active one."""
    written = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            written[language] = words()
    return written


def notices_read(person: Person, *, now: datetime, notice_id: int | None = None) -> None:
    """Mark one notice of the person, or all, as read."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    (unread if notice_id is None else unread.filter(pk=notice_id)).update(read_at=now)


def usually(kind: NoticeKind, *, asked: bool) -> When:
    """Say when a person who chose nothing gets a kind by mail: late work at once, alerts as they subscribed."""
    return When.NOW if asked or kind is NoticeKind.SYSTEM else When.NEVER


def hours_of(person: Person, rest: Rest | None) -> Hours:
    """Return the hours of a person as the rules take them."""
    if rest is None:
        return Hours(person.time_zone)
    begin, end = rest.quiet_from, rest.quiet_until
    quiet = (begin, end) if begin is not None and end is not None else None
    return Hours(person.time_zone, quiet, tuple(rest.digests_at))


def _dispatch(notices: list[Notice], asked: Collection[int], kind: NoticeKind, now: datetime) -> None:
    """Note where else the notices go, and when. Four statements, one more when anything does."""
    people = {person.pk: person for person in Person.objects.filter(pk__in=[notice.person_id for notice in notices])}
    rests = {rest.person_id: rest for rest in Rest.objects.filter(person__in=people.keys())}
    channels = Channel.objects.filter(person__in=people.keys(), ended_at__isnull=True).order_by("pk")
    wishes = {
        (wish.person_id, wish.channel_id): When(wish.when)
        for wish in Wish.objects.filter(person__in=people.keys(), kind=kind)
    }
    places: dict[int, list[Channel]] = {}
    for channel in channels:
        places.setdefault(channel.person_id, []).append(channel)
    rows = []
    for notice in notices:
        person = people[notice.person_id]
        hours = hours_of(person, rests.get(person.pk))
        if person.email and settings.REVIEWCONSOLE_SENDS_MAIL:
            when = wishes.get((person.pk, None), usually(kind, asked=person.pk in asked))
            rows.append(Dispatch(notice=notice, due_at=_due(when, hours, now)))
        for channel in places.get(person.pk, ()):
            when = wishes.get((person.pk, channel.pk), When.NEVER)
            rows.append(Dispatch(notice=notice, channel=channel, due_at=_due(when, hours, now)))
    Dispatch.objects.bulk_create([row for row in rows if row.due_at is not None], ignore_conflicts=True)


def _due(when: When, hours: Hours, now: datetime) -> datetime | None:
    """Return when something goes out, None when it does not."""
    if when is When.NEVER:
        return None
    if when is When.NOW:
        return after_quiet(now, hours)
    return next_digest(now, hours) if when is When.DIGEST else now
