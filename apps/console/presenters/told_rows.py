"""What a person was told, as rows of a list."""

from dataclasses import dataclass
from datetime import datetime

from apps.console import wording
from apps.notifications.models import Notice


@dataclass(frozen=True)
class ToldRow:
    """One notice in the language of the page. `mail` says what became of the mail: sent, waiting, failed, or empty."""

    notice_id: int
    title: str
    text: str
    path: str
    at: datetime
    is_read: bool
    mail: str


def told_row(notice: Notice) -> ToldRow:
    """Write one notice out."""
    words = notice.words_in(wording.active_language())
    return ToldRow(
        notice_id=notice.pk,
        title=words["title"],
        text=words["text"],
        path=notice.path,
        at=notice.created_at,
        is_read=notice.read_at is not None,
        mail=_mail(notice),
    )


def _mail(notice: Notice) -> str:
    if notice.mailed_at is not None:
        return "sent"
    if notice.mail_due_at is not None:
        return "waiting"
    return "failed" if notice.mail_error else ""
