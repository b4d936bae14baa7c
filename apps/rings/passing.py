"""Money that an account gets and hands on at once, nearly all of it, again and again. Pure.

A receipt is *passed on* when one payment to somebody else, or the first few
together, make up nearly the same sum within three days. How often that happens
by chance follows from how often the account pays and how many payments are of
such a size; the surprise of an account is the logarithm of the probability of
as many receipts passed on.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from apps.rings.hops import DAY, LONGEST_SPAN_DAYS, Hop, OneWay, span_days
from apps.rings.tails import log_poisson_tail

# By reasoning: money that stays longer is somebody's income; what is kept is a fee of some per cent.
LONGEST_STAY_DAYS = 3
LEAST_SHARE, MOST_SHARE = 0.85, 1.02
# Once is a loan, twice a coincidence. What most of the income is not is no mule's business.
FEWEST = 3
LEAST_OF_INCOME = 0.5
# A receipt may be split into so many.
_PARTS = 4


@dataclass(frozen=True)
class Passing:
    """An account, the receipts that were passed on with what passed them on, in order of time, and the surprise."""

    surprise: float
    account: int
    hops: tuple[Hop, ...]
    passed: int
    share: float


def find_passing(one_way: OneWay) -> list[Passing]:
    """Return the accounts that pass on most of what they get, the most surprising first."""
    days = span_days(one_way.hops, LONGEST_SPAN_DAYS)
    coming: defaultdict[int, list[Hop]] = defaultdict(list)
    going: defaultdict[int, list[Hop]] = defaultdict(list)
    for hop in one_way.hops:
        coming[hop.target].append(hop)
        going[hop.source].append(hop)
    usual = sorted(hop.amount for hop in one_way.hops)
    found = []
    for account, receipts in coming.items():
        payments = going.get(account, [])
        if len(receipts) >= FEWEST and payments:
            passing = _passing(account, receipts, payments, usual, days)
            found += [passing] if passing is not None else []
    return sorted(found, key=lambda passing: (passing.surprise, passing.account))


def _passing(
    account: int, receipts: Sequence[Hop], payments: Sequence[Hop], usual: Sequence[int], days: float
) -> Passing | None:
    chains, passed = _chains(receipts, payments)
    share = passed / sum(hop.amount for hop in receipts)
    if len(chains) < FEWEST or share < LEAST_OF_INCOME:
        return None
    own = sorted(hop.amount for hop in payments)
    rate = len(payments) / days * LONGEST_STAY_DAYS
    # The part of payments of a fitting size, of the account itself or of everybody, whichever says less.
    by_chance = sum(min(rate * max(_fitting(hop, own), _fitting(hop, usual)), 1.0) for hop in receipts)
    hops = sorted(hop for chain in chains for hop in chain)
    return Passing(log_poisson_tail(len(chains), by_chance), account, tuple(hops), len(chains), share)


def _chains(receipts: Sequence[Hop], payments: Sequence[Hop]) -> tuple[list[tuple[Hop, ...]], int]:
    """Return each receipt that was passed on with the payments that did it, and their sum; no payment serves twice."""
    times = [hop.at for hop in payments]
    used: set[Hop] = set()
    chains, passed = [], 0
    for receipt in receipts:
        begin = bisect_right(times, receipt.at)
        end = bisect_right(times, receipt.at + LONGEST_STAY_DAYS * DAY)
        free = (hop for hop in payments[begin:end] if hop not in used and hop.target != receipt.source)
        parts = _parts(receipt, list(islice(free, 2 * _PARTS)))
        if parts:
            used.update(parts)
            chains.append((receipt, *parts))
            passed += receipt.amount
    return chains, passed


def _parts(receipt: Hop, free: Sequence[Hop]) -> Sequence[Hop]:
    least, most = LEAST_SHARE * receipt.amount, MOST_SHARE * receipt.amount
    for candidate in _candidates(free):
        if least <= sum(hop.amount for hop in candidate) <= most:
            return candidate
    return ()


def _candidates(free: Sequence[Hop]) -> Iterator[Sequence[Hop]]:
    for hop in free:
        yield (hop,)
    for parts in range(2, min(len(free), _PARTS) + 1):
        yield free[:parts]


def _fitting(receipt: Hop, ascending: Sequence[int]) -> float:
    first = bisect_left(ascending, LEAST_SHARE * receipt.amount)
    return (bisect_right(ascending, MOST_SHARE * receipt.amount) - first) / len(ascending)
