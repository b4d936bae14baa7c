"""The honest requests of the schedule, each made by somebody whom it fits."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.demo.hours import minutes, moment_between
from apps.demo.lawful.asking import Asked, asked
from apps.demo.lawful.past import FEW_ORDERS
from apps.demo.lawful.schedule import EARLIER, LATELY, ORDINARY, QUEUE, Entry, Who
from apps.demo.seeded import stream
from apps.demo.story.stage import Group, LiveAsk
from apps.demo.trade import Buyer

_LATELY = timedelta(days=2)
_ESTABLISHED_AGE = timedelta(days=200)
_LATELY_REGISTERED = timedelta(days=30)
_FIRST_DAYS = timedelta(days=9)
_ENOUGH_ORDERS = 7

# Nobody asks for money back in the first hours.
_SETTLING_IN = timedelta(hours=5)


class NobodyLeft(Exception):
    """The schedule is longer than the list of buyers."""


@dataclass
class Askers:
    """Buyers by what they are; nobody asks twice."""

    chance: random.Random
    by_kind: dict[Who, list[Buyer]] = field(default_factory=dict)

    @classmethod
    def among(cls, buyers: list[Buyer], orders: dict[str, int], now: datetime) -> "Askers":
        """Sort the adults by age, verification and number of orders."""
        askers = cls(stream("askers"), {who: [] for who in Who})
        for buyer in buyers:
            kind = _kind(buyer, orders.get(buyer.id, 0), now)
            if kind is not None and not buyer.is_minor:
                askers.by_kind[kind].append(buyer)
        for pool in askers.by_kind.values():
            askers.chance.shuffle(pool)
        return askers

    def next(self, who: Who, *, since: datetime, until: datetime) -> Buyer:
        """Return somebody who could ask between these moments; a newcomer within the first days.

        Raises NobodyLeft when the schedule asks for more people than there are.
        """
        pool = self.by_kind[who]
        for place, buyer in enumerate(pool):
            is_early_enough = who is not Who.NEWCOMER or buyer.registered_at + _FIRST_DAYS > since
            if is_early_enough and buyer.registered_at + _SETTLING_IN < until:
                return pool.pop(place)
        raise NobodyLeft(who)


def lawful_live(
    buyers: list[Buyer], orders: dict[str, int], *, since: datetime, now: datetime
) -> list[tuple[LiveAsk, Asked]]:
    """Return the requests with the orders made for them. `orders` counts what each buyer bought before."""
    chance = stream("live refunds")
    askers = Askers.among(buyers, orders, now)
    made = []
    for entry in (*QUEUE, *LATELY, *EARLIER):
        for _ in range(entry.times):
            buyer, at = _who_and_when(chance, askers, entry, since=since, now=now)
            made.append(_live(chance, entry, buyer, at, now))
    return made


def _kind(buyer: Buyer, orders: int, now: datetime) -> Who | None:
    age = now - buyer.registered_at
    states = {kind: factor["status"] for kind, factor in buyer.verification.items()}
    if age < _LATELY_REGISTERED:
        is_known = "verified" in {states.get("id_document"), states.get("bank_card")}
        return None if is_known else Who.NEWCOMER
    if states.get("phone") != "verified" or list(states.values()).count("verified") < 2:
        return None
    if orders <= FEW_ORDERS:
        return Who.SELDOM
    return Who.ESTABLISHED if age > _ESTABLISHED_AGE and orders >= _ENOUGH_ORDERS else None


def _who_and_when(
    chance: random.Random, askers: Askers, entry: Entry, *, since: datetime, now: datetime
) -> tuple[Buyer, datetime]:
    if entry.ago is not None:
        at = (now - minutes(entry.ago)).replace(microsecond=0)
        return askers.next(entry.who, since=at, until=at), at
    buyer = askers.next(entry.who, since=since, until=now - _LATELY)
    latest = now - _LATELY
    if entry.who is Who.NEWCOMER:
        latest = min(latest, buyer.registered_at + _FIRST_DAYS)
    return buyer, moment_between(chance, max(since, buyer.registered_at) + _SETTLING_IN, latest)


def _live(chance: random.Random, entry: Entry, buyer: Buyer, at: datetime, now: datetime) -> tuple[LiveAsk, Asked]:
    answer_by = now + minutes(entry.answer_in) if entry.answer_in is not None else None
    reviews = entry.reviews or (() if entry in QUEUE else (ORDINARY,))
    made = asked(chance, entry.occasion, buyer, at=at, now=now, channel=entry.channel, answer_by=answer_by)
    return (
        LiveAsk(made.ask, Group.LAWFUL, reviews, entry.holds, entry.payouts, entry.failures, entry.denials),
        made,
    )
