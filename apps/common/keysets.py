"""Keyset pages: opaque cursors over an ordered query."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Invalid
from apps.common.identifiers import PrefixedIdField

Row = TypeVar("Row", bound=Model)


class CursorUnreadable(Invalid):
    """The cursor is not one that this list gave out."""

    code = "cursor_unreadable"
    title = _("Invalid cursor")
    message = _("The cursor is not one that this list gave out. Start again without a cursor.")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of rows and the cursor of the next, None at the end."""

    rows: list[Row]
    next_cursor: str | None


def encode_cursor(values: list[str | int]) -> str:
    """Pack the last row's key."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: list[type]) -> list[Any]:
    """Unpack a key of these kinds; raises CursorUnreadable for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise CursorUnreadable from None
    well_formed = (
        isinstance(values, list)
        and len(values) == len(kinds)
        and all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
        # Ours hold identifiers and instants: nothing that a database could not take.
        and all(value.isascii() and value.isprintable() for value in values if isinstance(value, str))
    )
    # Base64 is read leniently, so the same key has many spellings; only one of them was given out.
    if not well_formed or encode_cursor(values) != cursor:
        raise CursorUnreadable
    return list(values)


def page_by_id(rows: QuerySet[Row], *, limit: int, cursor: str | None, newest_first: bool = True) -> Page[Row]:
    """Return one page ordered by the primary key, a `PrefixedIdField`, which sorts by creation.

    Rows added while a caller walks newest-first never shift a later page.
    Raises CursorUnreadable, also for the cursor of a list of other things.
    """
    if cursor is not None:
        (last,) = decode_cursor(cursor, [str])
        if not last.startswith(f"{_prefix_of(rows.model)}_"):
            raise CursorUnreadable
        rows = rows.filter(Q(pk__lt=last) if newest_first else Q(pk__gt=last))
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], encode_cursor([found[limit - 1].pk]) if more else None)


def _prefix_of(model: type[Model]) -> str:
    return cast(PrefixedIdField, model._meta.pk).prefix
