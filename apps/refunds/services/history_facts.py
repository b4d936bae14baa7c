"""What past refunds are checked against, read for many orders in a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Sum, When
from django.db.models.functions import Coalesce

from apps.marketplace.models import Line, Order
from apps.refunds.lifecycle import NOT_COUNTED
from apps.refunds.models import Refund, RefundLine

_NOT_COUNTED = [status.value for status in sorted(NOT_COUNTED)]


@dataclass
class LineFacts:
    """An order line; `left` is what of its amount refunds have not taken yet."""

    row_id: int
    category: str
    left: int


@dataclass
class OrderFacts:
    """An order; `left` is what of its payments refunds have not taken yet."""

    row_id: int
    account_row_id: int
    account_id: str
    shop_row_id: int
    shop_id: str
    currency: str
    placed_at: datetime
    left: int
    lines: dict[str, LineFacts]


def order_facts(external_ids: Collection[str], *, client_id: int) -> dict[str, OrderFacts]:
    """Return the facts of those orders that exist, by the client's ids. Call with their rows locked."""
    orders = Order.objects.filter(client_id=client_id, external_id__in=external_ids).select_related("account", "shop")
    facts = {
        order.pk: OrderFacts(
            order.pk,
            order.account_id,
            order.account.external_id,
            order.shop_id,
            order.shop.external_id,
            order.currency,
            order.placed_at,
            order.paid_amount,
            {},
        )
        for order in orders
    }
    lines: dict[int, LineFacts] = {}
    columns = Line.objects.filter(order_id__in=facts).values_list("order_id", "external_id", "pk", "category", "amount")
    for order_id, line_id, row_id, category, amount in columns:
        lines[row_id] = facts[order_id].lines[line_id] = LineFacts(row_id, category, amount)
    _take_asked(facts, lines)
    return {order.external_id: facts[order.pk] for order in orders}


def _take_asked(orders: Mapping[int, OrderFacts], lines: Mapping[int, LineFacts]) -> None:
    """Subtract the refunds that are neither denied nor withdrawn; a decided one takes what was approved."""
    counted = Refund.objects.filter(order_id__in=orders).exclude(status__in=_NOT_COUNTED)
    by_order = counted.values("order_id").annotate(asked=Sum(Coalesce("approved_amount", "amount")))
    for order_id, asked in by_order.values_list("order_id", "asked"):
        orders[order_id].left -= asked
    by_line = (
        RefundLine.objects.filter(refund__order_id__in=orders)
        .exclude(refund__status__in=_NOT_COUNTED)
        .values("line_id")
        .annotate(
            asked=Sum(
                Case(
                    When(refund__approved_amount__isnull=False, then=Coalesce("approved_amount", "amount")),
                    default=F("amount"),
                )
            )
        )
    )
    for line_id, asked in by_line.values_list("line_id", "asked"):
        lines[line_id].left -= asked


@dataclass(frozen=True)
class Present:
    """A refund that has the reference already, and the amounts of its lines by row id."""

    refund_id: str
    columns: Mapping[str, Any]
    lines: Mapping[int, int]


def refunds_present(references: Collection[str], columns: Iterable[str], *, client_id: int) -> dict[str, Present]:
    """Return the client's refunds that use these references, by reference."""
    rows = list(Refund.objects.filter(client_id=client_id, reference__in=references).values("id", *columns))
    lines: dict[str, dict[int, int]] = {row["id"]: {} for row in rows}
    if rows:
        parts = RefundLine.objects.filter(refund_id__in=lines).values_list("refund_id", "line_id", "amount")
        for refund_id, line_id, amount in parts:
            lines[refund_id][line_id] = amount
    return {row["reference"]: Present(row.pop("id"), row, lines[refund_id]) for row in rows if (refund_id := row["id"])}
