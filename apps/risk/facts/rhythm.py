"""How the account buys and refunds over time: in circles, in bursts, after a long sleep, at odd hours, below limits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RepeatFacts:
    """Buying and refunding again, in `days`, this refund included; an order counts once.

    Like goods are of the same category and asked back for the same amount.
    `rounds`: how often such an order was placed after one like it had been
    asked back. `here` are orders of the refund's shop, `elsewhere` the others.
    """

    days: int
    like_refunded: int
    like_bought: int
    rounds: int
    refund_ids: tuple[str, ...]
    here_refunded: int
    here_bought: int
    elsewhere_refunded: int
    elsewhere_bought: int
    here_refund_ids: tuple[str, ...]


@dataclass(frozen=True)
class RhythmFacts:
    """When the account buys, by its orders of the last year up to the request.

    `slept_days`: from the order before this one to this one, None when there
    was none before. `since_waking`: orders within seven days from this one on.
    `burst_orders`: in the 24 hours that end with the request; `usual_orders`:
    a day on average in the 90 days before, from the first order on; None when
    the day alone holds as many orders as are read.
    `near_hour`: of `timed_orders` before this one, those placed within two
    hours of its time of day.
    """

    slept_days: int | None
    since_waking: int
    burst_orders: int
    usual_orders: float | None
    near_hour: int
    timed_orders: int


@dataclass(frozen=True)
class AmountFacts:
    """What the account paid and asked back in `days`, in the refund's currency: amounts that came once only.

    A price repeats or ends just below a ten, and a face value is round; what
    somebody splits to stay below a limit is none of these. Multiples of
    `rhythm.ROUND`, and what lies `rhythm.PRICED` or more above one, are left out.
    """

    days: int
    orders: tuple[int, ...]
    refunds: tuple[int, ...]
