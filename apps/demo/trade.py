"""What the world is made of: goods and shops, buyers and their instruments, purchases, requests for refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.marketplace.models import Category, DeliveryStatus, InstrumentType
from apps.refunds.models import Channel, DefaultOutcome, ReasonCode
from apps.refunds.records import PastOutcome


class Language(StrEnum):
    """What a customer reads and writes."""

    CHINESE = "zh-hans"
    ENGLISH = "en"


@dataclass(frozen=True)
class Goods:
    """One thing that is sold, at its face value in minor units."""

    sku: str
    title: str
    category: Category
    face: int


@dataclass(frozen=True)
class Shop:
    """A shop of the mall. `popularity` is its share of lawful trade, against the others'."""

    id: str
    name: str
    language: Language
    currency: str
    age_days: int
    popularity: float
    goods: tuple[Goods, ...]
    owner: str = ""


@dataclass(frozen=True)
class Instrument:
    """A card, wallet or credit line; `holder` is an account's id."""

    type: InstrumentType
    fingerprint: str
    last4: str
    brand: str
    holder: str


@dataclass(frozen=True)
class Device:
    """Where a request comes from."""

    id: str
    ip: str
    user_agent: str


@dataclass(frozen=True)
class Buyer:
    """An account. `verification` is as the mall sends it; the first instrument is the usual one."""

    id: str
    name: str
    language: Language
    registered_at: datetime
    phone: str
    email: str
    verification: Mapping[str, Mapping[str, Any]]
    instruments: tuple[Instrument, ...]
    device: Device
    is_minor: bool = False


@dataclass(frozen=True)
class Bought:
    """One line of a purchase, in minor units, and how far it was delivered and used."""

    goods: Goods
    quantity: int
    amount: int
    delivery: DeliveryStatus
    delivered_at: datetime | None
    percent: int | None = None
    first_used_at: datetime | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Purchase:
    """An order that was paid at once with one instrument, by its holder unless `payer` names another account."""

    id: str
    buyer: Buyer
    shop: Shop
    at: datetime
    lines: tuple[Bought, ...]
    instrument: Instrument
    paid_at: datetime
    device: Device
    payer: str = ""

    @property
    def amount(self) -> int:
        """What was paid, in minor units."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class Ask:
    """A request for refund of whole lines: those at `positions`, from 0."""

    purchase: Purchase
    at: datetime
    reason: ReasonCode
    text: str
    channel: Channel
    positions: tuple[int, ...] = (0,)
    destination: Instrument | None = None
    device: Device | None = None
    answer_by: datetime | None = None
    default_outcome: DefaultOutcome | None = None

    @property
    def amount(self) -> int:
        """What is asked, in minor units."""
        return sum(self.purchase.lines[position].amount for position in self.positions)


@dataclass(frozen=True)
class Settled:
    """A refund that the mall settled by itself, before it sent them here."""

    ask: Ask
    outcome: PastOutcome
    decided_at: datetime


@dataclass(frozen=True)
class Transfer:
    """Money that went from one account to another outside an order, in minor units of CNY."""

    id: str
    at: datetime
    amount: int
    sender: str
    receiver: str
    instrument: Instrument


@dataclass
class Trade:
    """Everything that a group of accounts did on the platform."""

    buyers: list[Buyer] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
