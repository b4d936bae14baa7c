"""Settings of the factors in `factors.conduct`: used the goods, refunds much, often, at once."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from apps.risk.counting import WINDOW_HOURS
from apps.risk.policy.codes import FactorCode
from apps.risk.policy.settings import Count, FactorSettings, Points, Reached, Settings, StayedUnder


class RefundAfterConsumption(FactorSettings):
    """`consumed`: percent of the goods' value used before the request, at least."""

    code: ClassVar = FactorCode.REFUND_AFTER_CONSUMPTION

    consumed: Reached
    viewed: Points


class RefundValueShare(FactorSettings):
    """Percent of value refunded in 90 days: at least, with at least so many orders, and baskets refunded."""

    code: ClassVar = FactorCode.REFUND_VALUE_SHARE

    bands: Reached
    least_orders: Count
    least_baskets: Count


class RefundCountShare(FactorSettings):
    """Percent of orders refunded in 90 days: at least, with at least so many orders."""

    code: ClassVar = FactorCode.REFUND_COUNT_SHARE

    bands: Reached
    least_orders: Count


def _counted(hours: int) -> int:
    if hours not in WINDOW_HOURS:
        raise ValueError(f"must be one of {', '.join(map(str, WINDOW_HOURS))}")
    return hours


class VelocityBand(Settings):
    """At least `baskets` refunded within `hours`."""

    hours: Annotated[int, AfterValidator(_counted)]
    baskets: Count
    points: Points


class RefundVelocity(FactorSettings):
    """Of the bands that are reached, the weightiest counts, wherever it stands."""

    code: ClassVar = FactorCode.REFUND_VELOCITY

    bands: tuple[VelocityBand, ...]


class FastRefund(FactorSettings):
    """Minutes from the last payment: at most."""

    code: ClassVar = FactorCode.FAST_REFUND

    bands: StayedUnder
