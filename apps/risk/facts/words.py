"""The words of facts: what is sold, what money is paid with, what is verified. The same as the records' own."""

from enum import StrEnum


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
