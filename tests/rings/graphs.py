"""Money among a few parties, written down as one thinks of it."""

import random
from itertools import count

from apps.rings.hops import DAY, Hop

_numbers = count(1)


def hop(day: float, source: int, target: int, amount: int = 10_000) -> Hop:
    """Return a payment on this day."""
    return Hop(round(day * DAY), source, target, amount, f"transfer:t-{next(_numbers)}")


def circle(*parties: int, begin: float = 100, gap: float = 2) -> list[Hop]:
    """Return money that goes from each party to the next, and from the last to the first."""
    targets = [*parties[1:], parties[0]]
    return [hop(begin + gap * place, *pair) for place, pair in enumerate(zip(parties, targets, strict=True))]


def bustle(parties: int, hops: int, *, days: int = 100, seed: int = 7) -> list[Hop]:
    """Return lawful payments among the parties 1000, 1001, …: at random, some paying far more often than others."""
    chance = random.Random(seed)
    weights = [1 / (1 + place % 50) for place in range(parties)]
    made: list[Hop] = []
    while len(made) < hops:
        source, target = chance.choices(range(1000, 1000 + parties), weights, k=2)
        if source != target:
            made.append(hop(chance.uniform(0, days), source, target, chance.randrange(1_000, 100_000)))
    return made
