"""New rows by one statement, whatever their number, and with little work for one alone.

The rows travel as one JSON parameter a model, so the statement's text is the
same for one row and for a thousand: the database prepares it once. Beside
bulk_create this spares composing the SQL, which for a single row is most of
the work, and rows of several models share a round trip.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of any models, those of one model in their order. Keys that the database gives are not read back.

    Foreign keys among them are checked when the transaction ends.
    """
    if rows:
        _execute(rows, guarded=None, conflict=(), returning="")


def insert_missing(
    rows: Sequence[Model], *, conflict: Sequence[str], returning: str, beside: Sequence[Model] = ()
) -> set[Any]:
    """Insert the rows of one model that do not meet one with the same columns `conflict`.

    Returns a column of those inserted. A row that another transaction is just
    inserting is waited for. `beside` are rows of other models, inserted by the
    same statement whatever the first meet.
    """
    if not rows:
        return set()
    found = _execute([*rows, *beside], guarded=type(rows[0]), conflict=tuple(conflict), returning=returning)
    return {value for (value,) in found}


def _execute(
    rows: Sequence[Model], *, guarded: type[Model] | None, conflict: tuple[str, ...], returning: str
) -> list[tuple[Any, ...]]:
    by_model: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    # The same models in whatever order make the same text; those that come first name the parameters.
    models = tuple(sorted(by_model, key=lambda model: model._meta.db_table))
    parameters = {f"rows_{place}": _written(model, by_model[model]) for place, model in enumerate(models)}
    with connection.cursor() as cursor:
        cursor.execute(_statement(models, guarded, conflict, returning), parameters)
        return cursor.fetchall() if guarded is not None else []


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
def _statement(
    models: tuple[type[Model], ...], guarded: type[Model] | None, conflict: tuple[str, ...], returning: str
) -> str:
    unless = sql.SQL(" ON CONFLICT ({conflict}) DO NOTHING RETURNING {returning}").format(
        conflict=sql.SQL(", ").join(map(sql.Identifier, conflict)), returning=sql.Identifier(returning)
    )
    inserts = {model: _insertion(model, place) for place, model in enumerate(models)}
    if guarded is None and len(models) == 1:
        return inserts[models[0]].as_string()
    named = [
        sql.SQL("{} AS ({}{})").format(
            sql.Identifier(f"new_{place}"), inserts[model], unless if model is guarded else sql.SQL("")
        )
        for place, model in enumerate(models)
    ]
    last = (
        sql.SQL("SELECT {} FROM {}").format(sql.Identifier(returning), sql.Identifier(f"new_{models.index(guarded)}"))
        if guarded is not None
        else sql.SQL("SELECT")
    )
    return sql.SQL("WITH {} {}").format(sql.SQL(", ").join(named), last).as_string()


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
