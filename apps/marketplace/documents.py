"""Accounts, shops and orders as their client sees them. Numbers are never in them, only their last characters."""

from datetime import datetime
from typing import Annotated, TypedDict

from apps.common.instants import written_instant, written_or_none
from apps.common.shapes import InstantText, OneOf
from apps.identity.models import FactorStatus, Subject, VerificationFactor
from apps.identity.standing import status_at
from apps.marketplace.models import (
    Account,
    Category,
    DeliveryStatus,
    Instrument,
    InstrumentType,
    Line,
    Order,
    Payment,
    Shop,
)


class FactorDocument(TypedDict):
    """One verification factor."""

    status: Annotated[str, OneOf(FactorStatus)]
    verified_at: InstantText | None
    expires_at: InstantText | None
    provider: str
    name_match: bool | None
    document_type: str
    last4: str


class AccountDocument(TypedDict):
    """An account; contact values are told by what one may see of them."""

    id: str
    registered_at: InstantText | None
    status: str
    display_name: str
    phone_last4: str
    is_minor: bool
    verification: dict[str, FactorDocument]


class ShopDocument(TypedDict):
    """A shop."""

    id: str
    name: str
    registered_at: InstantText | None
    owner_account_id: str | None


class InstrumentDocument(TypedDict):
    """What money is paid with."""

    type: Annotated[str, OneOf(InstrumentType)]
    fingerprint: str
    last4: str
    brand: str
    holder_account_id: str | None


class DeliveryDocument(TypedDict):
    """How far the goods went out."""

    status: Annotated[str, OneOf(DeliveryStatus)]
    at: InstantText | None


class ConsumptionDocument(TypedDict):
    """How much of the goods was used."""

    percent: int
    first_used_at: InstantText | None
    evidence: str


class LineDocument(TypedDict):
    """One kind of goods."""

    id: str
    sku: str
    title: str
    category: Annotated[str, OneOf(Category)]
    quantity: int
    unit_amount: int
    amount: int
    delivery: DeliveryDocument | None
    consumption: ConsumptionDocument | None


class PaymentDocument(TypedDict):
    """Money that came in."""

    id: str
    paid_at: InstantText
    amount: int
    instrument: InstrumentDocument
    payer_account_id: str | None


class ContextDocument(TypedDict):
    """Where the order came from."""

    ip: str | None
    device_id: str
    user_agent: str


class OrderDocument(TypedDict):
    """An order with its lines and payments; `paid_amount` is the sum of the payments."""

    id: str
    account_id: str
    shop_id: str
    placed_at: InstantText
    currency: str
    paid_amount: int
    lines: list[LineDocument]
    payments: list[PaymentDocument]
    context: ContextDocument


def account_document(account: Account, *, now: datetime) -> AccountDocument:
    """Build the document from a row whose subject and factors are loaded; what has expired by now reads expired."""
    subject = account.subject or Subject()
    factors = account.subject.factors.all() if account.subject else ()
    return {
        "id": account.external_id,
        "registered_at": written_or_none(account.registered_at),
        "status": account.status,
        "display_name": subject.display_name,
        "phone_last4": subject.phone_last4,
        "is_minor": account.is_minor,
        "verification": {factor.kind: factor_document(factor, now=now) for factor in factors},
    }


def factor_document(factor: VerificationFactor, *, now: datetime) -> FactorDocument:
    """Build the part of one factor."""
    return {
        "status": status_at(factor.status, factor.expires_at, now),
        "verified_at": written_or_none(factor.verified_at),
        "expires_at": written_or_none(factor.expires_at),
        "provider": factor.provider,
        "name_match": factor.name_match,
        "document_type": factor.document_type,
        "last4": factor.last4,
    }


def shop_document(shop: Shop) -> ShopDocument:
    """Build the document from a row whose owner is loaded."""
    return {
        "id": shop.external_id,
        "name": shop.name,
        "registered_at": written_or_none(shop.registered_at),
        "owner_account_id": shop.owner_account.external_id if shop.owner_account else None,
    }


def order_document(order: Order) -> OrderDocument:
    """Build the document from a row with its account, shop, lines and payments loaded."""
    return {
        "id": order.external_id,
        "account_id": order.account.external_id,
        "shop_id": order.shop.external_id,
        "placed_at": written_instant(order.placed_at),
        "currency": order.currency,
        "paid_amount": order.paid_amount,
        "lines": [_line(line) for line in order.lines.all()],
        "payments": [_payment(payment) for payment in order.payments.all()],
        "context": {"ip": order.ip, "device_id": order.device_id, "user_agent": order.user_agent},
    }


def _line(line: Line) -> LineDocument:
    return {
        "id": line.external_id,
        "sku": line.sku,
        "title": line.title,
        "category": line.category,
        "quantity": line.quantity,
        "unit_amount": line.unit_amount,
        "amount": line.amount,
        "delivery": _delivery(line),
        "consumption": _consumption(line),
    }


def _delivery(line: Line) -> DeliveryDocument | None:
    if not line.delivery_status:
        return None
    return {"status": line.delivery_status, "at": written_or_none(line.delivered_at)}


def _consumption(line: Line) -> ConsumptionDocument | None:
    if line.consumed_percent is None:
        return None
    return {
        "percent": line.consumed_percent,
        "first_used_at": written_or_none(line.first_used_at),
        "evidence": line.consumption_evidence,
    }


def _payment(payment: Payment) -> PaymentDocument:
    return {
        "id": payment.external_id,
        "paid_at": written_instant(payment.paid_at),
        "amount": payment.amount,
        "instrument": _instrument(payment.instrument),
        "payer_account_id": payment.payer_account.external_id if payment.payer_account else None,
    }


def _instrument(instrument: Instrument) -> InstrumentDocument:
    return {
        "type": instrument.type,
        "fingerprint": instrument.fingerprint,
        "last4": instrument.last4,
        "brand": instrument.brand,
        "holder_account_id": instrument.holder_account.external_id if instrument.holder_account else None,
    }
