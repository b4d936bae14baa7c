"""The factors that a policy may have, each under its code."""

from apps.risk.policy.conduct import (
    FastRefund,
    RefundAfterConsumption,
    RefundCountShare,
    RefundValueShare,
    RefundVelocity,
)
from apps.risk.policy.links import (
    DenseBlock,
    FanIn,
    FanOut,
    MoneyCycle,
    PassThrough,
    SharedDevice,
    SharedIp,
    ShopBuyerLink,
    ShopConcentration,
)
from apps.risk.policy.money import CreditToCash, DestinationMismatch, PayerMismatch
from apps.risk.policy.person import (
    MinorPurchase,
    NewAccount,
    PastOutcomes,
    SameReasonText,
    SharedIdentity,
    SharedInstrument,
    WeakVerification,
)
from apps.risk.policy.rhythm import Burst, BuyRefundCycle, DormantThenActive, OddHours, Structuring
from apps.risk.policy.settings import Settings


class Factors(Settings):
    """One field a factor, named as its code. None: the factor is no part of the policy."""

    REFUND_AFTER_CONSUMPTION: RefundAfterConsumption | None = None
    REFUND_VALUE_SHARE: RefundValueShare | None = None
    REFUND_COUNT_SHARE: RefundCountShare | None = None
    REFUND_VELOCITY: RefundVelocity | None = None
    FAST_REFUND: FastRefund | None = None
    NEW_ACCOUNT: NewAccount | None = None
    WEAK_VERIFICATION: WeakVerification | None = None
    SHARED_IDENTITY: SharedIdentity | None = None
    SHARED_INSTRUMENT: SharedInstrument | None = None
    SHARED_DEVICE: SharedDevice | None = None
    SHARED_IP: SharedIp | None = None
    SHOP_BUYER_LINK: ShopBuyerLink | None = None
    SHOP_CONCENTRATION: ShopConcentration | None = None
    DENSE_BLOCK: DenseBlock | None = None
    MONEY_CYCLE: MoneyCycle | None = None
    FAN_IN: FanIn | None = None
    FAN_OUT: FanOut | None = None
    PASS_THROUGH: PassThrough | None = None
    PAYER_MISMATCH: PayerMismatch | None = None
    DESTINATION_MISMATCH: DestinationMismatch | None = None
    CREDIT_TO_CASH: CreditToCash | None = None
    BUY_REFUND_CYCLE: BuyRefundCycle | None = None
    STRUCTURING: Structuring | None = None
    DORMANT_THEN_ACTIVE: DormantThenActive | None = None
    BURST: Burst | None = None
    ODD_HOURS: OddHours | None = None
    SAME_REASON_TEXT: SameReasonText | None = None
    PAST_OUTCOMES: PastOutcomes | None = None
    MINOR_PURCHASE: MinorPurchase | None = None
