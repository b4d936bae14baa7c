"""Many rows on their way into tables: a relation named `sent` that SQL reads FROM, whatever their number.

A few rows travel as one JSON parameter, which costs no statement of its own;
many go by COPY into a temporary table, which costs the least per row. The
statements that read them are the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import sql

FEW = 200

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
        """Return what stands after FROM; with few rows it holds the parameter `%(sent)s`."""
        if not few:
            return sql.SQL("{} AS sent").format(sql.Identifier(self.name))
        return sql.SQL("jsonb_to_recordset(%(sent)s::jsonb) AS sent({})").format(_definitions(self))


@dataclass(frozen=True)
class Staged:
    """Rows ready to be read: choose the statement by `few`, and add `parameters` to its own."""

    few: bool
    parameters: dict[str, str]


def stage(cursor: CursorWrapper, shape: Shape, rows: Sequence[Sequence[Value]]) -> Staged:
    """Make the rows readable until the transaction ends, or until rows of this shape are staged again."""
    if len(rows) <= FEW:
        names = shape.names
        document = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_bytes_as_text)
        return Staged(few=True, parameters={"sent": document})
    cursor.execute(_preparation(shape))
    with cursor.copy(_copy(shape)) as copy:
        for row in rows:
            copy.write_row(row)
    return Staged(few=False, parameters={})


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
def _copy(shape: Shape) -> str:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(shape.name), listed(shape.names)).as_string()


def stamp(at: datetime | None) -> str | None:
    """Write an aware instant as PostgreSQL reads it."""
    return None if at is None else at.isoformat()
