"""Making people, shops, orders, refunds and transfers: the one way in which all of them come about.

Lawful and planted things are made by the same functions with the same habits
unless a technique needs them otherwise, so that nothing tells them apart but
what they do. Ids are random and say nothing.
"""

import math
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, LIVE, wait
from tests.planted.things import (
    LAWFUL,
    UNSEEN,
    Ask,
    Bought,
    Goods,
    Instrument,
    Label,
    Payment,
    Person,
    Place,
    Purchase,
    Shop,
    Transfer,
    Use,
    World,
)
from tests.planted.words import text_for

_PAID_WITH = {"bank_card": 34, "wallet": 30, "credit_card": 20, "credit_line": 13, "balance": 2, "gift_card": 1}
# Share of accounts with this state of a factor; the rest has never been asked for it.
_STATES = {
    "phone": {"verified": 93, "unverified": 5, "expired": 2},
    "id_document": {"verified": 65, "unverified": 26, "pending": 3, "expired": 3, "failed": 2, "name_mismatch": 1},
    "bank_card": {"verified": 54, "unverified": 40, "pending": 2, "failed": 3, "name_mismatch": 1},
}


class Maker:
    """Makes things in a world."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.world = World()
        self._used: set[str] = set()
        self._networks = [self.ip() for _network in range(12)]  # of mobile carriers: thousands share one

    def id(self, prefix: str, digits: int = 11) -> str:
        """Return an id that nobody has."""
        while True:
            made = f"{prefix}{self.chance.randrange(10 ** (digits - 1), 10**digits)}"
            if made not in self._used:
                self._used.add(made)
                return made

    def mark(self) -> str:
        """Return a fingerprint."""
        return f"{self.chance.getrandbits(80):020x}"

    def ip(self) -> str:
        """Return an address."""
        octets = (
            self.chance.choice((36, 58, 101, 112, 117, 183, 221)),
            *(self.chance.randrange(1, 255) for _ in "abc"),
        )
        return ".".join(map(str, octets))

    def place(self, ip: str | None = None, device: str | None = None) -> Place:
        """Return a device in a network, a new one unless named."""
        return Place(device or self.id("d", 13), ip or self.ip())

    def instrument(self, holder: str | None, kind: str | None = None) -> Instrument:
        """Return something to pay with."""
        return Instrument(kind or self.weighted(_PAID_WITH), self.mark(), holder)

    def weighted(self, weights: dict[str, int]) -> str:
        """Return a key, each as likely as its weight says."""
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def person(
        self,
        label: Label,
        registered_at: datetime | None = None,
        *,
        places: Sequence[Place] | None = None,
        home: str | None = None,
        states: dict[str, dict[str, int]] | None = None,
        is_minor: bool = False,
    ) -> Person:
        """Make an account with devices, things to pay with, and papers."""
        name = self.id("u")
        if registered_at is None:
            registered_at = BEGIN + timedelta(days=self.chance.triangular(-1500, 120, 60), seconds=self.chance.random())
            registered_at = min(registered_at, LIVE - timedelta(hours=1))
        phone = self.id("d", 13)
        own = [Place(phone, home or self.ip()), Place(phone, self.chance.choice(self._networks))]
        if self.chance.random() < 0.3:
            own.append(Place(self.id("d", 13), own[0].ip))
        kinds = [self.instrument(name) for _ in range(self.chance.choice((1, 1, 2, 2, 3)))]
        given = _STATES | (states or {})
        made = Person(
            id=name,
            registered_at=registered_at,
            label=label,
            places=list(places or own),
            instruments=kinds,
            marks={kind: self.mark() for kind in given},
            states={kind: self.weighted(shares) for kind, shares in given.items()},
            is_minor=is_minor,
        )
        self.world.people.append(made)
        return made

    def shop(self, label: Label, goods: list[Goods], opened_at: datetime, told_owner: str | None = None) -> Shop:
        """Make a shop."""
        made = Shop(self.id("s", 7), opened_at, goods, label, told_owner)
        self.world.shops.append(made)
        return made

    def line(self, goods: Goods, quantity: int = 1, discount: float | None = None) -> Bought:
        """Return a line at about the face value: coupons and campaigns take a little off."""
        if discount is None:
            discount = self.chance.choice((0, 0, 0.01, 0.02, 0.05, self.chance.uniform(0, 0.1)))
        return Bought(goods, quantity, max(1, round(goods.face * quantity * (1 - discount))))

    def purchase(
        self,
        buyer: Person,
        shop: Shop,
        at: datetime,
        lines: list[Bought] | None = None,
        *,
        paid_by: Instrument | None = None,
        payer: str | None = None,
        place: Place | None = None,
    ) -> Purchase:
        """Make an order that is paid at once."""
        chosen = lines or [self.line(goods) for goods in self.chance.sample(shop.goods, k=self._basket(shop))]
        instrument = paid_by or self.chance.choice(buyer.instruments)
        total = sum(line.amount for line in chosen)
        made = Purchase(
            id=self.id("o", 14),
            at=at,
            buyer=buyer,
            shop=shop,
            lines=chosen,
            payments=[Payment(instrument, total, payer or instrument.holder)],
            place=place or self.chance.choice(buyer.places),
        )
        self.world.purchases.append(made)
        return made

    def _basket(self, shop: Shop) -> int:
        return min(len(shop.goods), self.chance.choices((1, 2, 3), (75, 18, 7))[0])

    def ask(
        self,
        purchase: Purchase,
        at: datetime,
        reason: str,
        *,
        label: Label | None = None,
        use: Use = UNSEEN,
        amounts: list[tuple[int, int]] | None = None,
        text: Callable[[], str | None] | None = None,
        destination: Instrument | None = None,
        place: Place | None = None,
        denied: float = 0.02,
    ) -> Ask:
        """Ask money back: all of it, to where it came from, unless said otherwise."""
        made = Ask(
            reference=self.id("r", 14),
            at=at,
            purchase=purchase,
            amounts=amounts or [(index, line.amount) for index, line in enumerate(purchase.lines)],
            reason=reason,
            text=text() if text else text_for(self.chance, reason),
            use=use,
            destination=destination or purchase.payments[0].instrument,
            place=place or purchase.place,
            label=label or Label(LAWFUL, purchase.buyer.label.kind, purchase.buyer.label.group),
            was_denied=self.chance.random() < denied,
        )
        self.world.asks.append(made)
        return made

    def transfer(self, at: datetime, amount: float, sender: Person, receiver: Person) -> Transfer:
        """Send money."""
        made = Transfer(self.id("t", 14), at, max(1, round(amount)), sender.id, receiver.id)
        self.world.transfers.append(made)
        return made

    def later(self, at: datetime, median_hours: float, spread: float = 1.0) -> datetime:
        """Return a moment after another."""
        return at + wait(self.chance, median_hours, spread)

    def number(self, low: int, high: int) -> int:
        """Return a number, small ones more often than large ones."""
        return round(low + (high - low) * math.pow(self.chance.random(), 1.7))
