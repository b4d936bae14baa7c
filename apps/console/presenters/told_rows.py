"""What a person was told, as rows of a list."""

from dataclasses import dataclass
from datetime import datetime

from apps.console import wording
from apps.notifications.models import DispatchState, Notice


@dataclass(frozen=True)
class Way:
    """Where else a notice went, and what became of it; `place` is empty for mail."""

    place: str
    words: str
    is_failed: bool


@dataclass(frozen=True)
class ToldRow:
    """One notice in the language of the page, with where else it went."""

    notice_id: int
    title: str
    text: str
    path: str
    at: datetime
    is_read: bool
    ways: list[Way]


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
        ways=[
            Way(
                place=dispatch.channel.label if dispatch.channel is not None else "",
                words=dispatch.get_state_display(),
                is_failed=dispatch.state == DispatchState.FAILED,
            )
            for dispatch in sorted(notice.dispatches.all(), key=lambda dispatch: dispatch.pk)
        ],
    )
