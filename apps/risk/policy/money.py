"""Settings of the factors in `factors.money`: where the money came from and where it shall go."""

from typing import ClassVar

from apps.risk.facts import InstrumentKind
from apps.risk.policy.codes import FactorCode
from apps.risk.policy.settings import FactorSettings, Points, Reached, Words


class PayerMismatch(FactorSettings):
    """Somebody else paid, and the money goes back to the source or unknown, or elsewhere."""

    code: ClassVar = FactorCode.PAYER_MISMATCH

    returned: Points
    elsewhere: Points


class DestinationMismatch(FactorSettings):
    """The destination did not pay, and somebody else holds it, or the buyer or nobody known does."""

    code: ClassVar = FactorCode.DESTINATION_MISMATCH

    another: Points
    new: Points


class CreditToCash(FactorSettings):
    """Percent of the order paid with `credit_kinds`: at least; then the same for credit cards, which weigh little."""

    code: ClassVar = FactorCode.CREDIT_TO_CASH

    credit_kinds: Words[InstrumentKind]
    cash_kinds: Words[InstrumentKind]
    credit: Reached
    credit_card: Reached
