"""What a world is made of, before it is written as the API's objects."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Technique(StrEnum):
    """What is planted."""

    TRADE_CHAIN = "fictitious_trade"
    CIRCULAR_REFUND = "circular_refund"
    PAYMENT_LOOP = "payment_loop"


LAWFUL = "lawful"


@dataclass(frozen=True)
class Label:
    """What a thing truly is: `technique` is a Technique or LAWFUL, `kind` its variation, `group` who acts as one."""

    technique: str
    kind: str
    group: str = ""
    role: str = ""

    @property
    def is_planted(self) -> bool:
        """It belongs to a technique."""
        return self.technique != LAWFUL


@dataclass(frozen=True)
class Instrument:
    """What is paid with."""

    type: str
    fingerprint: str
    holder: str | None


@dataclass(frozen=True)
class Place:
    """A device in a network."""

    device: str
    ip: str


@dataclass
class Person:
    """An account and the human habits behind it. `marks` are fingerprints of phone, document and card, by kind."""

    id: str
    registered_at: datetime
    label: Label
    places: list[Place]
    instruments: list[Instrument]
    marks: dict[str, str]
    states: dict[str, str]
    is_minor: bool = False


@dataclass(frozen=True)
class Goods:
    """Something sold, with its face value in minor units."""

    sku: str
    title: str
    category: str
    face: int

    @property
    def is_virtual(self) -> bool:
        """It is resold in a minute."""
        return self.category != "physical"


@dataclass
class Shop:
    """A shop; `told_owner` is whom the platform believes to own it, None when it does not say."""

    id: str
    opened_at: datetime
    goods: list[Goods]
    label: Label
    told_owner: str | None = None


@dataclass(frozen=True)
class Bought:
    """A line of an order."""

    goods: Goods
    quantity: int
    amount: int


@dataclass(frozen=True)
class Payment:
    """A payment of an order; the payer is an account or not told."""

    instrument: Instrument
    amount: int
    payer: str | None


@dataclass
class Purchase:
    """An order."""

    id: str
    at: datetime
    buyer: Person
    shop: Shop
    lines: list[Bought]
    payments: list[Payment]
    place: Place

    @property
    def amount(self) -> int:
        """What it costs."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class Use:
    """How far the goods were used when the money was asked back; None: the shop does not report."""

    delivery: str | None
    percent: int | None = None
    after_minutes: float = 5.0


UNSEEN = Use("delivered")
NEVER_CAME = Use("undelivered")


@dataclass
class Ask:
    """A request for refund."""

    reference: str
    at: datetime
    purchase: Purchase
    amounts: list[tuple[int, int]]  # place of the line, minor units
    reason: str
    text: str | None
    use: Use
    destination: Instrument | None
    place: Place
    label: Label
    # How it ended, when it is of the past.
    was_denied: bool = False

    @property
    def amount(self) -> int:
        """What is asked for."""
        return sum(amount for _line, amount in self.amounts)


@dataclass(frozen=True)
class Transfer:
    """Money from one account to another."""

    id: str
    at: datetime
    amount: int
    sender: str
    receiver: str


@dataclass
class World:
    """Everything, in no order."""

    people: list[Person] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
