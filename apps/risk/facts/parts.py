"""The facts of a refund, part by part: its goods, money and destination, its buyer and the buyer's past."""

from dataclasses import dataclass
from datetime import datetime

from apps.risk.facts.words import InstrumentKind, InstrumentRole, VerificationKind, VerificationState


@dataclass(frozen=True)
class GoodsFacts:
    """The goods asked back, and how far they were used before the request. Amounts in minor units.

    `consumed_percent` is weighted by the amounts asked, over the lines whose
    consumption is known; those are `known_percent` of the amount asked.
    """

    asked_amount: int
    known_percent: float
    consumed_percent: float | None
    viewed_amount: int | None
    consumed_lines: tuple[str, ...]
    viewed_lines: tuple[str, ...]


@dataclass(frozen=True)
class PaymentFacts:
    """How the order was paid. `other_payers` are the known payers who are not the buyer."""

    minutes_since: float | None
    total: int
    by_kind: dict[InstrumentKind, int]
    is_payer_known: bool
    other_payers: tuple[str, ...]


@dataclass(frozen=True)
class DestinationFacts:
    """Where the money shall go. `is_source`: it is one of the order's payment instruments."""

    kind: InstrumentKind
    holder: str | None
    is_holder_the_buyer: bool | None
    is_source: bool | None


@dataclass(frozen=True)
class SharedInstrument:
    """Another side of an instrument: accounts other than the buyer that paid with it or were refunded to it.

    Counted over `selectors.money.SAMPLE` payments and as many refunds, so
    that a hub cannot slow intake down: for a hub the number is a lower bound.
    """

    role: InstrumentRole
    kind: InstrumentKind
    last4: str
    accounts: int
    account_ids: tuple[str, ...]


@dataclass(frozen=True)
class AccountFacts:
    """The buyer's account; `age_days` in whole days at the request."""

    id: str
    age_days: int | None
    is_minor: bool


@dataclass(frozen=True)
class VerificationFacts:
    """One verification factor, and how many other accounts of the client share it (None: nothing to match by)."""

    kind: VerificationKind
    state: VerificationState
    shared_by: int | None
    account_ids: tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """Orders with refunds asked in the last `hours`; an order counts once however often it is refunded."""

    hours: int
    baskets: int
    refund_ids: tuple[str, ...]


@dataclass(frozen=True)
class HabitFacts:
    """What the account bought and had refunded before and with this request, this refund included.

    Value is counted in the refund's currency from `since` on. An order from
    before that is refunded in the window counts as bought, so that no share
    exceeds the whole. Denied and withdrawn refunds and purchases by minors
    do not count as refunded; how many were left out stands in `left_out`.
    `is_capped`: the account has more rows than are read; the window is
    shortened to what was read.
    """

    since: datetime
    days: int
    currency: str
    orders: int
    baskets: int
    bought: int
    refunded: int
    other_currency_orders: int
    left_out: dict[str, int]
    windows: tuple[Window, ...]
    refund_ids: tuple[str, ...]
    is_capped: bool


@dataclass(frozen=True)
class PastFacts:
    """How earlier refunds of the account ended, in `days`. A denial that was overturned is none.

    `upheld` of those denied were denied again when the customer appealed; None
    in facts that were gathered before this was kept.

    `kept_orders` were placed more than `kept_after_days` ago and nothing of them was asked back;
    `kept_amount` is what those in the refund's currency cost.
    """

    days: int
    denied: int
    paid: int
    withdrawn: int
    denied_ids: tuple[str, ...]
    kept_orders: int
    kept_amount: int
    kept_after_days: int
    upheld: int | None = None


@dataclass(frozen=True)
class ClaimFacts:
    """Who else claimed nearly the same in the last `days`: other accounts, and their refunds.

    `is_capped`: more were found than are looked at, so that `accounts` is a lower bound.
    """

    days: int
    accounts: int
    refund_ids: tuple[str, ...]
    account_ids: tuple[str, ...]
    is_capped: bool
