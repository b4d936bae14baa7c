"""Lines and payments of orders, many orders at once. The rows of the orders are new or locked."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.staging import Shape, Staged, listed, stage
from apps.marketplace.models import Line, Payment
from apps.marketplace.services.instruments import instrument_key
from apps.marketplace.services.order_rows import OrderRows
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


def lines_absorb(cursor: CursorWrapper, orders: Mapping[int, OrderRows], changed: Collection[int]) -> None:
    """Write the lines of orders by row id; take away those that a changed order no longer has.

    Delivery and consumption that a record leaves out stay as they were. A
    line that anything refers to, such as a refund, is never taken away.
    """
    rows = [(order_id, *line) for order_id, order in orders.items() for line in order.lines]
    if not rows:
        return
    staged = stage(cursor, _LINES, rows)
    cursor.execute(_upsert_lines(few=staged.few), staged.parameters)
    if changed:
        _remove_vanished(cursor, Line, _LINES, staged, changed)


def payments_absorb(
    cursor: CursorWrapper,
    orders: Mapping[int, OrderRows],
    changed: Collection[int],
    accounts: Mapping[str, int],
    instruments: Mapping[InstrumentKey, int],
) -> None:
    """Write the payments of orders by row id; take away those that a changed order no longer has."""
    rows = [
        (order_id, *told, instruments[instrument_key(payment.instrument)], accounts.get(payment.payer_account_id or ""))
        for order_id, order in orders.items()
        for told, payment in zip(order.payments, order.record.payments, strict=True)
    ]
    if not rows and not changed:
        return
    staged = stage(cursor, _PAYMENTS, rows)
    cursor.execute(_upsert_payments(few=staged.few), staged.parameters)
    if changed:
        _remove_vanished(cursor, Payment, _PAYMENTS, staged, changed)


def _remove_vanished(
    cursor: CursorWrapper, model: type[Line | Payment], shape: Shape, staged: Staged, order_ids: Collection[int]
) -> None:
    cursor.execute(_removal(model, shape, few=staged.few), {"order_ids": list(order_ids), **staged.parameters})


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
