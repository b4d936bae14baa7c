"""How many findings chance alone makes, learned from the data themselves. Pure.

A decoy is the same graph with its moments dealt anew: who pays whom stays, so
hubs stay hubs, but nobody passes on what he just got. What the same search
finds in decoys is what it finds by chance; no threshold is fitted to any data.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from apps.rings.hops import DAY, LONGEST_SPAN_DAYS, Hop, OneWay

DECOYS = 5
# Of what is raised so many may be chance, by the decoys' count: a supervisor looks at each.
MOST_BY_CHANCE = 0.25


def decoys(one_way: OneWay, *, seed: int = 1) -> Iterator[OneWay]:
    """Yield the hops with their moments dealt anew, `DECOYS` times, the same for the same data.

    Data of less than a ring's longest time are spread over that: the few
    moments that there are would put most circles into order again.
    """
    chance = random.Random(seed)  # noqa: S311 (a shuffle, no secret)
    for _turn in range(DECOYS):
        moments = _moments(one_way, chance)
        # Positions instead of names: this is most of the time that dealing takes.
        moved = (Hop(at, *hop[1:]) for hop, at in zip(one_way.hops, moments, strict=True))
        yield OneWay(tuple(sorted(moved)), one_way.passing)


def _moments(one_way: OneWay, chance: random.Random) -> list[int]:
    hops = one_way.hops
    if hops and hops[-1].at - hops[0].at < LONGEST_SPAN_DAYS * DAY:
        return [hops[0].at + chance.randrange(LONGEST_SPAN_DAYS * DAY) for _hop in hops]
    moments = [hop.at for hop in hops]
    chance.shuffle(moments)
    return moments


def expected_by_chance(surprises: Sequence[float], by_chance: Sequence[float]) -> list[float]:
    """Return for each surprise (ascending) how many at least as surprising one decoy holds.

    Below what any decoy reached the count falls with the surprise itself,
    which is the logarithm of a number of chances.
    """
    lowest_first = sorted(by_chance)
    floor = 1 / (DECOYS + 1)
    expected = []
    for surprise in surprises:
        count = bisect_right(lowest_first, surprise)
        if count:
            expected.append(count / DECOYS)
        else:
            best = lowest_first[0] if lowest_first else surprise
            expected.append(floor * math.exp(min(surprise - best, 0.0)))
    return expected


def how_many_to_raise(expected: Sequence[float]) -> int:
    """Return how many of the findings, the most surprising first, may be raised together."""
    return max((rank for rank, chance in enumerate(expected, start=1) if chance <= MOST_BY_CHANCE * rank), default=0)


def score_of(chance: float) -> int:
    """Return 0-100: the share of findings like this one that chance did not make, were there one true one."""
    return round(100 / (1 + chance))


def raised_by_surprise(
    surprises: Sequence[float], search_decoy: Callable[[OneWay], Sequence[float]], one_way: OneWay
) -> list[float]:
    """Return the chances of those findings that are raised; `surprises` ascend."""
    if not surprises:
        return []
    by_chance = [surprise for decoy in decoys(one_way) for surprise in search_decoy(decoy)]
    expected = expected_by_chance(surprises, by_chance)
    return expected[: how_many_to_raise(expected)]
