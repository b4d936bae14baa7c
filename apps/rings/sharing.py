"""Accounts behind which stands the same hand: groups that share identifiers. Pure.

Families share a card and a telephone, internet cafés their devices, whole towns
an address on the net. So an identifier links two accounts by itself only where
few have it or where it names a person; where many have it, two accounts are
linked when they share another kind of identifier, too. A group of family size
is no ring unless several members ask back most of what they buy; a larger one
is where its members share two kinds or do so.

Chance: a value that one account has is had by another one, too, as often as
values of this kind are at this client; so many times as it takes to hold the
group together, wherever it begins. How much its members ask back counts beside
that, and is all that counts of a group that only a public place holds together.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

import rustworkx

from apps.rings.conduct import Conduct, Usual, usual


class IdentifierKind(StrEnum):
    """What accounts can share."""

    DEVICE = "device"
    INSTRUMENT = "instrument"
    PHONE = "phone"
    ID_DOCUMENT = "id_document"
    BANK_CARD = "bank_card"
    IP = "ip"


# These name one person; a device or an address on the net names a place.
PERSONAL = frozenset({IdentifierKind.PHONE, IdentifierKind.ID_DOCUMENT, IdentifierKind.BANK_CARD})
# By reasoning. A household has up to five accounts, so what more of them share of a place is a public one.
FAMILY = 5
FEWEST = 3
# Pairs that meet on several devices are looked for on devices of so many accounts: their number grows with the square.
CROWD = 20
# More accounts than this share a network, a shop's counter, a value that means nothing; nobody can look at them.
HUB = 200
_ALWAYS_LINKS = PERSONAL | {IdentifierKind.INSTRUMENT}
# What a place is known by counts as one kind: who shares the one shares the other.
_INDEPENDENT = {IdentifierKind.IP: IdentifierKind.DEVICE}
# A kind is shared by a group when so many of its members share it.
_COVERED = 0.5
_ABUSE_IS_EVIDENT = math.log(0.01)


@dataclass(frozen=True)
class Identifier:
    """One value, under a number that does not tell it, and the accounts that have it."""

    kind: IdentifierKind
    accounts: frozenset[int]


class Usage(NamedTuple):
    """How many values of a kind are in use, and how many of these more than one account has."""

    values: int
    shared: int


@dataclass(frozen=True)
class Group:
    """Accounts that share identifiers, and how many groups like it chance makes."""

    chance: float
    members: frozenset[int]
    identifiers: tuple[Identifier, ...]
    kinds: tuple[IdentifierKind, ...]
    abusive: int


def find_groups(
    identifiers: Sequence[Identifier], usage: Mapping[IdentifierKind, Usage], conducts: Mapping[int, Conduct]
) -> list[Group]:
    """Return the groups that are no families and no public places, the least likely by chance first."""
    linking = [identifier for identifier in identifiers if 2 <= len(identifier.accounts) <= HUB]
    clusters = _clusters(linking)
    around = by_account(linking)
    judge = _Judge(usage, usual(conducts), conducts)
    groups = [
        judge.group(members, _shared(members, around))
        for members in [*clusters, *_crowds(linking, clusters)]
        if len(members) >= FEWEST
    ]
    return sorted((group for group in groups if group), key=lambda group: (group.chance, min(group.members)))


def by_account(identifiers: Iterable[Identifier]) -> dict[int, list[Identifier]]:
    """Return the identifiers of each account."""
    found: defaultdict[int, list[Identifier]] = defaultdict(list)
    for identifier in identifiers:
        for account in identifier.accounts:
            found[account].append(identifier)
    return found


def linked_pairs(identifiers: Sequence[Identifier]) -> set[tuple[int, int]]:
    """Return pairs (lower, higher) that connect all accounts which are linked; not every pair of them."""
    pairs: set[tuple[int, int]] = set()
    public: Counter[tuple[int, int]] = Counter()
    for identifier in identifiers:
        accounts = sorted(identifier.accounts)
        is_device = identifier.kind is IdentifierKind.DEVICE
        if identifier.kind in _ALWAYS_LINKS or (is_device and len(accounts) <= FAMILY):
            pairs.update((accounts[0], other) for other in accounts[1:])
        elif is_device and len(accounts) <= CROWD:
            public.update(combinations(accounts, 2))
    # The same accounts meet on several public devices.
    return pairs | {pair for pair, times in public.items() if times > 1}


def ties(party: int, identifiers: Iterable[Identifier]) -> frozenset[int]:
    """Return who is linked to one account by those of its identifiers that link, or by two kinds of them."""
    by_itself: set[int] = set()
    kinds: defaultdict[int, set[IdentifierKind]] = defaultdict(set)
    for identifier in identifiers:
        if identifier.kind in _ALWAYS_LINKS or (
            identifier.kind is IdentifierKind.DEVICE and len(identifier.accounts) <= FAMILY
        ):
            by_itself |= identifier.accounts
        for account in identifier.accounts:
            kinds[account].add(identifier.kind)
    both = {account for account, shared in kinds.items() if len(shared) > 1}
    return frozenset((by_itself | both) - {party})


def _clusters(identifiers: Sequence[Identifier]) -> list[frozenset[int]]:
    """Return the connected groups of accounts."""
    graph: rustworkx.PyGraph[int, None] = rustworkx.PyGraph(multigraph=False)
    pairs = sorted(linked_pairs(identifiers))
    accounts = sorted({account for pair in pairs for account in pair})
    places = dict(zip(accounts, graph.add_nodes_from(accounts), strict=True))
    graph.add_edges_from_no_data([(places[first], places[second]) for first, second in pairs])
    return [frozenset(accounts[place] for place in found) for found in rustworkx.connected_components(graph)]


def _crowds(identifiers: Iterable[Identifier], clusters: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Return those who share one public device and are in no cluster together: what they do may tell them apart."""
    cluster_of = {account: number for number, members in enumerate(clusters) for account in members}
    found = {
        identifier.accounts
        for identifier in identifiers
        if identifier.kind is IdentifierKind.DEVICE
        and len(identifier.accounts) > FAMILY
        and len({cluster_of.get(account, -account) for account in identifier.accounts}) > 1
    }
    return sorted(found, key=sorted)


def _shared(members: frozenset[int], around: Mapping[int, Sequence[Identifier]]) -> tuple[Identifier, ...]:
    """Return the identifiers that at least two of the members share."""
    theirs = {id(each): each for member in members for each in around.get(member, ())}.values()
    shared = [each for each in theirs if len(each.accounts & members) > 1]
    return tuple(sorted(shared, key=lambda each: (each.kind, -len(each.accounts), sorted(each.accounts))))


def _kinds(members: frozenset[int], shared: Iterable[Identifier]) -> tuple[IdentifierKind, ...]:
    """Return the kinds that most of the members share with somebody; what a place is known by is one."""
    covered: defaultdict[IdentifierKind, set[int]] = defaultdict(set)
    for each in shared:
        covered[_INDEPENDENT.get(each.kind, each.kind)] |= each.accounts & members
    return tuple(sorted(kind for kind, who in covered.items() if len(who) >= _COVERED * len(members)))


@dataclass(frozen=True)
class _Judge:
    """Weighs groups against what is usual at the client."""

    usage: Mapping[IdentifierKind, Usage]
    common: Usual
    conducts: Mapping[int, Conduct]

    def group(self, members: frozenset[int], shared: tuple[Identifier, ...]) -> Group | None:
        """Return the group if there is more to it than a family or a public place."""
        kinds = _kinds(members, shared)
        abusive, log_abuse = self.common.log_chance(members, self.conducts)
        is_abuse = abusive >= FEWEST and log_abuse <= _ABUSE_IS_EVIDENT
        is_public = len(members) > FAMILY and not set(kinds) & _ALWAYS_LINKS
        if is_public:
            is_ring = is_abuse and abusive >= _COVERED * len(members)
        else:
            is_ring = is_abuse or (len(members) > FAMILY and len(kinds) > 1)
        if not is_ring:
            return None
        log_chance = math.log(max(self.common.accounts, len(members)))
        log_chance += 0.0 if is_public else self._log_held_together(members, shared)
        log_chance += log_abuse if is_abuse else 0.0
        return Group(math.exp(log_chance), members, shared, kinds, abusive)

    def _log_held_together(self, members: frozenset[int], shared: Sequence[Identifier]) -> float:
        """Return the logarithm of the chance of what holds the group together, the rarest of it first."""
        shares = {kind: self._log_share(kind, shared) for kind in {each.kind for each in shared}}
        group_of = {member: frozenset({member}) for member in members}
        total = 0.0
        for each in sorted(shared, key=lambda identifier: shares[identifier.kind]):
            apart = {group_of[account] for account in each.accounts & members}
            total += (len(apart) - 1) * shares[each.kind]
            together = frozenset().union(*apart)
            group_of |= dict.fromkeys(together, together)
        return total

    def _log_share(self, kind: IdentifierKind, shared: Iterable[Identifier]) -> float:
        """Return how often a value is shared by anybody else than this group, as a logarithm."""
        own = sum(each.kind is kind for each in shared)
        usage = self.usage.get(kind, Usage(own, own))
        # As if five more values were known, and a tenth of them shared: little data says little.
        return math.log(min((max(usage.shared - own, 0) + 0.5) / (max(usage.values - own, 0) + 5), 1.0))
