"""Sending what is due, by mail and to chats.

Taking a message on is committed before it is sent, and the result after. A process that dies in between leaves it to a
later try: a mail with the same Message-ID, by which mail programs know a copy.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext

from apps.common.ciphers import ValueUnreadable, decrypted
from apps.notifications.chat import chat_send
from apps.notifications.models import Channel, Dispatch, DispatchState, NoticeKind
from apps.notifications.services.tell import Receiver, in_each_language, people_tell

# Gaps between tries; after the last it is given up, and the notice stays in the console.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
# While one process sends, no other takes the message on; above the time limit of a task.
LEASE = timedelta(minutes=5)
# A server that hangs must not hold a run beyond the time limit of its task.
RUN_SECONDS = 45.0
# So many notices fit into one message.
MOST_TOGETHER = 30
DEFAULT_LANGUAGE = "en"
# Nothing would change by trying again.
_FINAL = frozenset({"NoAddress", "ChannelEnded", "ValueUnreadable"})

logger = logging.getLogger(__name__)


def mails_due() -> QuerySet[Dispatch]:
    """What waits to go by mail."""
    return Dispatch.objects.filter(state=DispatchState.WAITING, channel__isnull=True)


def chats_due() -> QuerySet[Dispatch]:
    """What waits to go to chats."""
    return Dispatch.objects.filter(state=DispatchState.WAITING, channel__isnull=False)


def mails_send_due(*, now: datetime, limit: int = 50) -> int:
    """Send mails that are due; returns how many went out."""
    return _send_due(mails_due(), _mail, now=now, limit=limit)


def chats_send_due(*, now: datetime, limit: int = 50) -> int:
    """Send messages to chats that are due; returns how many went out."""
    return _send_due(chats_due(), _message, now=now, limit=limit)


def _send_due(
    waiting: QuerySet[Dispatch], send: Callable[[Sequence[Dispatch]], str], *, now: datetime, limit: int
) -> int:
    sent, begun = 0, monotonic()
    for _number in range(limit):
        taken = _taken_on(waiting, now)
        if taken is None:
            break
        if taken:
            error = send(taken)
            _keep(taken, error, now)
            sent += not error
        if monotonic() - begun > RUN_SECONDS:
            break
    return sent


@transaction.atomic
def _taken_on(waiting: QuerySet[Dispatch], now: datetime) -> list[Dispatch] | None:
    """Take on what goes out as the next message; empty when all of it was read in the console meanwhile."""
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now)
    first = locked.select_related("notice").order_by("due_at", "pk").first()
    if first is None:
        return None
    together = locked.filter(channel=first.channel_id, notice__person=first.notice.person_id, batch=first.batch)
    rows = list(together.select_related("notice__person", "channel").order_by("notice")[:MOST_TOGETHER])
    # What was read in the console is not told again.
    read = [row for row in rows if row.notice.read_at is not None]
    Dispatch.objects.filter(pk__in=[row.pk for row in read]).update(state=DispatchState.READ, due_at=None, ended_at=now)
    rows = [row for row in rows if row.notice.read_at is None]
    for row in rows:
        row.tries += 1
        row.batch = first.batch or first.pk
        row.due_at = now + LEASE
    Dispatch.objects.bulk_update(rows, ["tries", "batch", "due_at"])
    return rows


@transaction.atomic
def _keep(rows: Sequence[Dispatch], error: str, now: datetime) -> None:
    """Write down what became of a message; where it is given up its person is told, in the console."""
    tries = max(row.tries for row in rows)
    is_over = not error or error in _FINAL or tries > len(GAPS)
    found = Dispatch.objects.filter(pk__in=[row.pk for row in rows])
    if not is_over:
        found.update(error=error, due_at=now + GAPS[tries - 1])
    else:
        state = DispatchState.FAILED if error else DispatchState.SENT
        found.update(error=error, state=state, due_at=None, ended_at=now)
    channel = rows[0].channel
    if channel is not None and error != "ChannelEnded":
        _mark(channel, error, now)
    if is_over and error and error != "ChannelEnded":
        _tell_failure(rows[0], now)


def _mark(channel: Channel, error: str, now: datetime) -> None:
    if bool(error) == (channel.failing_since is not None):
        return
    channel.failing_since = now if error else None
    channel.save(update_fields=["failing_since"])


def _tell_failure(row: Dispatch, now: datetime) -> None:
    place = row.channel
    people_tell(
        [Receiver(row.notice.person_id)],
        kind=NoticeKind.SYSTEM,
        about=f"channel {place.pk if place is not None else 'mail'} failed {now:%Y-%m-%d}",
        words=in_each_language(partial(_failure_words, place.label if place is not None else "")),
        path="/me/notices/",
        now=now,
        here_alone=True,
    )


def _failure_words(label: str) -> dict[str, str]:
    title = gettext("Messages to %(chat)s could not be sent") % {"chat": label} if label else ""
    return {
        "title": title or gettext("Mails to you could not be sent"),
        "text": gettext("Tried for hours and given up. What they told stands here."),
    }


def _words(rows: Sequence[Dispatch], language: str) -> dict[str, object]:
    """Return what a message says: of several notices how many they are, and each."""
    told = [
        {**row.notice.words_in(language), "address": _address(row.notice.path)}
        for row in sorted(rows, key=lambda row: row.notice_id)
    ]
    if len(told) == 1:
        title = told[0]["title"]
    else:
        title = ngettext("%(count)s thing you were told", "%(count)s things you were told", len(told)) % {
            "count": len(told)
        }
    return {"title": title.replace("\n", " "), "told": told}


def _address(path: str) -> str:
    base = settings.REVIEWCONSOLE_PUBLIC_URL.rstrip("/")
    return f"{base}{path}" if base else ""


def _host() -> str:
    return urlsplit(settings.REVIEWCONSOLE_PUBLIC_URL).hostname or "reviewconsole.invalid"


def _mail(rows: Sequence[Dispatch]) -> str:
    """Send one mail; returns the class of the error, empty when it went out."""
    person = rows[0].notice.person
    if not person.email or not person.is_active:
        return "NoAddress"
    language = person.language or DEFAULT_LANGUAGE
    with translation.override(language):
        context = {**_words(rows, language), "settings_address": _address("/me/notices/")}
        mail = EmailMultiAlternatives(
            subject=str(context["title"]),
            body=render_to_string("notifications/mail.txt", context),
            to=[person.email],
            headers={"Message-ID": f"<notices-{rows[0].batch}@{_host()}>"},
        )
        mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    try:
        mail.send()
    except (OSError, ValueError) as error:  # what the line, the mail server (SMTPException) or an address brings about
        logger.warning("Mail %s was not taken: %s", rows[0].batch, type(error).__name__)
        return type(error).__name__
    return ""


def _message(rows: Sequence[Dispatch]) -> str:
    """Send one message to a chat; returns why not, empty when it was taken."""
    person, channel = rows[0].notice.person, rows[0].channel
    if channel is None or channel.ended_at is not None or not person.is_active:
        return "ChannelEnded"
    language = person.language or DEFAULT_LANGUAGE
    with translation.override(language):
        context = _words(rows, language)
        body = render_to_string("notifications/chat.txt", {**context, "several": len(rows) > 1}).strip()
    try:
        address = decrypted(bytes(channel.address))
    except ValueUnreadable:
        return "ValueUnreadable"
    if chat_send(address, title=str(context["title"]), body=body):
        return ""
    logger.warning("Message %s was not taken by %s", rows[0].batch, channel.service)
    return "NotTaken"
