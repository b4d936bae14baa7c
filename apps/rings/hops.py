"""Money that moves from one party to another. Pure.

A party is an account's row id, or a shop's row id with its sign turned where
nobody is known to own the shop: both fit one array of integers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

DAY = 86_400
# By reasoning, not by fit: a ring wants its money back within a month.
LONGEST_SPAN_DAYS = 31


class RecordKind(StrEnum):
    """What a record that moved money is; written before its id."""

    TRANSFER = "transfer"
    ORDER = "order"
    REFUND = "refund"


class Hop(NamedTuple):
    """One movement: `at` in seconds since 1970, `amount` in minor units, `record` as ``transfer:t-7``."""

    at: int
    source: int
    target: int
    amount: int
    record: str

    @property
    def kind(self) -> RecordKind:
        """What kind of record moved it."""
        return RecordKind(self.record.partition(":")[0])


@dataclass(frozen=True)
class OneWay:
    """The hops that a ring can be made of, by time, and between which two parties how many pass."""

    hops: tuple[Hop, ...]
    passing: Counter[tuple[int, int]]


def one_way(hops: Iterable[Hop]) -> OneWay:
    """Leave out what moves between parties that pay each other in both directions, and what somebody pays himself.

    They have dealings of their own: they lend and repay, share expenses, buy
    from one another. Among lawful accounts they close most circles.
    """
    moving = [hop for hop in hops if hop.source != hop.target]
    pairs = {(hop.source, hop.target) for hop in moving}
    kept = sorted((hop for hop in moving if (hop.target, hop.source) not in pairs), key=_by_time)
    return OneWay(tuple(kept), Counter((hop.source, hop.target) for hop in kept))


def _by_time(hop: Hop) -> tuple[int, int, int, str]:
    # The record last, so that the same hops come in the same order whatever order they were read in.
    return hop.at, hop.source, hop.target, hop.record


def span_days(hops: Sequence[Hop], at_least: int) -> float:
    """Return over how many days the hops are spread, `at_least` at least: little data says little about rates."""
    return max((hops[-1].at - hops[0].at) / DAY, at_least) if hops else at_least
