"""Refunds of honest people that the mall settled by itself, before it sent them here."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.demo.hours import minutes, moment_between
from apps.demo.lawful.asking import Asked, asked
from apps.demo.lawful.occasions import IN_THE_PAST
from apps.demo.lawful.purchases import HISTORY
from apps.demo.seeded import stream, weighted
from apps.demo.trade import Buyer, Settled
from apps.refunds.records import PastOutcome

_COUNT = 150
FEW_ORDERS = 4
# A request comes at most so long after the account was opened, or it would be older than the account.
_SETTLED_IN = timedelta(days=10)


def lawful_past(
    buyers: list[Buyer], orders: Mapping[str, int], *, until: datetime, now: datetime
) -> list[tuple[Settled, Asked]]:
    """Return settled refunds with the orders made for them; at most two of one buyer.

    `orders` counts what each bought: those who buy seldom never asked before.
    """
    chance = stream("past refunds")
    begin = now - HISTORY
    askers = [
        buyer
        for buyer in buyers
        if until - max(begin, buyer.registered_at) > 2 * _SETTLED_IN and orders.get(buyer.id, 0) > FEW_ORDERS
    ]
    return [_settled(chance, buyer, begin, until, now) for buyer in chance.sample(askers * 2, _COUNT)]


def _settled(
    chance: random.Random, buyer: Buyer, begin: datetime, until: datetime, now: datetime
) -> tuple[Settled, Asked]:
    earliest = max(begin, buyer.registered_at) + _SETTLED_IN
    at = moment_between(chance, earliest, until - timedelta(days=1))
    made = asked(chance, weighted(chance, IN_THE_PAST), buyer, at=at, now=now)
    outcome = PastOutcome.DENIED if chance.random() < 0.06 else PastOutcome.PAID
    settled = Settled(made.ask, outcome, at + minutes(chance.lognormvariate(2.5, 1.2)))
    return settled, made
