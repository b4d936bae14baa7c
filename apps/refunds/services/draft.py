"""Checking what a client asks against its orders, many refunds at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.clients.models import ApiClient
from apps.common.errors import Refusal
from apps.common.instants import written_instant
from apps.marketplace.models import Account
from apps.marketplace.services.instruments import instrument_key
from apps.marketplace.services.outcomes import Absorbed
from apps.refunds.categories import speaking_category
from apps.refunds.drafts import LineAsked, RefundDraft
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
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.standing import StandingOrder, orders_standing

_AHEAD_AT_MOST = timedelta(hours=24)


def refunds_draft(
    records: Sequence[RefundRecord], *, client: ApiClient, absorbed: Absorbed, now: datetime
) -> list[RefundDraft | Refusal]:
    """Check each record and lay its refund out, in their order; a refused one leaves the others as they are.

    No two of them have the same reference.

    `absorbed` is what taking in the records' accounts, shops, orders and
    destinations gave, with the rows of all orders locked: two refunds of one
    order cannot both take what is left of its payments, also when both are
    among `records`. Refuses with the refusals of `apps.refunds.errors`. A
    constant number of statements: one, and one more for what is refused.
    """
    named = {record.order.id for record in records}
    standing = orders_standing({absorbed.orders[name] for name in named if name in absorbed.orders})
    desk = _Desk(client, absorbed, now, standing, _accounts_known(records, standing, client))
    answers = [desk.answer(record) for record in records]
    return _references_first(records, answers, client)


def references_used(references: Iterable[str], *, client: ApiClient) -> dict[str, str]:
    """Return the ids of the refunds that have these references already."""
    found = Refund.objects.filter(client=client, reference__in=list(references))
    return dict(found.order_by("pk").values_list("reference", "pk"))


def _references_first(
    records: Sequence[RefundRecord], answers: list[RefundDraft | Refusal], client: ApiClient
) -> list[RefundDraft | Refusal]:
    """Say of a refused record whose reference is used that it is: the amount may be gone for that very reason."""
    refused = {record.reference for record, answer in zip(records, answers, strict=True) if isinstance(answer, Refusal)}
    used = references_used(refused, client=client) if refused else {}
    return [
        ReferenceUsed(pointer="/reference", reference=record.reference, refund_id=used[record.reference])
        if isinstance(answer, Refusal) and record.reference in used
        else answer
        for record, answer in zip(records, answers, strict=True)
    ]


def _accounts_known(
    records: Sequence[RefundRecord], standing: Mapping[str, StandingOrder], client: ApiClient
) -> frozenset[str]:
    """Return which of the accounts that are not their order's exist; asks only when there are such."""
    foreign = {
        record.account.id
        for record in records
        if record.account is not None
        and record.order.id in standing
        and standing[record.order.id].order.account.external_id != record.account.id
    }
    if not foreign:
        return frozenset()
    known = Account.objects.filter(client=client, external_id__in=foreign)
    return frozenset(known.values_list("external_id", flat=True))


@dataclass
class _Desk:
    """Looks at one record after the other, and remembers what those before took."""

    client: ApiClient
    absorbed: Absorbed
    now: datetime
    standing: Mapping[str, StandingOrder]
    accounts_known: frozenset[str]
    taken: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    taken_of_line: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def answer(self, record: RefundRecord) -> RefundDraft | Refusal:
        try:
            draft = self._draft(record)
        except Refusal as refusal:
            return refusal
        self.taken[draft.refund.order_id] += record.amount
        for part in draft.named:
            self.taken_of_line[part.line.pk] += part.amount
        return draft

    def _draft(self, record: RefundRecord) -> RefundDraft:
        standing = self.standing.get(record.order.id)
        if standing is None:
            raise OrderUnknown(pointer="/order/id", order_id=record.order.id)
        self._check_parties(record, standing)
        self._check_times(record, standing)
        if record.currency != standing.order.currency:
            raise CurrencyDiffers(pointer="/currency", expected=standing.order.currency, given=record.currency)
        named = _lines_named(record, standing)
        self._check_amounts(record, standing, named)
        concerned = named or tuple(LineAsked(line, line.amount) for line in standing.lines)
        return RefundDraft(self._refund(record, standing, concerned), named, concerned)

    def _check_parties(self, record: RefundRecord, standing: StandingOrder) -> None:
        account, shop, order = record.account, record.shop, standing.order
        if account is not None and account.id != order.account.external_id:
            if account.id not in self.accounts_known:
                raise AccountUnknown(pointer="/account/id", account_id=account.id)
            raise AccountNotOfOrder(pointer="/account/id", order_id=order.external_id, account_id=account.id)
        if shop is not None and shop.id != order.shop.external_id:
            raise ShopNotOfOrder(pointer="/shop/id", order_id=order.external_id, shop_id=shop.id)

    def _check_times(self, record: RefundRecord, standing: StandingOrder) -> None:
        if record.requested_at < standing.order.placed_at:
            raise RequestedBeforeOrder(pointer="/requested_at", placed_at=written_instant(standing.order.placed_at))
        if record.requested_at > self.now + _AHEAD_AT_MOST:
            raise RequestedInFuture(pointer="/requested_at")

    def _check_amounts(self, record: RefundRecord, standing: StandingOrder, named: tuple[LineAsked, ...]) -> None:
        order = standing.order
        left = order.paid_amount - standing.asked - self.taken[order.pk]
        if record.amount > left:
            raise AmountExceedsOrder(
                pointer="/amount", order_id=order.external_id, left=max(left, 0), currency=order.currency
            )
        for index, part in enumerate(named):
            left = part.line.amount - part.line.asked - self.taken_of_line[part.line.pk]
            if part.amount > left:
                raise AmountExceedsLine(
                    pointer=f"/lines/{index}/amount", line_id=part.line.id, left=max(left, 0), currency=order.currency
                )

    def _refund(self, record: RefundRecord, standing: StandingOrder, concerned: tuple[LineAsked, ...]) -> Refund:
        order, context, destination = standing.order, record.context, record.destination
        refund = Refund(
            client=self.client,
            reference=record.reference,
            requested_at=record.requested_at,
            amount=record.amount,
            currency=record.currency,
            reason_code=record.reason.code,
            reason_text=record.reason.text or "",
            channel=record.channel,
            answer_by=record.answer_by,
            default_outcome=record.default_outcome or "",
            destination_id=None if destination is None else self.absorbed.instruments[instrument_key(destination)],
            category=speaking_category({part.line.category for part in concerned}),
            ip=context.ip if context else None,
            device_id=(context.device_id or "") if context else "",
            user_agent=(context.user_agent or "") if context else "",
            status=Status.PENDING_REVIEW.value,
            status_at=self.now,
            created_at=self.now,
        )
        refund.order, refund.account, refund.shop = order, order.account, order.shop
        return refund


def _lines_named(record: RefundRecord, standing: StandingOrder) -> tuple[LineAsked, ...]:
    if record.lines is None:
        return ()
    by_id = {line.id: line for line in standing.lines}
    named = []
    for index, wanted in enumerate(record.lines):
        line = by_id.get(wanted.id)
        if line is None:
            raise LineUnknown(pointer=f"/lines/{index}/id", order_id=standing.order.external_id, line_id=wanted.id)
        named.append(LineAsked(line, wanted.amount))
    return tuple(named)
