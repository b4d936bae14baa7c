"""New rows by one statement, whatever their number, and with little work for one alone.

The rows travel as one JSON parameter a model, so the statement's text is the
same for one row and for a thousand: the database prepares it once. Beside
bulk_create this spares composing the SQL, which for a single row is most of
the work, and rows of several models share a round trip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

from apps.common.cursors import recurring_cursor


@dataclass(frozen=True)
class Joined:
    """What another app has to say in the same statement.

    `tables` are common table expressions with parameters of their own names,
    `answer` is an expression over them.
    """

    tables: str
    answer: str
    parameters: Mapping[str, Any] = field(hash=False, compare=False)


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of any models, those of one model in their order. Keys that the database gives are not read back.

    Foreign keys among them are checked when the transaction ends.
    """
    if rows:
        _execute(rows)


def insert_missing(
    rows: Sequence[Model], *, conflict: Sequence[str], returning: str, beside: Sequence[Model] = ()
) -> set[Any]:
    """Insert the rows of one model that do not meet one with the same columns `conflict`.

    Returns a column of those inserted. A row that another transaction is just
    inserting is waited for. `beside` are rows of other models, inserted by the
    same statement whatever the first meet.
    """
    return insert_missing_joined(rows, conflict=conflict, returning=returning, beside=beside, joined=None)[0]


def insert_missing_joined(
    rows: Sequence[Model],
    *,
    conflict: Sequence[str],
    returning: str,
    beside: Sequence[Model] = (),
    joined: Joined | None,
) -> tuple[set[Any], Any]:
    """Insert as `insert_missing` does, and run what is `joined` whatever the first rows meet.

    Returns beside the column the joined answer: None when nothing was joined or no row was inserted.
    """
    if not rows:
        return set(), None
    guard = _Guard(type(rows[0]), tuple(conflict), returning)
    found = _execute([*rows, *beside], guard, joined)
    return {value for value, _answer in found}, next((answer for _value, answer in found), None)


@dataclass(frozen=True)
class _Guard:
    """The model whose rows may meet others, by which columns, and the column that tells who did not."""

    model: type[Model]
    conflict: tuple[str, ...]
    returning: str


def _execute(rows: Sequence[Model], guard: _Guard | None = None, joined: Joined | None = None) -> list[tuple[Any, ...]]:
    by_model: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    # The same models in whatever order make the same text; those that come first name the parameters.
    models = tuple(sorted(by_model, key=lambda model: model._meta.db_table))
    parameters = {f"rows_{place}": _written(model, by_model[model]) for place, model in enumerate(models)}
    parameters |= joined.parameters if joined is not None else {}
    with recurring_cursor() as cursor:
        cursor.execute(_statement(models, guard, joined), parameters)
        return cursor.fetchall() if guard is not None else []


def _written(model: type[Model], rows: Sequence[Model]) -> str:
    columns = _columns(model)
    documents = [{column: getattr(row, attribute) for column, attribute, _type in columns} for row in rows]
    return msgspec.json.encode(documents).decode()


@cache
def _columns(model: type[Model]) -> list[tuple[str, str, str]]:
    """Return column, attribute and type of each field that the database does not fill itself."""
    return [
        (field.column or field.attname, field.attname, field.db_type(connection) or "")
        for field in model._meta.concrete_fields
        if not isinstance(field, AutoField) and not field.generated
    ]


@cache
def _statement(models: tuple[type[Model], ...], guard: _Guard | None, joined: Joined | None) -> str:
    inserts = {model: _insertion(model, place) for place, model in enumerate(models)}
    if guard is None and len(models) == 1:
        return inserts[models[0]].as_string()
    unless = _unless(guard) if guard is not None else sql.SQL("")
    named = [
        sql.SQL("{} AS ({}{})").format(
            sql.Identifier(f"new_{place}"),
            inserts[model],
            unless if guard is not None and model is guard.model else sql.SQL(""),
        )
        for place, model in enumerate(models)
    ]
    tables = sql.SQL(", ").join(named).as_string() + (f", {joined.tables}" if joined is not None else "")
    if guard is None:
        return f"WITH {tables} SELECT"
    last = sql.SQL("SELECT {}, {} FROM {}").format(
        sql.Identifier(guard.returning),
        sql.SQL(joined.answer if joined is not None else "NULL"),
        sql.Identifier(f"new_{models.index(guard.model)}"),
    )
    return f"WITH {tables} {last.as_string()}"


def _unless(guard: _Guard) -> sql.Composable:
    return sql.SQL(" ON CONFLICT ({conflict}) DO NOTHING RETURNING {returning}").format(
        conflict=sql.SQL(", ").join(map(sql.Identifier, guard.conflict)), returning=sql.Identifier(guard.returning)
    )


def _insertion(model: type[Model], place: int) -> sql.Composable:
    columns = _columns(model)
    return sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset({rows}::json) AS sent({typed})"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        names=sql.SQL(", ").join(sql.Identifier(name) for name, _attribute, _type in columns),
        rows=sql.Placeholder(f"rows_{place}"),
        typed=sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, _attribute, kind in columns
        ),
    )
