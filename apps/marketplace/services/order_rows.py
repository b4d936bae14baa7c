"""An order laid out as rows: once for telling whether it is new, and again for writing it."""

import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.common.staging import Value, stamp
from apps.marketplace.records import ContextRecord, InstrumentRecord, LineRecord, OrderRecord
from apps.marketplace.services.known import KnownRows, digest_of

Values = tuple[Value, ...]
_NOTHING = ContextRecord()


@dataclass(frozen=True, slots=True)
class OrderRows:
    """What an order says, as values of its row, its lines and its payments, without row ids.

    Two orders with one digest say the same: what is null and what is left out
    are one.
    """

    record: OrderRecord
    head: Values
    lines: Sequence[Values]
    payments: Sequence[Values]
    digest: bytes


def orders_laid_out(orders: Mapping[str, OrderRecord], known: KnownRows) -> dict[str, OrderRows]:
    """Return the rows of the orders that say something else than what is stored was last changed by."""
    laid_out = {name: _laid_out(order) for name, order in orders.items()}
    return {name: rows for name, rows in laid_out.items() if name not in known or known[name].digest != rows.digest}


def _laid_out(order: OrderRecord) -> OrderRows:
    head, references = _head(order), (order.account_id, order.shop_id)
    lines = [_line(position, line) for position, line in enumerate(order.lines, start=1)]
    payments = [(payment.id, stamp(payment.paid_at), payment.amount) for payment in order.payments]
    paid_with = [(payment.payer_account_id, *_instrument(payment.instrument)) for payment in order.payments]
    # Format 2 depends on the values alone; later ones also on how often an object is used.
    said = marshal.dumps((references, head, lines, payments, paid_with), 2)
    return OrderRows(order, head, lines, payments, digest_of("order", said))


def _head(order: OrderRecord) -> Values:
    context = order.context or _NOTHING
    paid_amount = sum([payment.amount for payment in order.payments])
    return (
        stamp(order.placed_at),
        order.currency,
        paid_amount,
        context.ip,
        context.device_id or "",
        context.user_agent or "",
    )


def _line(position: int, line: LineRecord) -> Values:
    delivery, consumption = line.delivery, line.consumption
    return (
        line.id,
        position,
        line.sku or "",
        line.title,
        # Enum.value is a Python call on every read, and there are many lines.
        line.category._value_,
        line.quantity,
        line.unit_amount,
        line.amount,
        delivery.status._value_ if delivery else "",
        stamp(delivery.at) if delivery else None,
        consumption.percent if consumption else None,
        stamp(consumption.first_used_at) if consumption else None,
        consumption.evidence or "" if consumption else "",
    )


def _instrument(instrument: InstrumentRecord) -> Values:
    return (
        instrument.type._value_,
        instrument.fingerprint,
        instrument.last4,
        instrument.brand,
        instrument.holder_account_id,
    )
