"""Settings of the factors in `factors.person`: how new, how well verified, what is shared, how it went before."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from apps.risk.facts import VerificationKind, VerificationState
from apps.risk.policy.codes import FactorCode
from apps.risk.policy.links import RingPoints
from apps.risk.policy.settings import Count, FactorSettings, Percent, Points, Reached, Settings, StayedUnder, Weight


class NewAccount(FactorSettings):
    """Days of age: under."""

    code: ClassVar = FactorCode.NEW_ACCOUNT

    bands: StayedUnder


class KindWeights(Settings):
    """Points by kind of verification factor, whatever the care; their sum is capped."""

    phone: Weight
    id_document: Weight
    bank_card: Weight

    def of(self, kind: VerificationKind) -> int:
        """Return the points of one kind."""
        weight: int = getattr(self, kind)
        return weight


def _every_state(states: dict[VerificationState, KindWeights]) -> dict[VerificationState, KindWeights]:
    missing = [state.value for state in VerificationState if state not in states]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return {state: states[state] for state in VerificationState}


class WeakVerification(FactorSettings):
    """`most` is the ceiling of the sum over the states.

    `untold`: a client that tells nothing about verification must not fill the
    queue with all its customers.
    """

    code: ClassVar = FactorCode.WEAK_VERIFICATION

    states: Annotated[dict[VerificationState, KindWeights], AfterValidator(_every_state)]
    most: Points
    untold: Points


class SharedIdentity(FactorSettings):
    """Other accounts: at least. A family shares a phone or a card, but not a document. Or a ring of one person."""

    code: ClassVar = FactorCode.SHARED_IDENTITY

    phone: Reached
    id_document: Reached
    bank_card: Reached
    ring: RingPoints | None = None


class SharedInstrument(FactorSettings):
    """Other accounts: at least."""

    code: ClassVar = FactorCode.SHARED_INSTRUMENT

    paid: Reached
    destination: Reached


class PastOutcomes(FactorSettings):
    """`denials` in 365 days: at least. `upheld` comes on top when one of them was upheld on appeal.

    `kept` weighs when so many orders were kept, worth no less than is asked
    back now (cheap orders buy no trust for a costly one), and under
    `kept_refunded_under` percent of the value was refunded.
    """

    code: ClassVar = FactorCode.PAST_OUTCOMES

    denials: Reached
    upheld: Points | None = None
    kept_least_orders: Count
    kept_refunded_under: Percent
    kept: Points


class SameReasonText(FactorSettings):
    """Other accounts that claim nearly the same in 90 days: at least; from `template_from` on it is a template."""

    code: ClassVar = FactorCode.SAME_REASON_TEXT

    bands: Reached
    template_from: Count


class MinorPurchase(FactorSettings):
    """Weighs nothing; what follows from it, `Minors` says."""

    code: ClassVar = FactorCode.MINOR_PURCHASE
