"""What is known about one refund when it comes in. No judgement, no thresholds.

None always means unknown, never zero. Ids are the client's own, except those
of refunds, which are ours; at most `LISTED` of a kind are listed, the counts
beside them are whole unless said otherwise.
"""

from apps.risk.facts.links import DealingFacts, RingFacts, SharedContext, ShopFacts, Tie
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
    Window,
)
from apps.risk.facts.refund import FACTS_VERSION, RefundFacts, facts_read, facts_written
from apps.risk.facts.rhythm import AmountFacts, RepeatFacts, RhythmFacts
from apps.risk.facts.words import Category, InstrumentKind, InstrumentRole, VerificationKind, VerificationState

LISTED = 20

__all__ = [
    "FACTS_VERSION",
    "LISTED",
    "AccountFacts",
    "AmountFacts",
    "Category",
    "ClaimFacts",
    "DealingFacts",
    "DestinationFacts",
    "GoodsFacts",
    "HabitFacts",
    "InstrumentKind",
    "InstrumentRole",
    "PastFacts",
    "PaymentFacts",
    "RefundFacts",
    "RepeatFacts",
    "RhythmFacts",
    "RingFacts",
    "SharedContext",
    "SharedInstrument",
    "ShopFacts",
    "Tie",
    "VerificationFacts",
    "VerificationKind",
    "VerificationState",
    "Window",
    "facts_read",
    "facts_written",
]
