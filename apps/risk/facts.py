"""What is known about one refund when it comes in. No judgement, no thresholds.

None always means unknown, never zero. Ids are the client's own, except those
of refunds, which are ours; at most `LISTED` of a kind are listed, the counts
beside them are whole unless said otherwise.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from pydantic import TypeAdapter

LISTED = 20
FACTS_VERSION = 1


class Category(StrEnum):
    """What is sold; the same words as `marketplace.Category`."""

    GAME_CURRENCY = "game_currency"
    GIFT_CARD = "gift_card"
    TOP_UP = "top_up"
    VOUCHER = "voucher"
    IN_GAME_ITEM = "in_game_item"
    SUBSCRIPTION = "subscription"
    MEMBERSHIP = "membership"
    DIGITAL_CONTENT = "digital_content"
    PHYSICAL = "physical"
    SERVICE = "service"
    OTHER = "other"


class InstrumentKind(StrEnum):
    """What money is paid with or goes to; the same words as `marketplace.InstrumentType`."""

    BANK_CARD = "bank_card"
    CREDIT_CARD = "credit_card"
    WALLET = "wallet"
    BALANCE = "balance"
    CREDIT_LINE = "credit_line"
    POINTS = "points"
    GIFT_CARD = "gift_card"
    OTHER = "other"


class VerificationKind(StrEnum):
    """The three factors of real-name verification; the same words as `identity.FactorKind`."""

    PHONE = "phone"
    ID_DOCUMENT = "id_document"
    BANK_CARD = "bank_card"


class VerificationState(StrEnum):
    """How a verification factor stood at the moment of the request."""

    VERIFIED = "verified"
    MISSING = "missing"
    UNVERIFIED = "unverified"
    PENDING = "pending"
    EXPIRED = "expired"
    FAILED = "failed"
    NAME_MISMATCH = "name_mismatch"


class InstrumentRole(StrEnum):
    """What an instrument does in this refund."""

    PAID = "paid"
    DESTINATION = "destination"


@dataclass(frozen=True)
class GoodsFacts:
    """The goods asked back, and how far they were used before the request. Amounts in minor units.

    `consumed_percent` is weighted by the amounts asked, over the lines whose
    consumption is known; those are `known_percent` of the amount asked.
    """

    asked_amount: int
    known_percent: float
    consumed_percent: float | None
    viewed_amount: int | None
    consumed_lines: tuple[str, ...]
    viewed_lines: tuple[str, ...]


@dataclass(frozen=True)
class PaymentFacts:
    """How the order was paid. `other_payers` are the known payers who are not the buyer."""

    minutes_since: float | None
    total: int
    by_kind: dict[InstrumentKind, int]
    is_payer_known: bool
    other_payers: tuple[str, ...]


@dataclass(frozen=True)
class DestinationFacts:
    """Where the money shall go. `is_source`: it is one of the order's payment instruments."""

    kind: InstrumentKind
    holder: str | None
    is_holder_the_buyer: bool | None
    is_source: bool | None


@dataclass(frozen=True)
class SharedInstrument:
    """Another side of an instrument: accounts other than the buyer that paid with it or were refunded to it.

    Counted over `selectors.money.SAMPLE` payments and as many refunds, so
    that a hub cannot slow intake down: for a hub the number is a lower bound.
    """

    role: InstrumentRole
    kind: InstrumentKind
    last4: str
    accounts: int
    account_ids: tuple[str, ...]


@dataclass(frozen=True)
class AccountFacts:
    """The buyer's account; `age_days` in whole days at the request."""

    id: str
    age_days: int | None
    is_minor: bool


@dataclass(frozen=True)
class VerificationFacts:
    """One verification factor, and how many other accounts of the client share it (None: nothing to match by)."""

    kind: VerificationKind
    state: VerificationState
    shared_by: int | None
    account_ids: tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """Orders with refunds asked in the last `hours`; an order counts once however often it is refunded."""

    hours: int
    baskets: int
    refund_ids: tuple[str, ...]


@dataclass(frozen=True)
class HabitFacts:
    """What the account bought and had refunded before and with this request, this refund included.

    Value is counted in the refund's currency from `since` on. An order from
    before that is refunded in the window counts as bought, so that no share
    exceeds the whole. Denied and withdrawn refunds and purchases by minors
    do not count as refunded; how many were left out stands in `left_out`.
    `is_capped`: the account has more rows than are read; the window is
    shortened to what was read.
    """

    since: datetime
    days: int
    currency: str
    orders: int
    baskets: int
    bought: int
    refunded: int
    other_currency_orders: int
    left_out: dict[str, int]
    windows: tuple[Window, ...]
    refund_ids: tuple[str, ...]
    is_capped: bool


@dataclass(frozen=True)
class PastFacts:
    """How earlier refunds of the account ended, in `days`. A denial that was overturned is none.

    `kept_orders` were placed more than `kept_after_days` ago and nothing of them was asked back;
    `kept_amount` is what those in the refund's currency cost.
    """

    days: int
    denied: int
    paid: int
    withdrawn: int
    denied_ids: tuple[str, ...]
    kept_orders: int
    kept_amount: int
    kept_after_days: int


@dataclass(frozen=True)
class RefundFacts:
    """Everything that factors are computed from."""

    refund_id: str
    order_id: str
    requested_at: datetime
    category: Category
    amount: int
    currency: str
    is_minor_purchase: bool
    goods: GoodsFacts
    payment: PaymentFacts
    destination: DestinationFacts | None
    shared_instruments: tuple[SharedInstrument, ...]
    account: AccountFacts
    is_verification_told: bool
    verification: tuple[VerificationFacts, ...]
    habits: HabitFacts
    past: PastFacts
    version: int = FACTS_VERSION


_ADAPTER = TypeAdapter(RefundFacts)


def facts_document(facts: RefundFacts) -> dict[str, Any]:
    """Return the facts as JSON holds them."""
    written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(facts))
    return written


def facts_from(document: dict[str, Any]) -> RefundFacts:
    """Return the facts that `facts_document` wrote. Raises pydantic.ValidationError for anything else."""
    return _ADAPTER.validate_python(document)
