"""Accounts that ask money back together in the same shops, far more often than chance has it. Pure.

Candidates are found as FRAUDAR does (Hooi et al., 2016): of the graph of
accounts and shops, with what was asked back between them, the party that adds
least is taken away again and again, and the densest state on the way is a
block. What leads to a shop counts less the more accounts ask back there, so
that purchases in popular shops hide nothing. Then its edges are removed, and
the next one is looked for.

Whether a block is a ring is a question of chance, twice over: are there more
requests between these accounts and shops than would be, had everybody asked
back as often, but in shops as it comes; and are more of the orders asked back
than of others. Where there is one shop alone, everybody asks back there, and
the first says no. The answer counts how many blocks of this size there are.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import rustworkx

from apps.rings.tails import log_binomial_tail, log_choices, log_hypergeometric_tail

FEWEST = 3
# Who was sold bad goods complains and does not come back for more.
AGAIN = 2
BLOCKS_AT_MOST = 25
# FRAUDAR's constant: keeps the weight of a shop that hardly anybody knows from being without bound.
_SOFTENING = 5

Pair = tuple[int, int]


class Bought(NamedTuple):
    """What one account did in one shop: orders, and how many of them were asked back."""

    orders: int
    asked_back: int


@dataclass(frozen=True)
class Block:
    """Accounts, shops, what they did with each other, and how many such blocks chance makes."""

    chance: float
    accounts: frozenset[int]
    shops: frozenset[int]
    bought: Bought


@dataclass(frozen=True)
class _Trade:
    """All of it: what was bought by pair, by account, by shop and together."""

    pairs: Mapping[Pair, Bought]
    asked_by: Counter[int]
    asked_at: Counter[int]
    orders_at: Counter[int]

    @property
    def asked_back(self) -> int:
        """All requests."""
        return self.asked_by.total()


def find_blocks(pairs: Mapping[Pair, Bought]) -> list[Block]:
    """Return the dense blocks among pairs (account, shop), the least likely by chance first."""
    trade = _trade(pairs)
    again = {account for account, asked_back in trade.asked_by.items() if asked_back >= AGAIN}
    left = {pair: bought.asked_back for pair, bought in pairs.items() if bought.asked_back and pair[0] in again}
    weights = {shop: 1 / math.log(count + _SOFTENING) for shop, count in Counter(shop for _, shop in left).items()}
    found: list[Block] = []
    for _round in range(BLOCKS_AT_MOST):
        if not left:
            break
        densest = _densest(left, weights)
        for accounts, shops in _parts(densest, left):
            inside = [pair for pair in left if pair[0] in accounts and pair[1] in shops]
            asked_back: Counter[int] = Counter()
            for account, shop in inside:
                asked_back[account] += left.pop((account, shop))
            members = frozenset(account for account, times in asked_back.items() if times >= AGAIN)
            if len(members) >= FEWEST:
                found.append(_block(members, shops, trade))
    return sorted(found, key=lambda block: (block.chance, min(block.accounts)))


def _trade(pairs: Mapping[Pair, Bought]) -> _Trade:
    asked_by: Counter[int] = Counter()
    asked_at: Counter[int] = Counter()
    orders_at: Counter[int] = Counter()
    for (account, shop), bought in pairs.items():
        orders_at[shop] += bought.orders
        # Only who asks back at all can be in a block, which is what its chance is among.
        if bought.asked_back:
            asked_by[account] += bought.asked_back
            asked_at[shop] += bought.asked_back
    return _Trade(pairs, asked_by, asked_at, orders_at)


def _densest(left: Mapping[Pair, int], weights: Mapping[int, float]) -> set[int]:
    """Return the parties of the densest state; shops with their sign turned."""
    beside: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for (account, shop), asked_back in left.items():
        weight = math.log2(1 + asked_back) * weights[shop]
        beside[account].append((-shop, weight))
        beside[-shop].append((account, weight))
    adds = {party: sum(weight for _, weight in others) for party, others in beside.items()}
    total = sum(adds.values()) / 2
    heap = [(weight, party) for party, weight in adds.items()]
    heapify(heap)
    taken: list[int] = []
    best, best_after = total / len(adds), 0
    while heap:
        weight, party = heappop(heap)
        if adds.get(party) != weight:
            continue
        del adds[party]
        total -= weight
        taken.append(party)
        for other, lost in beside[party]:
            if other in adds:
                adds[other] -= lost
                heappush(heap, (adds[other], other))
        if adds and total / len(adds) > best:
            best, best_after = total / len(adds), len(taken)
    return set(beside) - set(taken[:best_after])


def _parts(parties: set[int], left: Iterable[Pair]) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Take a block apart where nothing connects it: two rings as dense as each other are found together."""
    graph: rustworkx.PyGraph[int, None] = rustworkx.PyGraph(multigraph=False)
    ordered = sorted(parties)
    places = dict(zip(ordered, graph.add_nodes_from(ordered), strict=True))
    edges = sorted((account, shop) for account, shop in left if account in parties and -shop in parties)
    graph.add_edges_from_no_data([(places[account], places[-shop]) for account, shop in edges])
    components = [[ordered[place] for place in found] for found in rustworkx.connected_components(graph)]
    return [
        (frozenset(party for party in each if party > 0), frozenset(-party for party in each if party < 0))
        for each in sorted(sorted(component) for component in components)
    ]


def _block(accounts: frozenset[int], shops: frozenset[int], trade: _Trade) -> Block:
    inside = [bought for pair, bought in trade.pairs.items() if pair[0] in accounts and pair[1] in shops]
    bought = Bought(sum(each.orders for each in inside), sum(each.asked_back for each in inside))
    asked_by = sum(trade.asked_by[account] for account in accounts)
    asked_at = sum(trade.asked_at[shop] for shop in shops)
    where_it_comes = log_hypergeometric_tail(bought.asked_back, trade.asked_back, asked_by, asked_at)
    as_often = log_binomial_tail(bought.asked_back, bought.orders, _usual_share(shops, bought, trade))
    choices = log_choices(len(trade.asked_by), len(accounts)) + log_choices(len(trade.asked_at), len(shops))
    return Block(math.exp(min(max(where_it_comes, as_often) + choices, 50.0)), accounts, shops, bought)


def _usual_share(shops: Iterable[int], inside: Bought, trade: _Trade) -> float:
    """Return what share of orders is asked back outside the block: everywhere, or in its shops where that is more."""
    everywhere = _share(trade.asked_back - inside.asked_back, trade.orders_at.total() - inside.orders)
    asked = sum(trade.asked_at[shop] for shop in shops) - inside.asked_back
    orders = sum(trade.orders_at[shop] for shop in shops) - inside.orders
    return max(everywhere, _share(asked, orders) if orders > 0 else 0.0)


def _share(part: int, whole: int) -> float:
    return (part + 0.5) / (whole + 1) if whole > 0 else 0.5
