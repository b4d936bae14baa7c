"""Orders with their lines and payments, many at once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from apps.marketplace.records import OrderRecord
from apps.marketplace.services.client_tables import ClientTable, Row, write
from apps.marketplace.services.known import KnownRows
from apps.marketplace.services.order_parts import lines_absorb, payments_absorb
from apps.marketplace.services.order_rows import OrderRows
from apps.marketplace.services.outcomes import InstrumentKey, Outcome

_ORDERS = ClientTable(
    "marketplace_order",
    (
        ("account_id", "bigint"),
        ("shop_id", "bigint"),
        ("placed_at", "timestamptz"),
        ("currency", "text"),
        ("paid_amount", "bigint"),
        ("ip", "inet"),
        ("device_id", "text"),
        ("user_agent", "text"),
        ("digest", "bytea"),
    ),
    {"ip": None, "device_id": "", "user_agent": ""},
)


@dataclass(frozen=True)
class Resolved:
    """Our row ids of what orders and transfers refer to."""

    accounts: Mapping[str, int]
    shops: Mapping[str, int]
    instruments: Mapping[InstrumentKey, int]


def accounts_of(order: OrderRecord) -> Iterator[str]:
    """Yield the accounts that an order refers to: buyer, payers, holders of what was paid with."""
    yield order.account_id
    for payment in order.payments:
        if payment.payer_account_id:
            yield payment.payer_account_id
        if payment.instrument.holder_account_id:
            yield payment.instrument.holder_account_id


def orders_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[str, OrderRecord],
    news: Mapping[str, OrderRows],
    locking: Collection[str],
    known: KnownRows,
    resolved: Resolved,
) -> tuple[dict[str, int], dict[str, Outcome]]:
    """Write the orders that are news, and lock those in `locking`.

    Return the row ids of both and of the known ones, and the outcomes of those sent.
    """
    written = write(
        cursor,
        _ORDERS,
        client_id,
        named=news,
        changing=news,
        locking=locking,
        known=known,
        row_after=lambda name, row: _row_after(row, news[name], resolved),
    )
    orders = {written.ids[name]: rows for name, rows in news.items()}
    # Only an order that was there before can have lines and payments that are gone now.
    changed = [written.ids[name] for name in written.changed]
    lines_absorb(cursor, orders, changed)
    payments_absorb(cursor, orders, changed, resolved.accounts, resolved.instruments)
    return written.ids, written.outcomes(sent)


def _row_after(row: Row, rows: OrderRows, resolved: Resolved) -> Row:
    placed_at, currency, paid_amount, ip, device_id, user_agent = rows.head
    return {
        "account_id": resolved.accounts[rows.record.account_id],
        "shop_id": resolved.shops[rows.record.shop_id],
        "placed_at": placed_at,
        "currency": currency,
        "paid_amount": paid_amount,
        "ip": ip or row["ip"],
        "device_id": device_id or row["device_id"],
        "user_agent": user_agent or row["user_agent"],
        "digest": rows.digest,
    }
