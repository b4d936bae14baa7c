"""Accounts, shops, orders and transfers as clients send them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from apps.common.records import (
    NO_CONTROLS,
    NO_NUL,
    Amount,
    CurrencyCode,
    Identifier,
    Instant,
    IpAddress,
    Name,
    PositiveAmount,
    Record,
    ShortText,
    Tail,
    UniqueIds,
)
from apps.identity.records import PersonRecord
from apps.marketplace.models import Category, DeliveryStatus, InstrumentType

MOST_LINES = 5_000
MOST_PAYMENTS = 500

ShortName = Annotated[str, StringConstraints(max_length=64, pattern=NO_CONTROLS)]


class _MayBeBare(Record):
    """A record that says something, or only points at what was said before."""

    id: Identifier

    @property
    def is_bare(self) -> bool:
        """Nothing but the id was sent."""
        return self.model_fields_set <= {"id"}


class AccountRecord(_MayBeBare, PersonRecord):
    """A buyer's account. Fields that are left out stay as they were; null erases."""

    registered_at: Instant | None = None
    status: ShortName | None = None
    is_minor: bool | None = None


class ShopRecord(_MayBeBare):
    """A shop. Fields that are left out stay as they were; null erases."""

    name: Name | None = None
    registered_at: Instant | None = None
    owner_account_id: Identifier | None = None


class InstrumentRecord(Record):
    """A card, wallet or balance, by the client's fingerprint of it."""

    type: Annotated[InstrumentType, Field(strict=False)]
    fingerprint: Identifier
    last4: Tail | None = None
    brand: ShortName | None = None
    holder_account_id: Identifier | None = None


class DeliveryRecord(Record):
    """How far the goods went out."""

    status: Annotated[DeliveryStatus, Field(strict=False)]
    at: Instant | None = None


class ConsumptionRecord(Record):
    """How much of the goods was used, in whole percent."""

    percent: Annotated[int, Field(ge=0, le=100)]
    first_used_at: Instant | None = None
    evidence: ShortText | None = None


class LineRecord(Record):
    """One kind of goods. `amount` need not be quantity × unit: discounts exist."""

    id: Identifier
    sku: Annotated[str, StringConstraints(max_length=128, pattern=NO_CONTROLS)] | None = None
    title: ShortText
    category: Annotated[Category, Field(strict=False)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]
    unit_amount: Amount
    amount: Amount
    delivery: DeliveryRecord | None = None
    consumption: ConsumptionRecord | None = None


class PaymentRecord(Record):
    """Money that came in."""

    id: Identifier
    paid_at: Instant
    amount: Amount
    instrument: InstrumentRecord
    payer_account_id: Identifier | None = None


class ContextRecord(Record):
    """Where it came from."""

    ip: IpAddress | None = None
    device_id: Annotated[str, StringConstraints(max_length=128, pattern=NO_CONTROLS)] | None = None
    user_agent: Annotated[str, StringConstraints(max_length=512, pattern=NO_NUL)] | None = None


class OrderRecord(Record):
    """A purchase. It replaces the order of this id; what is optional and left out stays as it was."""

    id: Identifier
    account_id: Identifier
    shop_id: Identifier
    placed_at: Instant
    currency: CurrencyCode
    lines: Annotated[list[LineRecord], Field(min_length=1, max_length=MOST_LINES), UniqueIds]
    payments: Annotated[list[PaymentRecord], Field(max_length=MOST_PAYMENTS), UniqueIds]
    context: ContextRecord | None = None

    @property
    def paid_amount(self) -> int:
        """What came in for it, in minor units."""
        return sum(payment.amount for payment in self.payments)


class TransferRecord(Record):
    """Money that went from one account to another outside an order."""

    id: Identifier
    at: Instant
    amount: PositiveAmount
    currency: CurrencyCode
    from_account_id: Identifier
    to_account_id: Identifier
    instrument: InstrumentRecord | None = None
