"""How orders stand when somebody wants money of them back: what was paid, and what is asked for already."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model

from apps.common.cursors import recurring_cursor
from apps.marketplace.models import Account, Order, Shop
from apps.refunds.drafts import OrderedLine
from apps.refunds.lifecycle import NOT_COUNTED


def _in_order(model: type[Model], *names: str) -> tuple[str, ...]:
    """Return the columns as `from_db` wants them: in the order of the model's fields."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in names)


_ORDER = _in_order(
    Order, *"id client_id external_id account_id shop_id placed_at currency paid_amount device_id ip".split()
)
_ACCOUNT = _in_order(Account, "id", "client_id", "external_id", "registered_at", "is_minor", "subject_id")
_SHOP = _in_order(Shop, "id", "client_id", "external_id", "owner_account_id")
_NOT_COUNTED = [status.value for status in sorted(NOT_COUNTED)]
_EXTERNAL_ID = _ORDER.index("external_id")
_ENDS = (len(_ORDER), len(_ORDER) + len(_ACCOUNT), len(_ORDER) + len(_ACCOUNT) + len(_SHOP))

# A partly approved refund counts with what was approved, whole and by line.
_STATEMENT = f"""
SELECT {", ".join(f"o.{name}" for name in _ORDER)}, {", ".join(f"a.{name}" for name in _ACCOUNT)},
    {", ".join(f"s.{name}" for name in _SHOP)}, asked.amount,
    l.id, l.external_id, l.amount, l.category, l.delivery_status, l.delivered_at, l.consumed_percent,
    l.first_used_at, line_asked.amount
FROM marketplace_order o
JOIN marketplace_account a ON a.id = o.account_id
JOIN marketplace_shop s ON s.id = o.shop_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(coalesce(r.approved_amount, r.amount)), 0)::bigint AS amount
    FROM refunds_refund r WHERE r.order_id = o.id AND r.status <> ALL (%(not_counted)s::text[])
) asked
LEFT JOIN marketplace_line l ON l.order_id = o.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(
        CASE WHEN r.approved_amount IS NULL THEN part.amount ELSE coalesce(part.approved_amount, part.amount) END
    ), 0)::bigint AS amount
    FROM refunds_refundline part JOIN refunds_refund r ON r.id = part.refund_id
    WHERE part.line_id = l.id AND r.status <> ALL (%(not_counted)s::text[])
) line_asked
WHERE o.id = ANY (%(orders)s::bigint[])
ORDER BY o.id, l.position, l.id
"""  # noqa: S608 (names from the lists above)


@dataclass
class StandingOrder:
    """An order with its account and shop loaded. `asked`: minor units that refunds count against it already.

    Of order, account and shop only what intake reads is loaded; the rest comes when it is asked for.
    """

    order: Order
    asked: int
    lines: list[OrderedLine] = field(default_factory=list)


def orders_standing(order_ids: Collection[int]) -> dict[str, StandingOrder]:
    """Read orders by row id, in one statement; returns them by the client's ids.

    Call with the orders' rows locked, else what is asked may be outrun.
    """
    if not order_ids:
        return {}
    found: dict[str, StandingOrder] = {}
    with recurring_cursor() as cursor:
        cursor.execute(_STATEMENT, {"orders": list(order_ids), "not_counted": _NOT_COUNTED})
        rows = cursor.fetchall()
    for row in rows:
        standing = found.get(row[_EXTERNAL_ID])
        if standing is None:
            standing = found[row[_EXTERNAL_ID]] = StandingOrder(_order(row), row[_ENDS[2]])
        if row[_ENDS[2] + 1] is not None:
            standing.lines.append(OrderedLine(*row[_ENDS[2] + 1 :]))
    return found


def _order(row: tuple[object, ...]) -> Order:
    alias = connection.alias
    order = Order.from_db(alias, _ORDER, row[: _ENDS[0]])
    order.account = Account.from_db(alias, _ACCOUNT, row[_ENDS[0] : _ENDS[1]])
    order.shop = Shop.from_db(alias, _SHOP, row[_ENDS[1] : _ENDS[2]])
    return order
