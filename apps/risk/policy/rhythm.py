"""Settings of the factors in `factors.rhythm`: circles, bursts, long sleeps, odd hours, amounts below limits."""

from typing import Annotated, ClassVar

from pydantic import Field

from apps.risk.policy.codes import FactorCode
from apps.risk.policy.settings import Count, FactorSettings, Percent, Points, Reached


class BuyRefundCycle(FactorSettings):
    """Orders bought and refunded again in 90 days; the way that weighs most counts.

    `rounds`: like goods bought again after they had been asked back, at least.
    `like`: like goods asked back, at least, when they are `like_least_share`
    percent of those bought. `here`: orders of one shop asked back, at least,
    when they are `here_least_share` percent of those bought there, and of the
    `elsewhere_least_orders` or more in other shops not more than
    `elsewhere_most_share` percent was: who buys in one shop only shows nothing
    by it.
    """

    code: ClassVar = FactorCode.BUY_REFUND_CYCLE

    rounds: Reached
    like: Reached
    like_least_share: Percent
    here: Reached
    here_least_share: Percent
    elsewhere_least_orders: Count
    elsewhere_most_share: Percent


class Structuring(FactorSettings):
    """Different amounts within `within_percent` below one of the limits of a currency, in 30 days: at least."""

    code: ClassVar = FactorCode.STRUCTURING

    limits: dict[str, tuple[Annotated[int, Field(ge=1)], ...]]
    within_percent: Percent
    bands: Reached


class DormantThenActive(FactorSettings):
    """Days without an order before this one: at least, and so many orders within seven days from this one on."""

    code: ClassVar = FactorCode.DORMANT_THEN_ACTIVE

    bands: Reached
    least_orders: Count


class Burst(FactorSettings):
    """Orders in 24 hours: at least, and so many times what the account buys on a usual day."""

    code: ClassVar = FactorCode.BURST

    bands: Reached
    least_times_usual: Count


class OddHours(FactorSettings):
    """Ordered at a time of day at which not more than a percentage of at least so many earlier orders was placed."""

    code: ClassVar = FactorCode.ODD_HOURS

    most_percent: Percent
    least_orders: Count
    points: Points
