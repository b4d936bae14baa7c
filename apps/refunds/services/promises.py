"""What is approved of one order never exceeds what was paid for it, whatever became of its refunds meanwhile.

Asking is checked when a refund comes in. That is not enough: a refund that was approved in part and recalled asks for
all of it again, and a client may correct what was paid.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict
from apps.common.money import written
from apps.marketplace.models import Order
from apps.marketplace.records import OrderRecord
from apps.marketplace.services.outcomes import Absorbed, Outcome
from apps.marketplace.services.put import Put, order_put
from apps.refunds.lifecycle import PROMISED
from apps.refunds.models import Refund, RefundLine

_PROMISED = [status.value for status in sorted(PROMISED)]


class ApprovalExceedsOrder(Conflict):
    """Other refunds of the order were approved meanwhile."""

    code = "approval_exceeds_order"
    title = _("Too much approved")
    message = _("Other approved refunds of order {order_id} leave {left_written} to approve.")


class ApprovalExceedsLine(Conflict):
    """Other refunds of the line were approved meanwhile."""

    code = "approval_exceeds_line"
    title = _("Too much approved")
    message = _("Other approved refunds of line {line_id} leave {left_written} to approve.")


class OrderPromised(Conflict):
    """The client corrects payments to less than was approved of them."""

    code = "order_promised"
    title = _("Approved refunds stand against this")
    message = _(
        "Refunds of {promised_written} are approved for order {order_id}. "
        "Its payments cannot become less, nor its currency another."
    )


def order_of_refund_locked(refund_id: str) -> Order:
    """Lock the order of a refund until the transaction ends. Take it after the case and before the refund."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).get(refunds=refund_id)


def approval_check(refund: Refund, order: Order, amount: int, by_line: Mapping[int, int]) -> None:
    """Refuse an approval that the order or one of its lines no longer covers.

    `amount` and `by_line` (by row id of the refund's lines) are minor units;
    the order's row is locked. Raises ApprovalExceedsOrder, ApprovalExceedsLine.
    """
    others = _promised(order).exclude(pk=refund.pk)
    left = order.paid_amount - _sum(others)
    if amount > left:
        raise ApprovalExceedsOrder(order_id=order.external_id, left_written=_written(left, order))
    if not by_line or left == order.paid_amount:
        return
    taken = dict(
        RefundLine.objects.filter(refund__in=others)
        .values("line_id")
        .annotate(taken=Sum(Coalesce("approved_amount", "amount")))
        .values_list("line_id", "taken")
    )
    for part in refund.lines.select_related("line").filter(pk__in=by_line):
        left = part.line.amount - taken.get(part.line_id, 0)
        if by_line[part.pk] > left:
            raise ApprovalExceedsLine(line_id=part.line.external_id, left_written=_written(left, order))


@transaction.atomic
def order_correct(record: OrderRecord, *, client_id: int, now: datetime) -> Put[Order]:
    """Create or replace an order, unless more is approved of it than was paid. Raises OrderPromised."""
    put = order_put(record, client_id=client_id, now=now)
    # Only a row that changed is locked by the change; one that did not is as it was.
    if put.outcome is Outcome.UPDATED:
        for refusal in orders_promised([put.row.pk]).values():
            raise refusal
    return put


def orders_promised(order_ids: Collection[int]) -> dict[str, OrderPromised]:
    """Return which of these orders, as they stand now, no longer cover what is approved of them, by the client's ids.

    The orders' rows are locked. One statement; none without orders.
    """
    if not order_ids:
        return {}
    sums = (
        Refund.objects.filter(order_id__in=order_ids, status__in=_PROMISED)
        .values("order__external_id", "order__paid_amount", "order__currency")
        .annotate(total=Sum("approved_amount"), foreign=Count("pk", filter=~Q(currency=F("order__currency"))))
        .filter(Q(total__gt=F("order__paid_amount")) | Q(foreign__gt=0))
    )
    return {
        name: OrderPromised(order_id=name, promised_written=written(total, currency))
        for name, currency, total in sums.values_list("order__external_id", "order__currency", "total")
    }


def updated_orders(names: Iterable[str], absorbed: Absorbed) -> set[int]:
    """Return the row ids of the orders among `names` (those that were absorbed, in their order) that were changed."""
    return {
        absorbed.orders[name]
        for name, outcome in zip(names, absorbed.order_outcomes, strict=True)
        if outcome is Outcome.UPDATED
    }


def _promised(order: Order) -> QuerySet[Refund]:
    return Refund.objects.filter(order=order, status__in=_PROMISED)


def _sum(refunds: QuerySet[Refund]) -> int:
    total: int = refunds.aggregate(total=Sum("approved_amount", default=0))["total"]
    return total


def _written(amount: int, order: Order) -> str:
    return written(max(amount, 0), order.currency)
