"""All that is known about one refund, and how it is kept."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from apps.risk.facts.links import DealingFacts, RingFacts, SharedContext, ShopFacts
from apps.risk.facts.parts import (
    AccountFacts,
    ClaimFacts,
    DestinationFacts,
    GoodsFacts,
    HabitFacts,
    PastFacts,
    PaymentFacts,
    SharedInstrument,
    VerificationFacts,
)
from apps.risk.facts.rhythm import AmountFacts, RepeatFacts, RhythmFacts
from apps.risk.facts.words import Category

# Of documents of version 1 everything with a default is unknown.
FACTS_VERSION = 2


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
    # None: the claim is too short to compare.
    claim: ClaimFacts | None = None
    # None: neither order nor refund told a device, or an address.
    device: SharedContext | None = None
    network: SharedContext | None = None
    # None: the owner of the shop is not known.
    dealing: DealingFacts | None = None
    # None: the shop was not counted yet by the time of the request.
    shop: ShopFacts | None = None
    rings: tuple[RingFacts, ...] | None = None
    repeat: RepeatFacts | None = None
    rhythm: RhythmFacts | None = None
    amounts: AmountFacts | None = None
    version: int = FACTS_VERSION


_DECODER = msgspec.json.Decoder(RefundFacts)


def facts_written(facts: RefundFacts) -> msgspec.Raw:
    """Return the facts as the text of a JSON document, which is inserted as it is."""
    return msgspec.Raw(msgspec.json.encode(facts))


def facts_read(text: str | bytes) -> RefundFacts:
    """Return the facts that `facts_written` wrote. Raises msgspec.ValidationError for anything else."""
    return _DECODER.decode(text)
