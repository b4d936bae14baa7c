"""New rows of a model by one statement, whatever their number, and with little work for one alone.

The rows travel as one JSON parameter, so the statement's text is the same for
one row and for a thousand: the database prepares it once. Beside bulk_create
this spares composing the SQL, which for a single row is most of the work.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

Row = TypeVar("Row", bound=Model)


def insert(rows: Sequence[Model]) -> None:
    """Insert the rows of one model in their order. Keys that the database gives are not read back."""
    if rows:
        _execute(_statement(type(rows[0]), conflict="", returning=""), rows)


def insert_missing(rows: Sequence[Model], *, conflict: Sequence[str], returning: str) -> set[Any]:
    """Insert the rows that do not meet one with the same columns `conflict`; returns a column of those inserted.

    A row that another transaction is just inserting is waited for.
    """
    if not rows:
        return set()
    found = _execute(_statement(type(rows[0]), conflict=",".join(conflict), returning=returning), rows)
    return {value for (value,) in found}


def _execute(statement: str, rows: Sequence[Model]) -> list[tuple[Any, ...]]:
    names = _columns(type(rows[0]))
    sent = json.dumps(
        [{column: getattr(row, attribute) for column, attribute, _type in names} for row in rows],
        default=_instant,
        ensure_ascii=False,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": sent})
        return cursor.fetchall() if cursor.description else []


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))


@cache
def _columns(model: type[Model]) -> list[tuple[str, str, str]]:
    """Return column, attribute and type of each field that the database does not fill itself."""
    return [
        (field.column or field.attname, field.attname, field.db_type(connection) or "")
        for field in model._meta.concrete_fields
        if not isinstance(field, AutoField) and not field.generated
    ]


@cache
def _statement(model: type[Model], *, conflict: str, returning: str) -> str:
    columns = _columns(model)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset(%(rows)s::json) AS sent({typed}){rest}"
    )
    unless = sql.SQL(" ON CONFLICT ({conflict}) DO NOTHING RETURNING {returning}").format(
        conflict=sql.SQL(", ").join(sql.Identifier(name) for name in conflict.split(",")),
        returning=sql.Identifier(returning),
    )
    return statement.format(
        table=sql.Identifier(model._meta.db_table),
        names=sql.SQL(", ").join(sql.Identifier(name) for name, _attribute, _type in columns),
        typed=sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, _attribute, kind in columns
        ),
        rest=unless if conflict else sql.SQL(""),
    ).as_string()
