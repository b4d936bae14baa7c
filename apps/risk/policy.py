"""The policy: every threshold, point, level, outcome and hold length, as data.

Rules are in `factors`, arithmetic in `scoring`; nothing but this table says
how much anything weighs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from apps.risk.facts import Category, InstrumentKind, VerificationKind, VerificationState


class FactorCode(StrEnum):
    """What can speak for or against a refund. The codes are part of the REST contract."""

    REFUND_AFTER_CONSUMPTION = "REFUND_AFTER_CONSUMPTION"
    REFUND_VALUE_SHARE = "REFUND_VALUE_SHARE"
    REFUND_COUNT_SHARE = "REFUND_COUNT_SHARE"
    REFUND_VELOCITY = "REFUND_VELOCITY"
    FAST_REFUND = "FAST_REFUND"
    NEW_ACCOUNT = "NEW_ACCOUNT"
    WEAK_VERIFICATION = "WEAK_VERIFICATION"
    SHARED_IDENTITY = "SHARED_IDENTITY"
    SHARED_INSTRUMENT = "SHARED_INSTRUMENT"
    PAYER_MISMATCH = "PAYER_MISMATCH"
    DESTINATION_MISMATCH = "DESTINATION_MISMATCH"
    CREDIT_TO_CASH = "CREDIT_TO_CASH"
    PAST_OUTCOMES = "PAST_OUTCOMES"
    MINOR_PURCHASE = "MINOR_PURCHASE"


class Level(StrEnum):
    """How risky, in a word."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Outcome(StrEnum):
    """What follows: pay, pay later, or let a person look."""

    CLEAR = "clear"
    HOLD = "hold"
    REVIEW = "review"


class Care(StrEnum):
    """How strictly a category is looked at: by how easily the goods become cash without a trace."""

    STRICT = "strict"
    STANDARD = "standard"
    LENIENT = "lenient"


@dataclass(frozen=True)
class Points:
    """Points by care."""

    strict: int
    standard: int
    lenient: int

    def under(self, care: Care) -> int:
        """Return the points that apply."""
        return {Care.STRICT: self.strict, Care.STANDARD: self.standard, Care.LENIENT: self.lenient}[care]


def alike(points: int) -> Points:
    """Return the same points for every care."""
    return Points(points, points, points)


@dataclass(frozen=True)
class Band:
    """A threshold and its points. Whether a value must reach it or stay under it, the field that holds it says."""

    threshold: int
    points: Points


@dataclass(frozen=True)
class VelocityBand:
    """At least `baskets` refunded within `hours`."""

    hours: int
    baskets: int
    points: Points


@dataclass(frozen=True)
class Consequence:
    """What a level leads to; `hold_hours` is also how long money waits that a person approves."""

    outcome: Outcome
    hold_hours: int


@dataclass(frozen=True)
class Policy:
    """One version. Bands are tried in their order and the first that fits counts, except velocity: the weightiest."""

    version: int
    care: Mapping[Category, Care]

    # Percent of the goods' value used before the request: at least.
    consumed: tuple[Band, ...]
    viewed: Points
    # Percent of value (orders) refunded in 90 days: at least, with at least so many orders, and baskets refunded.
    value_share: tuple[Band, ...]
    value_share_orders: int
    value_share_baskets: int
    count_share: tuple[Band, ...]
    count_share_orders: int
    velocity: tuple[VelocityBand, ...]
    # Minutes from the last payment: at most.
    fast: tuple[Band, ...]
    # Days of age: under.
    new_account: tuple[Band, ...]

    verification: Mapping[VerificationState, Mapping[VerificationKind, int]]
    verification_most: Points
    # A client that tells nothing about verification must not fill the queue with all its customers.
    verification_untold: Points
    # Other accounts: at least. A family shares a phone or a card, but not a document.
    shared_identity: Mapping[VerificationKind, tuple[Band, ...]]
    shared_paid: tuple[Band, ...]
    shared_destination: tuple[Band, ...]

    # Somebody else paid, and the money goes back to the source or unknown, or elsewhere.
    payer_returned: Points
    payer_elsewhere: Points
    # The destination did not pay, and somebody else holds it, or the buyer or nobody known does.
    destination_of_another: Points
    destination_new: Points
    # Percent of the order paid with `credit_kinds`: at least; then the same for credit cards, which weigh little.
    credit_kinds: frozenset[InstrumentKind]
    cash_kinds: frozenset[InstrumentKind]
    credit_to_cash: tuple[Band, ...]
    card_to_cash: tuple[Band, ...]

    # Denials in 365 days: at least.
    past_denials: tuple[Band, ...]
    # So many orders kept, worth no less than is asked back now: cheap orders buy no trust for a costly one.
    good_history_orders: int
    good_history: Points

    # These describe most lawful newcomers too: however many of them meet, they stay below `circumstance_most`
    # unless other factors bring `substance_least` points of their own.
    circumstances: frozenset[FactorCode]
    circumstance_most: int
    substance_least: int
    # What may be counted at all when a minor bought: habits of use are no abuse, and
    # parents pay and lend their phone.
    minor_counts: frozenset[FactorCode]
    # From this score on; the first that fits.
    levels: tuple[tuple[int, Level], ...]
    consequences: Mapping[Care, Mapping[Level, Consequence]]
    # Purchases by minors are a lane of their own: whatever the score, a person looks. Clearing them by rule would make
    # the words "my child did it" a free pass, and weighing them by rule would hold a child's play against the family.
    minor_outcome: Outcome
