"""Accounts that one person runs: how much of what they share shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.planted.calendar import BEGIN, END
from tests.planted.making import Maker
from tests.planted.market import buys
from tests.planted.things import Label, Person, Place, Shop


@dataclass(frozen=True)
class Hygiene:
    """Of the accounts of a group, the shares that show a common device, card, paper and address."""

    name: str
    device: float
    instrument: float
    paper: float
    address: float


_WEAK: dict[str, dict[str, int]] = {
    "phone": {"verified": 80, "unverified": 16, "failed": 4},
    "id_document": {"verified": 25, "unverified": 50, "failed": 13, "name_mismatch": 12},
    "bank_card": {"verified": 25, "unverified": 58, "failed": 9, "name_mismatch": 8},
}
# Papers that were bought or rented pass every check.
_BOUGHT: dict[str, dict[str, int]] = {
    "phone": {"verified": 100},
    "id_document": {"verified": 95, "name_mismatch": 5},
    "bank_card": {"verified": 95, "name_mismatch": 5},
}

CARELESS = Hygiene("careless", device=0.9, instrument=0.4, paper=0.5, address=0.9)
MIXED = Hygiene("mixed", device=0.4, instrument=0.15, paper=0.2, address=0.4)
CAREFUL = Hygiene("careful", device=0.0, instrument=0.0, paper=0.0, address=0.05)


def hygiene(make: Maker) -> Hygiene:
    """Return how careful a group is."""
    return make.chance.choices((CARELESS, MIXED, CAREFUL), (35, 40, 25))[0]


def accounts(make: Maker, label: Label, count: int, care: Hygiene, boss: Person | None = None) -> list[Person]:
    """Make accounts that were registered over days or months, some bought from people who were there for years."""
    devices = [make.place() for _device in range(1 + count // make.number(4, 9))]
    if boss is not None and make.chance.random() < care.device:
        devices.append(boss.places[0])
    card = make.instrument(boss.id if boss else None, make.chance.choice(("credit_card", "bank_card", "wallet")))
    papers = {"phone": make.mark(), "id_document": make.mark(), "bank_card": make.mark()}
    begin = BEGIN + timedelta(days=make.number(-200, 110))
    spread = make.chance.uniform(1, 70)
    states = make.chance.choice(({}, _WEAK, _WEAK, _BOUGHT))
    made = []
    for _one in range(count):
        registered_at = begin + timedelta(days=spread * make.chance.random())
        if make.chance.random() < 0.12:
            registered_at -= timedelta(days=make.number(200, 1400))
        fake = make.person(label, min(registered_at, END - timedelta(days=9)), states=states)
        _share(make, fake, care, devices, papers)
        if make.chance.random() < care.instrument:
            fake.instruments.append(card)
        made.append(fake)
    return made


def _share(make: Maker, fake: Person, care: Hygiene, devices: Sequence[Place], papers: dict[str, str]) -> None:
    if make.chance.random() < care.device:
        fake.places = make.chance.sample(devices, min(len(devices), make.chance.choice((1, 1, 2))))
    elif make.chance.random() < care.address:
        fake.places = [make.place(ip=make.chance.choice(devices).ip)]
    for kind, mark in papers.items():
        if make.chance.random() < care.paper / 2:
            fake.marks[kind] = mark


def camouflage(make: Maker, fake: Person, shops: list[Shop], orders: int) -> None:
    """Buy in honest shops, and keep it."""
    buys(make, fake, shops, orders, regret=0.0)


def begin_of(make: Maker, people: Sequence[Person]) -> datetime:
    """Return when a group begins to act: some have been at it for months, some begin in the days that are watched."""
    earliest = max(BEGIN, min(person.registered_at for person in people))
    latest = END - timedelta(days=8)
    return earliest + max(timedelta(0), latest - earliest) * math.pow(make.chance.random(), 0.6)
