"""Orders with their lines and payments, many at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from apps.marketplace.services.client_tables import ClientTable, Row, Values, write
from apps.marketplace.services.known import KnownRows
from apps.marketplace.services.order_parts import parts_absorb
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


def orders_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Collection[str],
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
    fresh = {written.ids[name]: news[name] for name in written.inserted}
    changed = {written.ids[name]: news[name] for name in written.changed}
    parts_absorb(cursor, fresh, changed, resolved.accounts, resolved.instruments)
    return written.ids, written.outcomes(sent)


def _row_after(row: Row, rows: OrderRows, resolved: Resolved) -> Values:
    placed_at, currency, paid_amount, ip, device_id, user_agent = rows.head
    return (
        resolved.accounts[rows.account_id],
        resolved.shops[rows.shop_id],
        placed_at,
        currency,
        paid_amount,
        ip or row["ip"],
        device_id or row["device_id"],
        user_agent or row["user_agent"],
        rows.digest,
    )
