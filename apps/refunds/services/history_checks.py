"""What makes a refund of the past impossible. The same refusals as for a new one."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Invalid
from apps.common.instants import written_instant
from apps.refunds.errors import (
    AccountNotOfOrder,
    AmountExceedsLine,
    AmountExceedsOrder,
    CurrencyDiffers,
    LineUnknown,
    OrderUnknown,
    RequestedBeforeOrder,
    RequestedInFuture,
    ShopNotOfOrder,
)
from apps.refunds.records import PastOutcome, PastRefundRecord
from apps.refunds.services.history_facts import LineFacts, OrderFacts

_AHEAD_AT_MOST = timedelta(hours=24)


class DecidedInFuture(Invalid):
    """What is still to come is no history."""

    code = "decided_in_future"
    title = _("Decided in the future")
    message = _("The refund was decided more than 24 hours from now.")


class DecidedBeforeRequested(Invalid):
    """A decision follows the request."""

    code = "decided_before_requested"
    title = _("Decided before it was requested")
    message = _("The refund was decided before it was requested.")


def check_past_refund(record: PastRefundRecord, order: OrderFacts | None, *, now: datetime) -> OrderFacts:
    """Return the order. Raises the refusals for what cannot be.

    A denied refund took nothing, so only a paid one must fit into what is left.
    """
    if order is None:
        raise OrderUnknown(pointer="/order/id", order_id=record.order.id)
    _check_parties(record, order)
    _check_times(record, order, now)
    if record.currency != order.currency:
        raise CurrencyDiffers(pointer="/currency", expected=order.currency, given=record.currency)
    lines = lines_asked(record, order)
    if record.outcome is PastOutcome.PAID:
        _check_amounts(record, order, lines)
    return order


def lines_asked(record: PastRefundRecord, order: OrderFacts) -> list[tuple[LineFacts, int]]:
    """Return the order lines with the amounts asked for, in the record's order. Raises LineUnknown."""
    asked = []
    for index, wanted in enumerate(record.lines or ()):
        line = order.lines.get(wanted.id)
        if line is None:
            raise LineUnknown(pointer=f"/lines/{index}/id", order_id=record.order.id, line_id=wanted.id)
        asked.append((line, wanted.amount))
    return asked


def _check_parties(record: PastRefundRecord, order: OrderFacts) -> None:
    if record.account is not None and record.account.id != order.account_id:
        raise AccountNotOfOrder(pointer="/account/id", order_id=record.order.id, account_id=record.account.id)
    if record.shop is not None and record.shop.id != order.shop_id:
        raise ShopNotOfOrder(pointer="/shop/id", order_id=record.order.id, shop_id=record.shop.id)


def _check_times(record: PastRefundRecord, order: OrderFacts, now: datetime) -> None:
    if record.requested_at < order.placed_at:
        raise RequestedBeforeOrder(pointer="/requested_at", placed_at=written_instant(order.placed_at))
    if record.requested_at > now + _AHEAD_AT_MOST:
        raise RequestedInFuture(pointer="/requested_at")
    if record.decided_at > now + _AHEAD_AT_MOST:
        raise DecidedInFuture(pointer="/decided_at")
    if record.decided_at < record.requested_at:
        raise DecidedBeforeRequested(pointer="/decided_at")


def _check_amounts(record: PastRefundRecord, order: OrderFacts, asked: list[tuple[LineFacts, int]]) -> None:
    if record.amount > order.left:
        raise AmountExceedsOrder(
            pointer="/amount", order_id=record.order.id, left=max(order.left, 0), currency=order.currency
        )
    for index, (line, amount) in enumerate(asked):
        if amount > line.left:
            raise AmountExceedsLine(
                pointer=f"/lines/{index}/amount",
                line_id=record.lines[index].id if record.lines else "",
                left=max(line.left, 0),
                currency=order.currency,
            )
