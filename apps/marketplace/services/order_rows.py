"""An order laid out as rows: once for telling whether it is new, and again for writing it."""

import json
import marshal
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from pydantic_core import PydanticCustomError

from apps.common.money import is_currency
from apps.common.records import instant_read, plain_address
from apps.common.staging import Value, stamp
from apps.common.twins import is_plain, says_it_once, twin_of
from apps.marketplace.records import OrderRecord
from apps.marketplace.services.instruments import InstrumentTold
from apps.marketplace.services.known import KnownRows, digest_of

Values = tuple[Value, ...]
_TWIN = twin_of(OrderRecord, "order")
_DECODER = msgspec.json.Decoder(_TWIN)


class OrderRows(NamedTuple):
    """What an order says, as values of its row, its lines and its payments, without row ids.

    `paid_with` has the payer and the instrument of each payment. `source` is
    the record, or the text that it can be read from. Two orders with one
    digest say the same: what is null and what is left out are one.
    """

    id: str
    account_id: str
    shop_id: str
    head: Values
    lines: Sequence[Values]
    payments: Sequence[Values]
    paid_with: Sequence[tuple[str | None, InstrumentTold]]
    digest: bytes
    source: OrderRecord | bytes

    @property
    def record(self) -> OrderRecord:
        """The order as a record."""
        if isinstance(self.source, OrderRecord):
            return self.source
        return OrderRecord.model_validate(
            {name: one for name, one in json.loads(self.source).items() if name != "type"}
        )

    def accounts(self) -> Iterator[str]:
        """Yield the accounts that it refers to: buyer, payers, holders of what was paid with."""
        yield self.account_id
        for payer_id, instrument in self.paid_with:
            if payer_id:
                yield payer_id
            if instrument.holder_account_id:
                yield instrument.holder_account_id


def order_read(text: bytes) -> OrderRows | None:
    """Read an order from a line of history, when that is plain and says `"type": "order"`.

    Nothing that a record would refuse is taken. None tells nothing: read it as
    a record then.
    """
    if b'"order"' not in text or not is_plain(text):
        return None
    try:
        order: Any = _DECODER.decode(text)
        rows = _laid_out(order, text)
    except (ValueError, PydanticCustomError):
        # What msgspec raises is a ValueError, too.
        return None
    is_sound = is_currency(order.currency) and _are_unique(order.lines) and _are_unique(order.payments)
    return rows if is_sound and says_it_once(text, order) else None


def order_laid_out(order: OrderRecord) -> OrderRows:
    """Lay out a record."""
    said = order.model_dump(mode="json", exclude_unset=True)
    return _laid_out(msgspec.convert({"type": "order", **said}, _TWIN), order)


def orders_that_are_news(orders: Mapping[str, OrderRows], known: KnownRows) -> dict[str, OrderRows]:
    """Return the orders that say something else than what is stored was last changed by."""
    return {name: rows for name, rows in orders.items() if name not in known or known[name].digest != rows.digest}


def _are_unique(items: Sequence[Any]) -> bool:
    return len(items) < 2 or len({item.id for item in items}) == len(items)


def _laid_out(order: Any, source: OrderRecord | bytes) -> OrderRows:
    """Lay out an order's twin. Raises ValueError, PydanticCustomError for what its record would refuse."""
    head = _head(order)
    lines = [_line(position, line) for position, line in enumerate(order.lines, start=1)]
    payments = [(payment.id, _instant(payment.paid_at), payment.amount) for payment in order.payments]
    paid_with = [(payment.payer_account_id or None, _instrument(payment.instrument)) for payment in order.payments]
    # Format 2 depends on the values alone; later ones also on how often an object is used.
    said = marshal.dumps(((order.account_id, order.shop_id), head, lines, payments, paid_with), 2)
    return OrderRows(
        order.id,
        order.account_id,
        order.shop_id,
        head,
        lines,
        payments,
        [(payer_id, InstrumentTold._make(instrument)) for payer_id, instrument in paid_with],
        digest_of("order", said),
        source,
    )


# The instants of an order are often the same.
@lru_cache(maxsize=16_384)
def _instant(text: str) -> str | None:
    return stamp(instant_read(text))


def _optional_instant(told: Any) -> str | None:
    return _instant(told) if isinstance(told, str) else None


def _head(order: Any) -> Values:
    context = order.context
    ip, device_id, user_agent = (context.ip, context.device_id, context.user_agent) if context else (None, "", "")
    return (
        _instant(order.placed_at),
        order.currency,
        sum([payment.amount for payment in order.payments]),
        plain_address(ip) if ip else None,
        device_id or "",
        user_agent or "",
    )


def _line(position: int, line: Any) -> Values:
    delivery, consumption = line.delivery, line.consumption
    return (
        line.id,
        position,
        line.sku or "",
        line.title,
        line.category,
        line.quantity,
        line.unit_amount,
        line.amount,
        delivery.status if delivery else "",
        _optional_instant(delivery.at) if delivery else None,
        consumption.percent if consumption else None,
        _optional_instant(consumption.first_used_at) if consumption else None,
        consumption.evidence or "" if consumption else "",
    )


def _instrument(instrument: Any) -> tuple[str, str, str | None, str | None, str | None]:
    return (
        instrument.type,
        instrument.fingerprint,
        instrument.last4 or None,
        instrument.brand or None,
        instrument.holder_account_id or None,
    )
