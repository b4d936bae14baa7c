"""The way from one page of a list to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model
from django.http import QueryDict

from apps.common.keysets import CursorUnreadable, Page
from apps.console.presenters.queue_filters import address

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Pager:
    """Addresses; empty where there is nothing to go to."""

    first: str
    next: str


def page_asked(asked: QueryDict, fetch: Callable[[str | None], Page[Row]]) -> Page[Row]:
    """Return the page that an address asks for; the first when its cursor cannot be read."""
    try:
        return fetch(asked.get("cursor") or None)
    except CursorUnreadable:
        return fetch(None)


def pager(name: str, asked: QueryDict, next_cursor: str | None) -> Pager:
    """Return the way on from a page that was asked for with these parameters."""
    first = address(asked, name=name) if asked.get("cursor") else ""
    return Pager(first, address(asked, name=name, cursor=next_cursor) if next_cursor else "")
