"""Tables whose rows a client names by ids of its own, written many rows at a time.

Two streams never wait for each other in a circle, because everybody takes
rows in the same order: table by table (accounts, shops, instruments, orders,
transfers), inside a table first the new ones and then those that are there,
both by external id, byte by byte, which is also how Python sorts text.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.staging import Shape, Value, are_few, assigned, copy_unless_met, listed, reserve_ids, stage, text_array
from apps.marketplace.services.known import KnownRows
from apps.marketplace.services.outcomes import Outcome

Row = Mapping[str, Any]
# What a row holds, in the order of its table's columns.
Values = Sequence[Value]


@dataclass(frozen=True)
class ClientTable:
    """A table with `client_id` and `external_id`, and the columns that clients fill.

    `blank` is what a row holds about which nothing was said yet.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    blank: Row = field(hash=False, compare=False)

    @property
    def names(self) -> list[str]:
        """The filled columns, in the order of a row's values."""
        return [name for name, _type in self.columns]

    @property
    def arriving(self) -> Shape:
        """Rows by external id."""
        return Shape(f"arriving_{self.name}", (("external_id", 'text COLLATE "C"'), *self.columns))

    @property
    def changing(self) -> Shape:
        """Rows by row id."""
        return Shape(f"changing_{self.name}", (("id", "bigint"), *self.columns))


@dataclass(frozen=True)
class Written:
    """Row ids of everything named, which rows are new, and what the changed ones held before."""

    ids: dict[str, int]
    inserted: frozenset[str]
    changed: dict[str, Row]

    def outcomes(self, sent: Iterable[str]) -> dict[str, Outcome]:
        """Tell what came of each: a placeholder that is described for the first time counts as created."""
        return {name: self._outcome(name) for name in sent}

    def _outcome(self, name: str) -> Outcome:
        if name in self.inserted:
            return Outcome.CREATED
        if name not in self.changed:
            return Outcome.UNCHANGED
        was_placeholder = self.changed[name].get("described_at", True) is None
        return Outcome.CREATED if was_placeholder else Outcome.UPDATED


def write(
    cursor: CursorWrapper,
    table: ClientTable,
    client_id: int,
    *,
    named: Iterable[str],
    changing: Collection[str],
    locking: Collection[str] = (),
    known: KnownRows,
    row_after: Callable[[str, Row], Values],
) -> Written:
    """Insert the named rows that are missing, change those in `changing`, lock those in `locking`.

    `row_after` returns what a row holds in the end, by column, instants as
    `stamp` writes them, from what it holds now.
    A constant number of statements: at most three when the rows are few.
    """
    missing = [name for name in named if name not in known]
    inserted = _insert(cursor, table, client_id, {name: row_after(name, table.blank) for name in missing})
    # Those that another transaction inserted while we were looking are there now, so they are locked and changed.
    present = _lock(cursor, table, client_id, {*missing, *changing, *locking} - inserted.keys())
    changed: dict[str, Row] = {name: present[name] for name in changing if name in present}
    _update(cursor, table, {row["id"]: row_after(name, row) for name, row in changed.items()})
    ids = {name: row.row_id for name, row in known.items()} | inserted
    return Written(ids | {name: row["id"] for name, row in present.items()}, frozenset(inserted), changed)


def _insert(cursor: CursorWrapper, table: ClientTable, client_id: int, rows: Mapping[str, Values]) -> dict[str, int]:
    """Insert what nobody has inserted meanwhile, and return the row ids of that."""
    if not rows:
        return {}
    if not are_few(rows):
        # In the order in which everybody takes them.
        ids = dict(zip(sorted(rows), reserve_ids(cursor, table.name, len(rows)), strict=True))
        copied = ((row_id, client_id, external_id, *rows[external_id]) for external_id, row_id in ids.items())
        if copy_unless_met(cursor, table.name, ["id", "client_id", "external_id", *table.names], copied):
            return ids
        # Another stream brought one of them first, which is rare: now each row is looked at.
    staged = stage(cursor, table.arriving, [(external_id, *values) for external_id, values in rows.items()])
    cursor.execute(_insert_statement(table, few=staged.few), {"client_id": client_id, **staged.parameters})
    return dict(cursor.fetchall())


def _lock(
    cursor: CursorWrapper, table: ClientTable, client_id: int, external_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    if not external_ids:
        return {}
    cursor.execute(_lock_statement(table), {"client_id": client_id, "external_ids": text_array(external_ids)})
    names = ["id", *table.names]
    return {external_id: dict(zip(names, values, strict=True)) for external_id, *values in cursor.fetchall()}


def _update(cursor: CursorWrapper, table: ClientTable, rows: Mapping[int, Values]) -> None:
    if not rows:
        return
    staged = stage(cursor, table.changing, [(row_id, *values) for row_id, values in rows.items()])
    cursor.execute(_update_statement(table, few=staged.few), staged.parameters)


@cache
def _insert_statement(table: ClientTable, *, few: bool) -> str:
    statement = sql.SQL(
        "INSERT INTO {table} (client_id, external_id, {columns})"
        " SELECT %(client_id)s, external_id, {sent_columns} FROM {sent} ORDER BY external_id"
        " ON CONFLICT (client_id, external_id) DO NOTHING RETURNING external_id, id"
    )
    return statement.format(
        table=sql.Identifier(table.name),
        columns=listed(table.names),
        sent_columns=listed(table.names, prefix="sent"),
        sent=table.arriving.relation(few=few),
    ).as_string()


@cache
def _lock_statement(table: ClientTable) -> str:
    statement = sql.SQL(
        "SELECT external_id, id, {columns} FROM {table}"
        " WHERE client_id = %(client_id)s AND external_id = ANY(%(external_ids)s::text[])"
        " ORDER BY external_id FOR NO KEY UPDATE"
    )
    return statement.format(table=sql.Identifier(table.name), columns=listed(table.names)).as_string()


@cache
def _update_statement(table: ClientTable, *, few: bool) -> str:
    statement = sql.SQL("UPDATE {table} AS present SET {assigned} FROM {sent} WHERE present.id = sent.id")
    return statement.format(
        table=sql.Identifier(table.name),
        assigned=assigned(table.names, source="sent"),
        sent=table.changing.relation(few=few),
    ).as_string()
