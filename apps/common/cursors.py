"""A cursor for the statements of the hot paths, which are the same again and again.

A request that runs ten statements spends a good part of its time on making
cursors and on looking for placeholders in texts that were looked through a
moment ago: the driver remembers short texts only. This cursor is kept with its
connection, and each text is numbered once.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\)s|s|%)")
# Of each connection that lives.
_kept: WeakKeyDictionary[psycopg.Connection, psycopg.RawCursor] = WeakKeyDictionary()


class RecurringCursor(CursorWrapper):
    """Behaves as Django's, but is not closed where its block ends: read what it found before the next statement."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement with placeholders of either kind, `%s` or `%(name)s`."""
        if params is None:
            return super().execute(sql, None)
        text, names = _numbered(sql)
        return super().execute(text, _in_order(params, names))

    def __exit__(self, *_raised: object) -> None:
        return None


def recurring_cursor() -> CursorWrapper:
    """Return the kept cursor of this thread's connection, or an ordinary one while statements are recorded."""
    database: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    if database.queries_logged:
        return database.cursor()
    database.close_if_health_check_failed()
    database.ensure_connection()
    connection = cast("psycopg.Connection", database.connection)
    cursor = _kept.get(connection)
    if cursor is None or cursor.closed:
        cursor = _kept[connection] = psycopg.RawCursor(connection)
    return RecurringCursor(cursor, database)


@lru_cache(maxsize=500)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return the text as PostgreSQL reads it, and the names of its parameters; none where they come in order."""
    names: dict[str, int] = {}
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found.group() == "%%":
            return "%"
        name = found["name"]
        if name is None:
            count += 1
            return f"${count}"
        return f"${names.setdefault(name, len(names) + 1)}"

    return _PLACEHOLDER.sub(number, sql), tuple(names)


def _in_order(parameters: Mapping[str, Any] | Sequence[Any], names: tuple[str, ...]) -> Sequence[Any]:
    if isinstance(parameters, Mapping):
        return [parameters[name] for name in names]
    return parameters
