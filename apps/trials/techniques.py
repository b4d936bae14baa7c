"""Which of the three techniques a factor speaks of. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from apps.risk.policy import FactorCode


class Technique(StrEnum):
    """How credit becomes cash. `OTHER` is what speaks of none of the three."""

    FICTITIOUS_TRADE = "fictitious_trade"
    CIRCULAR_REFUND = "circular_refund"
    PAYMENT_LOOP = "payment_loop"
    OTHER = "other"


_TECHNIQUES: dict[str, Technique] = {
    FactorCode.NEW_ACCOUNT: Technique.FICTITIOUS_TRADE,
    FactorCode.WEAK_VERIFICATION: Technique.FICTITIOUS_TRADE,
    FactorCode.SHARED_IDENTITY: Technique.FICTITIOUS_TRADE,
    FactorCode.SHARED_INSTRUMENT: Technique.FICTITIOUS_TRADE,
    FactorCode.SHARED_DEVICE: Technique.FICTITIOUS_TRADE,
    FactorCode.SHARED_IP: Technique.FICTITIOUS_TRADE,
    FactorCode.SHOP_BUYER_LINK: Technique.FICTITIOUS_TRADE,
    FactorCode.SHOP_CONCENTRATION: Technique.FICTITIOUS_TRADE,
    FactorCode.DENSE_BLOCK: Technique.FICTITIOUS_TRADE,
    FactorCode.SAME_REASON_TEXT: Technique.FICTITIOUS_TRADE,
    FactorCode.BURST: Technique.FICTITIOUS_TRADE,
    FactorCode.DORMANT_THEN_ACTIVE: Technique.FICTITIOUS_TRADE,
    FactorCode.ODD_HOURS: Technique.FICTITIOUS_TRADE,
    FactorCode.BUY_REFUND_CYCLE: Technique.CIRCULAR_REFUND,
    FactorCode.REFUND_AFTER_CONSUMPTION: Technique.CIRCULAR_REFUND,
    FactorCode.REFUND_VALUE_SHARE: Technique.CIRCULAR_REFUND,
    FactorCode.REFUND_COUNT_SHARE: Technique.CIRCULAR_REFUND,
    FactorCode.REFUND_VELOCITY: Technique.CIRCULAR_REFUND,
    FactorCode.FAST_REFUND: Technique.CIRCULAR_REFUND,
    FactorCode.PAST_OUTCOMES: Technique.CIRCULAR_REFUND,
    FactorCode.PAYER_MISMATCH: Technique.PAYMENT_LOOP,
    FactorCode.DESTINATION_MISMATCH: Technique.PAYMENT_LOOP,
    FactorCode.CREDIT_TO_CASH: Technique.PAYMENT_LOOP,
    FactorCode.MONEY_CYCLE: Technique.PAYMENT_LOOP,
    FactorCode.FAN_IN: Technique.PAYMENT_LOOP,
    FactorCode.FAN_OUT: Technique.PAYMENT_LOOP,
    FactorCode.PASS_THROUGH: Technique.PAYMENT_LOOP,
    FactorCode.STRUCTURING: Technique.PAYMENT_LOOP,
}


def techniques_of(codes: Iterable[str]) -> set[Technique]:
    """Return the techniques that factors of these codes speak of; a refund may speak of several."""
    return {_TECHNIQUES.get(code, Technique.OTHER) for code in codes}
