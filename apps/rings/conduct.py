"""What accounts bought and asked back, and how common that is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from apps.rings.tails import log_binomial_tail

# By reasoning and by real customers, of whom one in two hundred asks half of the value back: who does so of several
# orders does not buy what he orders.
ABUSIVE_SHARE = 0.5
ABUSIVE_ORDERS = 2


class Conduct(NamedTuple):
    """One account: its orders, what was paid for them and what of it was asked back, in one currency."""

    orders: int
    paid: int
    asked_back: int

    @property
    def is_abusive(self) -> bool:
        """Whether most of what was bought was asked back, more than once."""
        return self.orders >= ABUSIVE_ORDERS and self.asked_back >= ABUSIVE_SHARE * self.paid > 0


@dataclass(frozen=True)
class Usual:
    """How many of the client's accounts that buy ask most of it back."""

    accounts: int
    abusive: int

    def log_chance(self, members: Iterable[int], conducts: Mapping[int, Conduct]) -> tuple[int, float]:
        """Return how many of these accounts are abusive, and the logarithm of the chance of as many among as many."""
        buying = [conducts[member] for member in members if member in conducts]
        abusive = sum(conduct.is_abusive for conduct in buying)
        # The members' own conduct is no measure of what is usual.
        others, their_abusive = self.accounts - len(buying), self.abusive - abusive
        share = (their_abusive + 0.5) / (others + 1) if others > 0 else 0.05
        return abusive, log_binomial_tail(abusive, len(buying), min(share, 1.0))


def usual(conducts: Mapping[int, Conduct]) -> Usual:
    """Count them."""
    return Usual(len(conducts), sum(conduct.is_abusive for conduct in conducts.values()))
