"""Money that goes round: closed paths in order of time, and how surprising each is. Pure.

Among a hundred thousand lawful transfers there are more closed paths than
anybody can look at, most of them through accounts that pay many others. What
sets a ring apart is that each member passes the money on soon, measured
against how often that member pays anybody at all. The *surprise* of a path is
the sum over its passing members of

    log(payments a day of this member x days until it passed the money on)

so that it estimates the logarithm of how many such paths chance makes: the
lower, the more surprising. The search carries that sum along and gives a
branch up where it is too high to come down again, so hubs cost nothing. A pair
that pays often could have closed the path by any of its payments, so what
chance makes is multiplied by their number, unless the same circle was run
through several times: then the rounds add up.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.rings.hops import DAY, LONGEST_SPAN_DAYS, Hop, OneWay, span_days

# By reasoning, as the longest span: two weeks are long to wait for one's share, and many clients know days only, so
# that less than a day is no evidence of haste.
LONGEST_GAP_DAYS = 14
SHORTEST_GAP_DAYS = 1.0
_LOG_SHORTEST_GAP = math.log(SHORTEST_GAP_DAYS)
SHORTEST, LONGEST = 3, 12
# Chance makes more than a few of what is above it.
CEILING = 1.0
# One crowded market must not keep the others from being searched; what is given up is told.
STEPS_AT_MOST = 20_000_000


@dataclass(frozen=True)
class Found:
    """One circle: the hops of its most surprising round in order of time, and the surprise of all its `rounds`."""

    surprise: float
    hops: tuple[Hop, ...]
    rounds: int = 1

    @property
    def members(self) -> tuple[int, ...]:
        """Who passes the money on, in the order in which they do."""
        return tuple(hop.source for hop in self.hops)


@dataclass(frozen=True)
class Search:
    """What was found, the most surprising first; `steps` counts the hops that were looked at."""

    found: tuple[Found, ...]
    steps: int
    is_whole: bool


def find_cycles(one_way: OneWay, *, steps_at_most: int = STEPS_AT_MOST) -> Search:
    """Search all hops, each as the beginning of a circle."""
    walker = _Walker(one_way.hops, steps_at_most)
    circles = _by_circle(list(walker.paths()))
    found = [_weighed(paths, one_way) for paths in circles.values()]
    kept = [circle for circle in found if circle.surprise <= CEILING]
    return Search(tuple(sorted(kept, key=_by_surprise)), walker.steps, walker.steps <= steps_at_most)


def _by_surprise(circle: Found) -> tuple[float, int, str]:
    return circle.surprise, circle.hops[0].at, circle.hops[0].record


def _by_circle(
    paths: Sequence[tuple[float, tuple[Hop, ...]]],
) -> dict[tuple[int, ...], list[tuple[float, tuple[Hop, ...]]]]:
    """Gather the paths that lead round the same circle, wherever they begin."""
    circles: defaultdict[tuple[int, ...], list[tuple[float, tuple[Hop, ...]]]] = defaultdict(list)
    for surprise, hops in paths:
        members = [hop.source for hop in hops]
        first = members.index(min(members))
        circles[tuple(members[first:] + members[:first])].append((surprise, hops))
    return circles


def _weighed(paths: list[tuple[float, tuple[Hop, ...]]], one_way: OneWay) -> Found:
    """Return the circle by its best round, or by all its rounds where they add up to more."""
    paths.sort(key=lambda path: (path[0], path[1][0].at))
    best, hops = paths[0]
    alone = best + sum(math.log(one_way.passing[hop.source, hop.target]) for hop in hops)
    used: set[Hop] = set()
    rounds, together = 0, 0.0
    for surprise, round_hops in paths:
        if used.isdisjoint(round_hops):
            used.update(round_hops)
            rounds, together = rounds + 1, together + surprise
    return Found(together, hops, rounds) if rounds > 1 and together < alone else Found(alone, hops)


class _Walker:
    """Walks depth first from every hop, forward in time, never twice over one party."""

    def __init__(self, hops: Sequence[Hop], steps_at_most: int) -> None:
        self.steps = 0
        self._steps_at_most = steps_at_most
        self._hops = hops
        self._leaving: defaultdict[int, list[Hop]] = defaultdict(list)
        for hop in hops:
            self._leaving[hop.source].append(hop)
        self._times = {party: [hop.at for hop in leaving] for party, leaving in self._leaving.items()}
        days = span_days(hops, LONGEST_SPAN_DAYS)
        self._rates = {party: math.log(len(leaving) / days) for party, leaving in self._leaving.items()}
        self._reached = {hop.target for hop in hops}

    def paths(self) -> Iterator[tuple[float, tuple[Hop, ...]]]:
        for first in self._hops:
            if self.steps > self._steps_at_most:
                return
            if first.source in self._reached and first.target in self._leaving:
                yield from self._from(first)

    def _from(self, first: Hop) -> Iterator[tuple[float, tuple[Hop, ...]]]:
        latest = first.at + LONGEST_SPAN_DAYS * DAY
        path, passed = [first], {first.source, first.target}
        branches = [self._onward(first, 0.0, latest)]
        while branches:
            step = next(branches[-1], None)
            if step is None:
                branches.pop()
                passed.discard(path.pop().target)
                continue
            surprise, hop = step
            if hop.target == first.source:
                if len(path) + 1 >= SHORTEST:
                    yield surprise, (*path, hop)
            elif hop.target not in passed and hop.target in self._leaving and len(path) + 1 < LONGEST:
                path.append(hop)
                passed.add(hop.target)
                branches.append(self._onward(hop, surprise, latest))

    def _onward(self, hop: Hop, surprise: float, latest: int) -> Iterator[tuple[float, Hop]]:
        """Yield the next hops from where `hop` leads, each with the surprise so far."""
        rate, leaving, times = self._rates[hop.target], self._leaving[hop.target], self._times[hop.target]
        room = CEILING - surprise - rate
        if room < _LOG_SHORTEST_GAP:
            return
        # The longer the wait the less the surprise, so what leaves too late leaves too late for good.
        longest = min(math.exp(room), LONGEST_GAP_DAYS) * DAY
        last = bisect_right(times, min(latest, hop.at + longest))
        for place in range(bisect_right(times, hop.at), last):
            self.steps += 1
            if self.steps > self._steps_at_most:
                return
            following = leaving[place]
            gap = max((following.at - hop.at) / DAY, SHORTEST_GAP_DAYS)
            yield surprise + rate + math.log(gap), following
