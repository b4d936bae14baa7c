"""Many who pay one, or one who pays many, within days and as never before. Pure.

Of transfers, counted are counterparties of a single one that nothing ever came
back from: whoever pays again is a tenant, a customer, a friend. Of refunds that
go to somebody else than who paid, counted is each payer once: nobody has a
habit of that. The count of an account's fullest window stands against what the
account does in all the rest of the time and against what the client's other
accounts do, which says how far such counts vary by nature.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from apps.rings.hops import DAY, LONGEST_SPAN_DAYS, Hop, OneWay, span_days
from apps.rings.tails import log_overdispersed_tail

# By reasoning: who is told to send money does it within a week, while refunds follow purchases as they come; fewer
# than five are a family.
TRANSFERS_WITHIN_DAYS = 7
REFUNDS_WITHIN_DAYS = LONGEST_SPAN_DAYS
FEWEST = 5
# Counts of accounts vary as a gamma distribution of this shape at the most and at the least.
_SHAPES = (0.1, 50.0)


@dataclass(frozen=True)
class Fan:
    """An account, the payments of its fullest window in order of time, and how surprising their number is."""

    surprise: float
    centre: int
    hops: tuple[Hop, ...]


@dataclass(frozen=True)
class _Habits:
    """Number, sum and sum of squares of the counts of all accounts."""

    accounts: int
    total: float
    squares: float

    def without(self, count: int) -> tuple[float, float]:
        """Return shape and mean of the counts of everybody else, as if one more account had counted a half."""
        others = max(self.accounts - 1, 1)
        mean = (self.total - count + 0.5) / (others + 1)
        variance = max((self.squares - count * count) / others - mean * mean, 0.0)
        shape = mean * mean / (variance - mean) if variance > mean else _SHAPES[1]
        return min(max(shape, _SHAPES[0]), _SHAPES[1]), mean


def single_transfers(one_way: OneWay) -> list[Hop]:
    """Return the payments that are the only one between their two parties."""
    return [hop for hop in one_way.hops if one_way.passing[hop.source, hop.target] == 1]


def first_of_each_pair(hops: Iterable[Hop]) -> list[Hop]:
    """Return the first payment from each party to each other."""
    first: dict[tuple[int, int], Hop] = {}
    for hop in sorted(hops):
        first.setdefault((hop.source, hop.target), hop)
    return list(first.values())


def find_fans(hops: Sequence[Hop], *, into: bool, within_days: int) -> list[Fan]:
    """Return the fullest window of each account, the most surprising first: `into` the account or out of it.

    `hops` are by time, one for each two parties.
    """
    days = span_days(hops, LONGEST_SPAN_DAYS)
    by_centre: defaultdict[int, list[Hop]] = defaultdict(list)
    for hop in hops:
        by_centre[hop.target if into else hop.source].append(hop)
    habits = _habits(by_centre, hops)
    fans = [_fan(centre, own, habits, days, within_days) for centre, own in by_centre.items()]
    return sorted(fans, key=lambda fan: (fan.surprise, fan.hops[0].at, fan.centre))


def _habits(by_centre: Mapping[int, Sequence[Hop]], hops: Iterable[Hop]) -> _Habits:
    accounts = {party for hop in hops for party in (hop.source, hop.target)}
    counts = [len(own) for own in by_centre.values()]
    return _Habits(len(accounts), sum(counts), sum(count * count for count in counts))


def _fan(centre: int, hops: Sequence[Hop], habits: _Habits, days: float, within_days: int) -> Fan:
    fullest = _fullest_window(hops, within_days * DAY)
    shape, mean = habits.without(len(hops))
    # What the account does in the rest of the time sharpens what others do.
    seen = shape + len(hops) - len(fullest)
    rest = days - within_days + shape * days / mean
    tail = log_overdispersed_tail(len(fullest), seen, within_days / (within_days + rest))
    return Fan(min(tail + log(days / within_days), 0.0), centre, tuple(fullest))


def _fullest_window(hops: Sequence[Hop], seconds: int) -> Sequence[Hop]:
    best, first = (0, 0), 0
    for last, hop in enumerate(hops):
        while hop.at - hops[first].at >= seconds:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = first, last + 1
    return hops[slice(*best)]
