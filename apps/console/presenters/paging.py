"""The way from one page of a list to the next."""

from dataclasses import dataclass

from django.http import QueryDict

from apps.console.presenters.queue_filters import address


@dataclass(frozen=True)
class Pager:
    """Addresses; empty where there is nothing to go to."""

    first: str
    next: str


def pager(name: str, asked: QueryDict, next_cursor: str | None) -> Pager:
    """Return the way on from a page that was asked for with these parameters."""
    first = address(asked, name=name) if asked.get("cursor") else ""
    return Pager(first, address(asked, name=name, cursor=next_cursor) if next_cursor else "")
