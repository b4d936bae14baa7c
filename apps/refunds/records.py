"""Refunds as clients send them: asked for now, or settled in the past."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from apps.common.records import (
    CHOSEN_SHAPE,
    CurrencyCode,
    Identifier,
    Instant,
    LongText,
    PositiveAmount,
    Record,
    UniqueIds,
)
from apps.marketplace.records import MOST_LINES, AccountRecord, ContextRecord, InstrumentRecord, OrderRecord, ShopRecord
from apps.refunds.models import Channel, DefaultOutcome, ReasonCode


class PastOutcome(StrEnum):
    """How a refund of the past ended."""

    PAID = "paid"
    DENIED = "denied"


class ReasonRecord(Record):
    """Why the customer asks, and in which words."""

    code: Annotated[ReasonCode, Field(strict=False)]
    text: LongText | None = None


class RefundLineRecord(Record):
    """How much of one order line is asked for."""

    id: Identifier
    amount: PositiveAmount


class OrderReference(Record):
    """An order that was sent before."""

    id: Identifier


def _shape_of_order(value: Any) -> str:
    """Tell by the members which of the two was meant, so that problems are told of that one alone."""
    if isinstance(value, OrderReference) or (isinstance(value, dict) and value.keys() <= {"id"}):
        return f"{CHOSEN_SHAPE}reference"
    return f"{CHOSEN_SHAPE}order"


OrderOrReference = Annotated[
    # The whole order first: a reader of the description that takes the first shape that fits would lose its members.
    Annotated[OrderRecord, Tag(f"{CHOSEN_SHAPE}order")] | Annotated[OrderReference, Tag(f"{CHOSEN_SHAPE}reference")],
    Discriminator(_shape_of_order),
]


class RefundRecord(Record):
    """A refund to review. `account` and `shop` are the order's when left out."""

    reference: Identifier
    requested_at: Instant
    amount: PositiveAmount
    currency: CurrencyCode
    reason: ReasonRecord
    channel: Annotated[Channel, Field(strict=False)]
    answer_by: Instant | None = None
    default_outcome: Annotated[DefaultOutcome, Field(strict=False)] | None = None
    order: OrderOrReference
    lines: Annotated[list[RefundLineRecord], Field(min_length=1, max_length=MOST_LINES), UniqueIds] | None = None
    account: AccountRecord | None = None
    shop: ShopRecord | None = None
    destination: InstrumentRecord | None = None
    context: ContextRecord | None = None

    @model_validator(mode="after")
    def _lines_make_the_amount(self) -> Self:
        if self.lines is not None and sum(line.amount for line in self.lines) != self.amount:
            raise PydanticCustomError("lines_sum", "lines do not sum to amount", {"at": ["amount"]})
        return self

    @property
    def sent_order(self) -> OrderRecord | None:
        """The order where it came along, None where only its id did."""
        return self.order if isinstance(self.order, OrderRecord) else None


class PastRefundRecord(RefundRecord):
    """A refund that was settled before; it opens no case."""

    outcome: Annotated[PastOutcome, Field(strict=False)]
    decided_at: Instant
