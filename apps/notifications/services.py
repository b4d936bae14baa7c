"""Telling people: a row for the console, and a mail where that is wished for."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from apps.notifications.models import Notice
from apps.staff.models import Person

# Gaps between tries; after the last the mail is given up, and the notice stays in the console.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
# While one process sends, no other takes the mail on; above the time limit of a task.
LEASE = timedelta(minutes=5)
# A mail server that hangs must not hold a run beyond the time limit of its task.
RUN_SECONDS = 45.0
DEFAULT_LANGUAGE = "en"

logger = logging.getLogger(__name__)

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Receiver:
    """Who is told, and whether by mail as well."""

    person_id: int
    by_mail: bool


def people_tell(receivers: Iterable[Receiver], *, about: str, words: Words, path: str, now: datetime) -> None:
    """Tell people something, each once however often this is called. Call inside the transaction it follows from.

    `about` names what they are told, and the state it is in. Nothing is sent
    here: a tick sends the mails.
    """
    notices = [
        Notice(
            person_id=receiver.person_id,
            about=about,
            words=words,
            path=path,
            created_at=now,
            mail_due_at=now if receiver.by_mail else None,
        )
        for receiver in receivers
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


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


def mails_send_due(*, now: datetime, limit: int = 50) -> int:
    """Send mails that are due; returns how many went out.

    Taking one on is committed before it is sent, and the result after. A
    process that dies in between leaves the mail to a later try, with the same
    Message-ID, by which mail programs know a copy.
    """
    sent, begun = 0, monotonic()
    for _number in range(limit):
        notice = _taken_on(now)
        if notice is None:
            break
        error = _sent(notice)
        Notice.objects.filter(pk=notice.pk).update(
            mail_error=error,
            mailed_at=now if not error else None,
            mail_due_at=_next_try(notice, now) if error else None,
        )
        sent += not error
        if monotonic() - begun > RUN_SECONDS:
            break
    return sent


@transaction.atomic
def _taken_on(now: datetime) -> Notice | None:
    due = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(mail_due_at__lte=now)
    notice = due.select_related("person").order_by("mail_due_at", "pk").first()
    if notice is not None:
        notice.mail_tries += 1
        notice.mail_due_at = now + LEASE
        notice.save(update_fields=["mail_tries", "mail_due_at"])
    return notice


def _next_try(notice: Notice, now: datetime) -> datetime | None:
    if notice.mail_tries > len(GAPS):
        return None
    return now + GAPS[notice.mail_tries - 1]


def _host() -> str:
    return urlsplit(settings.REVIEWCONSOLE_PUBLIC_URL).hostname or "reviewconsole.invalid"


def _sent(notice: Notice) -> str:
    """Send one mail; returns the class of the error, empty when it went out."""
    person = notice.person
    if not person.email or not person.is_active:
        return "NoAddress"
    language = person.language or DEFAULT_LANGUAGE
    words = notice.words_in(language)
    address = (
        f"{settings.REVIEWCONSOLE_PUBLIC_URL.rstrip('/')}{notice.path}" if settings.REVIEWCONSOLE_PUBLIC_URL else ""
    )
    context = {"title": words["title"], "text": words["text"], "address": address, "name": str(person)}
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=words["title"].replace("\n", " "),
            body=render_to_string("notifications/mail.txt", context),
            to=[person.email],
            headers={"Message-ID": f"<notice-{notice.pk}@{_host()}>"},
        )
        mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    try:
        mail.send()
    except (OSError, ValueError) as error:  # what the line, the mail server (SMTPException) or an address brings about
        logger.warning("Mail for notice %s was not taken: %s", notice.pk, type(error).__name__)
        return type(error).__name__
    return ""
