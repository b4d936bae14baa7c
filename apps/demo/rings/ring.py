"""What all rings are made with."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from faker import Faker

from apps.demo import words
from apps.demo.catalogue import shop
from apps.demo.hours import minutes
from apps.demo.lawful.buyers import phone_number
from apps.demo.lawful.means import device
from apps.demo.lawful.purchases import purchase_of
from apps.demo.lawful.verification import document_number, factor
from apps.demo.numbers import Numbers
from apps.demo.story.stage import Group, LiveAsk
from apps.demo.trade import Ask, Buyer, Device, Instrument, Language, Purchase, Trade
from apps.demo.usage import Use, bought
from apps.identity.models import DocumentType, FactorKind, FactorStatus
from apps.refunds.models import Channel, ReasonCode


@dataclass
class Ring:
    """The accounts of a ring, what they did, and what they ask now."""

    group: Group
    trade: Trade = field(default_factory=Trade)
    live: list[LiveAsk] = field(default_factory=list)


@dataclass(frozen=True)
class Papers:
    """What an account is verified with; the same papers may serve several accounts."""

    phone: str
    document: str
    card: str


@dataclass
class Workshop:
    """Makes a ring's accounts, orders and requests."""

    chance: random.Random
    names: Faker
    numbers: Numbers
    now: datetime

    def papers(self) -> Papers:
        """Return papers that nobody else has."""
        return Papers(
            phone=phone_number(self.chance, Language.CHINESE),
            document=document_number(self.chance, DocumentType.RESIDENT_ID)["number"],
            card=f"62{self.chance.randrange(10**16, 10**17)}",
        )

    def account(
        self,
        registered_at: datetime,
        papers: Papers,
        states: Mapping[FactorKind, FactorStatus],
        used_device: Device | None = None,
    ) -> Buyer:
        """Return an account that is verified with these papers as far as `states` says, without instruments yet."""
        return Buyer(
            id=self.numbers.account(registered_at),
            name=self.names.name(),
            language=Language.CHINESE,
            registered_at=registered_at,
            phone=papers.phone,
            email=f"{self.names.user_name()}{self.chance.randrange(100, 999)}@example.net",
            verification={
                kind.value: self._factor(kind, status, papers, registered_at) for kind, status in states.items()
            },
            instruments=(),
            device=used_device or device(self.chance, Language.CHINESE),
        )

    def order(
        self,
        buyer: Buyer,
        shop_id: str,
        place: int,
        *,
        at: datetime,
        instrument: Instrument,
        payer: str = "",
        quantity: int = 1,
        use: Use = Use.NONE,
        used_after: float = 0,
    ) -> Purchase:
        """Return an order of the shop's goods at `place`, used so many minutes after the payment."""
        sold_by = shop(shop_id)
        at = at.replace(microsecond=0)
        purchase = purchase_of(self.chance, buyer, sold_by, (), at=at, instrument=instrument)
        line = bought(
            self.chance,
            sold_by.goods[place],
            paid_at=purchase.paid_at,
            now=self.now,
            use=use,
            used_at=purchase.paid_at + minutes(used_after),
            quantity=quantity,
        )
        return replace(purchase, lines=(line,), payer=payer)

    def ask(
        self,
        purchase: Purchase,
        at: datetime,
        group: Group,
        reason: ReasonCode,
        destination: Instrument | None = None,
    ) -> Ask:
        """Return the request to refund the whole order, in the ring's words."""
        return Ask(
            purchase=purchase,
            at=at.replace(microsecond=0),
            reason=reason,
            text=words.reason(self.chance, group.value, Language.CHINESE),
            channel=self.chance.choice((Channel.APP, Channel.APP, Channel.MINI_PROGRAM, Channel.WEB)),
            destination=destination,
        )

    def _factor(
        self, kind: FactorKind, status: FactorStatus, papers: Papers, registered_at: datetime
    ) -> dict[str, Any]:
        made = factor(self.chance, kind, status, at=registered_at + minutes(self.chance.uniform(3, 50)))
        number = {
            FactorKind.PHONE: papers.phone,
            FactorKind.ID_DOCUMENT: papers.document,
            FactorKind.BANK_CARD: papers.card,
        }[kind]
        made |= {"number": number, "last4": number[-4:]}
        return made | ({"document_type": DocumentType.RESIDENT_ID.value} if kind is FactorKind.ID_DOCUMENT else {})
