"""Many rows on their way into tables: a relation named `sent` that SQL reads FROM, whatever their number.

A few rows travel as one JSON parameter, which costs no statement of its own;
many go by COPY into a temporary table, which costs the least per row. The
statements that read them are the same. Many rows that nobody else can have
written need no statement that reads them: they go by COPY into their table.
"""

import json
from collections.abc import Collection, Iterable, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.errors import UniqueViolation

FEW = 200
_RESERVATION = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"

# Text, whole numbers, truth, bytes, None; instants as ISO 8601 text, which both ways carry fastest.
Value = str | int | bool | bytes | None


@dataclass(frozen=True)
class Shape:
    """Columns of a kind of row, each with its PostgreSQL type. `name` is the temporary table's."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        """The columns' names, in the order of a row's values."""
        return [name for name, _type in self.columns]

    def relation(self, *, few: bool) -> sql.Composable:
        """Return what stands after FROM; with few rows it holds a parameter of the shape's name."""
        if not few:
            return sql.SQL("{} AS sent").format(sql.Identifier(self.name))
        return sql.SQL("jsonb_to_recordset({}::jsonb) AS sent({})").format(
            sql.Placeholder(self.name), _definitions(self)
        )


@dataclass(frozen=True)
class Staged:
    """Rows ready to be read: choose the statement by `few`, and add `parameters` to its own."""

    few: bool
    parameters: dict[str, str]


def stage(cursor: CursorWrapper, shape: Shape, rows: Sequence[Sequence[Value]]) -> Staged:
    """Make the rows readable until the transaction ends, or until rows of this shape are staged again."""
    if are_few(rows):
        names = shape.names
        document = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_bytes_as_text)
        return Staged(few=True, parameters={shape.name: document})
    cursor.execute(_preparation(shape))
    copy_into(cursor, shape.name, shape.names, rows)
    return Staged(few=False, parameters={})


def are_few(rows: Sized) -> bool:
    """Tell whether so many rows travel as a parameter."""
    return len(rows) <= FEW


def reserve_ids(cursor: CursorWrapper, table: str, count: int) -> list[int]:
    """Return ids of the table that nobody else will get. Those that stay unused are lost, which costs nothing."""
    if not count:
        return []
    cursor.execute(_RESERVATION, [table, count])
    return [row[0] for row in cursor.fetchall()]


def copy_into(cursor: CursorWrapper, table: str, names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write rows straight into a table: for those that cannot be there yet."""
    # Django passes a cursor's `copy` through as it is, with the errors of the driver.
    with cursor.db.wrap_database_errors, cursor.copy(_copy(table, tuple(names))) as copy:
        for row in rows:
            copy.write_row(row)


def copy_unless_met(cursor: CursorWrapper, table: str, names: Sequence[str], rows: Iterable[Sequence[Value]]) -> bool:
    """Write rows straight into a table, or nothing and return False when one of them is there by a unique value."""
    try:
        with transaction.atomic():
            copy_into(cursor, table, names, rows)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return False
    return True


def text_array(values: Collection[str]) -> str:
    """Write a parameter for `text[]`, faster than the driver, which looks at each value by itself."""
    if not values:
        return "{}"
    inner = '","'.join(values)
    if "\\" in inner or inner.count('"') != 2 * (len(values) - 1):
        inner = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values])
    return f'{{"{inner}"}}'


def listed(names: Sequence[str], *, prefix: str = "") -> sql.Composable:
    """Return column names as SQL, each after the prefix, such as `sent`."""
    return sql.SQL(", ").join(sql.Identifier(*([prefix] if prefix else []), name) for name in names)


def assigned(names: Sequence[str], *, source: str) -> sql.Composable:
    """Return `"a" = source."a", …` for SET."""
    return sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier(source, name)) for name in names
    )


def _definitions(shape: Shape) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))  # types are written here
        for name, kind in shape.columns
    )


def _bytes_as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(type(value))


@cache
def _preparation(shape: Shape) -> str:
    statements = "CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT DELETE ROWS; TRUNCATE {table}"
    return sql.SQL(statements).format(table=sql.Identifier(shape.name), columns=_definitions(shape)).as_string()


@cache
def _copy(table: str, names: tuple[str, ...]) -> str:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed(names)).as_string()


def stamp(at: datetime | None) -> str | None:
    """Write an aware instant as PostgreSQL reads it."""
    return None if at is None else at.isoformat()
