"""What a page says when a service refuses: what happened, and what it means for the case."""

from dataclasses import dataclass

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal


@dataclass(frozen=True)
class Notice:
    """A refusal in words, with the status it is answered with."""

    title: str
    text: str
    tone: str
    status: int


def notice_of(refusal: Refusal) -> Notice:
    """Translate a refusal: 403, 404, 409, and 422 for what was filled in wrongly."""
    kinds: list[tuple[type[Refusal], int]] = [(NotPermitted, 403), (NotFound, 404), (Conflict, 409), (Invalid, 422)]
    status = next((status for kind, status in kinds if isinstance(refusal, kind)), 409)
    return Notice(str(refusal.title), refusal.detail, "warning" if status == 409 else "error", status)
