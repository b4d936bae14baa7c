"""What is watched: which series there are, and what is measured of each. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Dimension(StrEnum):
    """What a series is of."""

    PLATFORM = "platform"
    SHOP = "shop"
    CATEGORY = "category"
    INSTRUMENT = "instrument"


class Measure(StrEnum):
    """What is watched of a series. The shares are of orders."""

    ORDERS = "orders"
    SALES = "sales"
    REFUNDS = "refunds"
    REFUND_SHARE = "refund_share"
    NEW_SHARE = "new_share"
    NIGHT_SHARE = "night_share"

    @property
    def is_share(self) -> bool:
        """Whether it is a part of the orders, not a number or an amount."""
        return self in (Measure.REFUND_SHARE, Measure.NEW_SHARE, Measure.NIGHT_SHARE)


@dataclass(frozen=True)
class Counted:
    """What happened within some hours. Amounts are minor units.

    `new_orders` are those of accounts registered within 30 days before,
    `known_orders` those of accounts whose registration is known.
    """

    orders: int = 0
    amount: int = 0
    known_orders: int = 0
    new_orders: int = 0
    night_orders: int = 0
    refunds: int = 0
    refunded: int = 0


def part_and_whole(counted: Counted, measure: Measure) -> tuple[int, int]:
    """Return what is measured and, for a share, of how many; 0 for what is no share."""
    return {
        Measure.ORDERS: (counted.orders, 0),
        Measure.SALES: (counted.amount, 0),
        Measure.REFUNDS: (counted.refunds, 0),
        Measure.REFUND_SHARE: (counted.refunds, counted.orders),
        Measure.NEW_SHARE: (counted.new_orders, counted.known_orders),
        Measure.NIGHT_SHARE: (counted.night_orders, counted.orders),
    }[measure]


# The hours that end with the present one: a day tells shares, three hours tell a sudden rush.
SPANS: dict[int, tuple[Measure, ...]] = {24: tuple(Measure), 3: (Measure.ORDERS, Measure.REFUNDS)}
# The same hours so many days earlier: the last week, and the same weekday of the seven weeks before it.
BACK_DAYS = (*range(1, 8), *range(14, 57, 7))
KEPT = timedelta(days=BACK_DAYS[-1] + 4)


@dataclass(frozen=True)
class Window:
    """Hours from `begin` to before `end`; `days_back` is 0 for those that end with the present hour."""

    span: int
    days_back: int
    begin: datetime
    end: datetime


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def windows_at(now: datetime) -> list[Window]:
    """Return all hours that are looked at to judge a series now, the present ones first."""
    end = hour_of(now) + HOUR
    return [
        Window(span, days, end - days * DAY - span * HOUR, end - days * DAY)
        for span in SPANS
        for days in (0, *BACK_DAYS)
    ]
