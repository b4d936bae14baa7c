"""Checking what a client asks against the order, and writing it down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.clients.models import ApiClient
from apps.common.instants import written_instant
from apps.marketplace.models import Instrument, InstrumentType, Line, Order
from apps.refunds.categories import speaking_category
from apps.refunds.errors import (
    AccountNotOfOrder,
    AccountUnknown,
    AmountExceedsLine,
    AmountExceedsOrder,
    CurrencyDiffers,
    LineUnknown,
    OrderUnknown,
    ReferenceUsed,
    RequestedBeforeOrder,
    RequestedInFuture,
    ShopNotOfOrder,
)
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund, RefundLine
from apps.refunds.records import RefundRecord
from apps.refunds.selectors import already_asked

_AHEAD_AT_MOST = timedelta(hours=24)


@dataclass(frozen=True)
class _Asked:
    """One order line and the minor units asked for it."""

    line: Line
    amount: int


def refund_create(record: RefundRecord, *, client: ApiClient, now: datetime) -> Refund:
    """Insert the refund and its lines, not begun yet: the caller passes it through `door.refund_begin`.

    The order's row stays locked until the transaction ends, so that two
    refunds of one order cannot both take what is left of its payments.
    Raises the refusals of `apps.refunds.errors`.
    """
    existing = Refund.objects.filter(client=client, reference=record.reference).values_list("pk", flat=True).first()
    if existing is not None:
        raise ReferenceUsed(pointer="/reference", reference=record.reference, refund_id=existing)
    order = _order_locked(record, client)
    _check_parties(record, order)
    _check_times(record, order, now)
    if record.currency != order.currency:
        raise CurrencyDiffers(pointer="/currency", expected=order.currency, given=record.currency)
    order_lines = list(order.lines.order_by("position", "id"))
    asked = _lines_asked(record, order, order_lines)
    _check_amounts(record, order, asked)
    refund = _insert(record, order, asked or [_Asked(line, line.amount) for line in order_lines], client, now)
    RefundLine.objects.bulk_create(RefundLine(refund=refund, line=part.line, amount=part.amount) for part in asked)
    return refund


def _order_locked(record: RefundRecord, client: ApiClient) -> Order:
    found = (
        Order.objects.select_for_update(of=("self",))
        .select_related("account__subject", "shop")
        .filter(client=client, external_id=record.order.id)
        .first()
    )
    if found is None:
        raise OrderUnknown(pointer="/order/id", order_id=record.order.id)
    return found


def _check_parties(record: RefundRecord, order: Order) -> None:
    account, shop = record.account, record.shop
    if account is not None and account.id != order.account.external_id:
        known = type(order.account).objects.filter(client_id=order.client_id, external_id=account.id).exists()
        if not known:
            raise AccountUnknown(pointer="/account/id", account_id=account.id)
        raise AccountNotOfOrder(pointer="/account/id", order_id=order.external_id, account_id=account.id)
    if shop is not None and shop.id != order.shop.external_id:
        raise ShopNotOfOrder(pointer="/shop/id", order_id=order.external_id, shop_id=shop.id)


def _check_times(record: RefundRecord, order: Order, now: datetime) -> None:
    if record.requested_at < order.placed_at:
        raise RequestedBeforeOrder(pointer="/requested_at", placed_at=written_instant(order.placed_at))
    if record.requested_at > now + _AHEAD_AT_MOST:
        raise RequestedInFuture(pointer="/requested_at")


def _lines_asked(record: RefundRecord, order: Order, order_lines: list[Line]) -> list[_Asked]:
    by_id = {line.external_id: line for line in order_lines}
    asked = []
    for index, wanted in enumerate(record.lines or []):
        line = by_id.get(wanted.id)
        if line is None:
            raise LineUnknown(pointer=f"/lines/{index}/id", order_id=order.external_id, line_id=wanted.id)
        asked.append(_Asked(line, wanted.amount))
    return asked


def _check_amounts(record: RefundRecord, order: Order, asked: list[_Asked]) -> None:
    before = already_asked(order)
    left = order.paid_amount - before.total
    if record.amount > left:
        raise AmountExceedsOrder(
            pointer="/amount", order_id=order.external_id, left=max(left, 0), currency=order.currency
        )
    for index, part in enumerate(asked):
        left = part.line.amount - before.by_line.get(part.line.pk, 0)
        if part.amount > left:
            raise AmountExceedsLine(
                pointer=f"/lines/{index}/amount",
                line_id=part.line.external_id,
                left=max(left, 0),
                currency=order.currency,
            )


def _insert(record: RefundRecord, order: Order, concerned: list[_Asked], client: ApiClient, now: datetime) -> Refund:
    categories = {part.line.category for part in concerned}
    context = record.context
    return Refund.objects.create(
        client=client,
        reference=record.reference,
        requested_at=record.requested_at,
        amount=record.amount,
        currency=record.currency,
        reason_code=record.reason.code,
        reason_text=record.reason.text or "",
        channel=record.channel,
        answer_by=record.answer_by,
        default_outcome=record.default_outcome or "",
        order=order,
        account=order.account,
        shop=order.shop,
        destination=_destination(record, client),
        category=speaking_category(categories),
        ip=context.ip if context else None,
        device_id=(context.device_id or "") if context else "",
        user_agent=(context.user_agent or "") if context else "",
        status=Status.PENDING_REVIEW.value,
        status_at=now,
        created_at=now,
    )


def _destination(record: RefundRecord, client: ApiClient) -> Instrument | None:
    if record.destination is None:
        return None
    return Instrument.objects.select_related("holder_account").get(
        client=client,
        type=InstrumentType(record.destination.type),
        fingerprint=record.destination.fingerprint,
    )
