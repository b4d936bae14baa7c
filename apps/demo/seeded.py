"""Chance that repeats itself: the same seed makes the same world."""

import random
from collections.abc import Sequence
from typing import TypeVar

from faker import Faker

SEED = 20_261_122

Item = TypeVar("Item")


def stream(name: str, seed: int = SEED) -> random.Random:
    """Return a stream of its own for each room, so that a change in one room leaves the others as they were."""
    return random.Random(f"{seed}/{name}")  # noqa: S311  # a made-up world protects nothing


def faker(locale: str, name: str, seed: int = SEED) -> Faker:
    """Return a source of names for a locale, repeatable like `stream`."""
    source = Faker(locale)
    source.seed_instance(f"{seed}/{name}")
    return source


def weighted(chance: random.Random, choices: Sequence[tuple[Item, float]]) -> Item:
    """Return one of the items, each as likely as its weight says."""
    return chance.choices([item for item, _weight in choices], [weight for _item, weight in choices])[0]


def digits(chance: random.Random, count: int) -> str:
    """Return so many digits, the first not zero."""
    return str(chance.randrange(10 ** (count - 1), 10**count))


def token(chance: random.Random, length: int = 16) -> str:
    """Return hexadecimal letters, as fingerprints and device ids are made of."""
    return f"{chance.getrandbits(4 * length):0{length}x}"
