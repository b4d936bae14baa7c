"""The words of a policy: what can weigh, how strictly, how risky, and what follows."""

from enum import StrEnum


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
    SHARED_DEVICE = "SHARED_DEVICE"
    SHARED_IP = "SHARED_IP"
    SHOP_BUYER_LINK = "SHOP_BUYER_LINK"
    SHOP_CONCENTRATION = "SHOP_CONCENTRATION"
    DENSE_BLOCK = "DENSE_BLOCK"
    MONEY_CYCLE = "MONEY_CYCLE"
    FAN_IN = "FAN_IN"
    FAN_OUT = "FAN_OUT"
    PASS_THROUGH = "PASS_THROUGH"  # noqa: S105 (no password)
    PAYER_MISMATCH = "PAYER_MISMATCH"
    DESTINATION_MISMATCH = "DESTINATION_MISMATCH"
    CREDIT_TO_CASH = "CREDIT_TO_CASH"
    BUY_REFUND_CYCLE = "BUY_REFUND_CYCLE"
    STRUCTURING = "STRUCTURING"
    DORMANT_THEN_ACTIVE = "DORMANT_THEN_ACTIVE"
    BURST = "BURST"
    ODD_HOURS = "ODD_HOURS"
    SAME_REASON_TEXT = "SAME_REASON_TEXT"
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
