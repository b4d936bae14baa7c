"""Policy version 1, as shipped.

The thresholds follow measurements on real customers: half the value refunded
is rare (0.46 % of customers), five refunds in a week rarer (0.07 %), while
half the orders refunded is common (7.7 %) and 8.9 % of real cancellations
come within ten minutes; so the first two can bring a refund to a person and
the last two cannot.
"""

from apps.risk.facts import Category, InstrumentKind, VerificationKind, VerificationState
from apps.risk.policy import (
    Band,
    Care,
    Consequence,
    FactorCode,
    Level,
    Outcome,
    Points,
    Policy,
    VelocityBand,
    alike,
)

_PHONE, _DOCUMENT, _CARD = VerificationKind.PHONE, VerificationKind.ID_DOCUMENT, VerificationKind.BANK_CARD

POLICY = Policy(
    version=1,
    care={
        Category.GAME_CURRENCY: Care.STRICT,
        Category.GIFT_CARD: Care.STRICT,
        Category.TOP_UP: Care.STRICT,
        Category.VOUCHER: Care.STRICT,
        Category.IN_GAME_ITEM: Care.STRICT,
        Category.SUBSCRIPTION: Care.STANDARD,
        Category.MEMBERSHIP: Care.STANDARD,
        Category.DIGITAL_CONTENT: Care.STANDARD,
        Category.SERVICE: Care.STANDARD,
        Category.OTHER: Care.STANDARD,
        Category.PHYSICAL: Care.LENIENT,
    },
    consumed=(
        Band(90, Points(60, 45, 20)),
        Band(50, Points(55, 30, 15)),
        Band(10, Points(45, 15, 5)),
        Band(1, Points(20, 5, 0)),
    ),
    viewed=Points(30, 10, 0),
    value_share=(Band(80, Points(40, 35, 35)), Band(50, Points(25, 20, 20))),
    value_share_orders=3,
    value_share_baskets=2,
    count_share=(Band(80, alike(10)), Band(50, Points(5, 5, 0))),
    count_share_orders=5,
    velocity=(
        VelocityBand(24, 5, Points(30, 25, 20)),
        VelocityBand(24, 3, Points(15, 10, 5)),
        VelocityBand(7 * 24, 5, Points(30, 25, 20)),
        VelocityBand(7 * 24, 3, Points(10, 5, 0)),
        VelocityBand(30 * 24, 12, Points(30, 25, 20)),
        VelocityBand(30 * 24, 8, Points(15, 10, 5)),
    ),
    fast=(Band(10, Points(15, 10, 5)), Band(60, Points(5, 0, 0))),
    new_account=(
        Band(3, Points(20, 15, 5)),
        Band(10, Points(15, 10, 5)),
        Band(30, Points(8, 5, 0)),
        Band(90, Points(4, 0, 0)),
        Band(180, alike(0)),
        Band(365, alike(0)),
    ),
    verification={
        VerificationState.FAILED: {_PHONE: 8, _DOCUMENT: 15, _CARD: 12},
        VerificationState.NAME_MISMATCH: {_PHONE: 8, _DOCUMENT: 15, _CARD: 12},
        VerificationState.EXPIRED: {_PHONE: 3, _DOCUMENT: 6, _CARD: 4},
        VerificationState.MISSING: {_PHONE: 4, _DOCUMENT: 8, _CARD: 5},
        VerificationState.UNVERIFIED: {_PHONE: 4, _DOCUMENT: 8, _CARD: 5},
        VerificationState.PENDING: {_PHONE: 2, _DOCUMENT: 4, _CARD: 3},
        VerificationState.VERIFIED: {_PHONE: 0, _DOCUMENT: 0, _CARD: 0},
    },
    verification_most=Points(25, 20, 10),
    verification_untold=Points(5, 3, 0),
    shared_identity={
        _PHONE: (Band(5, alike(20)), Band(2, alike(8))),
        _DOCUMENT: (Band(3, alike(25)), Band(1, alike(10))),
        _CARD: (Band(5, alike(20)), Band(2, alike(8))),
    },
    shared_paid=(Band(5, alike(20)), Band(2, alike(8))),
    shared_destination=(Band(3, alike(25)), Band(1, alike(10))),
    payer_returned=Points(5, 5, 0),
    payer_elsewhere=alike(20),
    destination_of_another=alike(25),
    destination_new=Points(10, 10, 5),
    credit_kinds=frozenset({InstrumentKind.CREDIT_LINE, InstrumentKind.POINTS, InstrumentKind.GIFT_CARD}),
    cash_kinds=frozenset({InstrumentKind.BANK_CARD, InstrumentKind.WALLET}),
    credit_to_cash=(Band(50, alike(35)), Band(10, alike(20))),
    card_to_cash=(Band(50, alike(10)),),
    past_denials=(Band(3, alike(40)), Band(2, alike(30)), Band(1, alike(15))),
    good_history_orders=5,
    good_history=alike(-10),
    circumstances=frozenset({FactorCode.FAST_REFUND, FactorCode.NEW_ACCOUNT, FactorCode.WEAK_VERIFICATION}),
    circumstance_most=44,
    substance_least=20,
    minor_counts=frozenset(
        {
            FactorCode.MINOR_PURCHASE,
            FactorCode.DESTINATION_MISMATCH,
            FactorCode.CREDIT_TO_CASH,
            FactorCode.SHARED_INSTRUMENT,
            FactorCode.PAST_OUTCOMES,
        }
    ),
    levels=((70, Level.CRITICAL), (45, Level.HIGH), (25, Level.MEDIUM), (0, Level.LOW)),
    consequences={
        Care.STRICT: {
            Level.LOW: Consequence(Outcome.CLEAR, 0),
            Level.MEDIUM: Consequence(Outcome.HOLD, 24),
            Level.HIGH: Consequence(Outcome.REVIEW, 48),
            Level.CRITICAL: Consequence(Outcome.REVIEW, 72),
        },
        Care.STANDARD: {
            Level.LOW: Consequence(Outcome.CLEAR, 0),
            Level.MEDIUM: Consequence(Outcome.HOLD, 12),
            Level.HIGH: Consequence(Outcome.REVIEW, 24),
            Level.CRITICAL: Consequence(Outcome.REVIEW, 48),
        },
        Care.LENIENT: {
            Level.LOW: Consequence(Outcome.CLEAR, 0),
            Level.MEDIUM: Consequence(Outcome.HOLD, 4),
            Level.HIGH: Consequence(Outcome.REVIEW, 12),
            Level.CRITICAL: Consequence(Outcome.REVIEW, 24),
        },
    },
    minor_outcome=Outcome.REVIEW,
)
