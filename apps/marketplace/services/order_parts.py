"""Lines and payments of orders, many orders at once. The rows of the orders are new or locked."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.staging import Shape, are_few, copy_into, listed, stage
from apps.marketplace.models import Line, Payment
from apps.marketplace.services.order_rows import OrderRows, Values
from apps.marketplace.services.outcomes import InstrumentKey

_LINES = Shape(
    "arriving_line",
    (
        ("order_id", "bigint"),
        ("external_id", 'text COLLATE "C"'),
        ("position", "integer"),
        ("sku", "text"),
        ("title", "text"),
        ("category", "text"),
        ("quantity", "integer"),
        ("unit_amount", "bigint"),
        ("amount", "bigint"),
        ("delivery_status", "text"),
        ("delivered_at", "timestamptz"),
        ("consumed_percent", "smallint"),
        ("first_used_at", "timestamptz"),
        ("consumption_evidence", "text"),
    ),
)
_PAYMENTS = Shape(
    "arriving_payment",
    (
        ("order_id", "bigint"),
        ("external_id", 'text COLLATE "C"'),
        ("paid_at", "timestamptz"),
        ("amount", "bigint"),
        ("instrument_id", "bigint"),
        ("payer_account_id", "bigint"),
    ),
)


@dataclass(frozen=True)
class _Part:
    """A table of what belongs to orders, the shape of its rows, and the statement that takes them in."""

    model: type[Line | Payment]
    shape: Shape
    upsert: Callable[..., str]


def parts_absorb(
    cursor: CursorWrapper,
    fresh: Mapping[int, OrderRows],
    changed: Mapping[int, OrderRows],
    accounts: Mapping[str, int],
    instruments: Mapping[InstrumentKey, int],
) -> None:
    """Write lines and payments of orders by row id; take away those that a changed order no longer has.

    Delivery and consumption that a record leaves out stay as they were. A
    line that anything refers to, such as a refund, is never taken away.
    """

    def payments_of(orders: Mapping[int, OrderRows]) -> Iterator[Values]:
        for order_id, order in orders.items():
            for told, (payer_id, instrument) in zip(order.payments, order.paid_with, strict=True):
                yield (order_id, *told, instruments[instrument[:2]], accounts[payer_id] if payer_id else None)

    lines, payments = [*_lines_of(fresh)], [*payments_of(fresh)]
    if not changed and are_few(lines) and are_few(payments):
        _write_few(cursor, lines, payments)
    else:
        _write(cursor, _Part(Line, _LINES, _upsert_lines), lines, [*_lines_of(changed)], changed)
        _write(cursor, _Part(Payment, _PAYMENTS, _upsert_payments), payments, [*payments_of(changed)], changed)


def _lines_of(orders: Mapping[int, OrderRows]) -> Iterator[Values]:
    return ((order_id, *line) for order_id, order in orders.items() for line in order.lines)


def _write_few(cursor: CursorWrapper, lines: list[Values], payments: list[Values]) -> None:
    """Write both kinds of rows by one statement."""
    if lines:
        parameters = stage(cursor, _LINES, lines).parameters | stage(cursor, _PAYMENTS, payments).parameters
        cursor.execute(_upsert_both(), parameters)


def _write(
    cursor: CursorWrapper, part: _Part, fresh: list[Values], rows: list[Values], changed: Collection[int]
) -> None:
    """Write the rows of fresh orders, which nobody else can have written, and those of changed ones."""
    if are_few(fresh):
        rows = [*fresh, *rows]
    else:
        copy_into(cursor, part.model._meta.db_table, part.shape.names, fresh)
    if not rows and not changed:
        return
    staged = stage(cursor, part.shape, rows)
    if rows:
        cursor.execute(part.upsert(few=staged.few), staged.parameters)
    if changed:
        removal = _removal(part.model, part.shape, few=staged.few)
        cursor.execute(removal, {"order_ids": list(changed), **staged.parameters})


@cache
def _upsert_both() -> str:
    return f"WITH lines AS ({_upsert_lines(few=True)}) {_upsert_payments(few=True)}"


@cache
def _upsert_lines(*, few: bool) -> str:
    statement = sql.SQL("""
        INSERT INTO marketplace_line AS present ({columns})
        SELECT {columns} FROM {sent}
        ON CONFLICT (order_id, external_id) DO UPDATE SET
            (position, sku, title, category, quantity, unit_amount, amount)
                = (EXCLUDED.position, EXCLUDED.sku, EXCLUDED.title, EXCLUDED.category, EXCLUDED.quantity,
                   EXCLUDED.unit_amount, EXCLUDED.amount),
            (delivery_status, delivered_at) = (
                SELECT EXCLUDED.delivery_status, EXCLUDED.delivered_at WHERE EXCLUDED.delivery_status <> ''
                UNION ALL
                SELECT present.delivery_status, present.delivered_at WHERE EXCLUDED.delivery_status = ''),
            (consumed_percent, first_used_at, consumption_evidence) = (
                SELECT EXCLUDED.consumed_percent, EXCLUDED.first_used_at, EXCLUDED.consumption_evidence
                WHERE EXCLUDED.consumed_percent IS NOT NULL
                UNION ALL
                SELECT present.consumed_percent, present.first_used_at, present.consumption_evidence
                WHERE EXCLUDED.consumed_percent IS NULL)
    """)
    return statement.format(columns=listed(_LINES.names), sent=_LINES.relation(few=few)).as_string()


@cache
def _upsert_payments(*, few: bool) -> str:
    statement = sql.SQL("""
        INSERT INTO marketplace_payment ({columns})
        SELECT {columns} FROM {sent}
        ON CONFLICT (order_id, external_id) DO UPDATE SET
            (paid_at, amount, instrument_id, payer_account_id)
                = (EXCLUDED.paid_at, EXCLUDED.amount, EXCLUDED.instrument_id, EXCLUDED.payer_account_id)
    """)
    return statement.format(columns=listed(_PAYMENTS.names), sent=_PAYMENTS.relation(few=few)).as_string()


@cache
def _removal(model: type[Line | Payment], shape: Shape, *, few: bool) -> str:
    statement = sql.SQL("""
        DELETE FROM {table} AS present
        WHERE order_id = ANY(%(order_ids)s)
        AND NOT EXISTS (
            SELECT 1 FROM {sent}
            WHERE sent.order_id = present.order_id AND sent.external_id = present.external_id
        )
        {unreferred}
    """)
    return statement.format(
        table=sql.Identifier(model._meta.db_table),
        sent=shape.relation(few=few),
        unreferred=sql.SQL("").join(_unreferred(model)),
    ).as_string()


def _unreferred(model: type[Line | Payment]) -> Iterator[sql.Composable]:
    """Yield a condition for each table whose rows may refer to the model's, whatever app it belongs to."""
    for relation in model._meta.related_objects:
        table = relation.related_model._meta.db_table
        yield sql.SQL("AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = present.id)").format(
            table=sql.Identifier(table),
            column=sql.Identifier(table, relation.field.attname),
        )
