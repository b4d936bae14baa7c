from collections import Counter

from apps.rings.conduct import Conduct
from apps.rings.sharing import Group, Identifier, IdentifierKind, Usage, find_groups, ties

DEVICE, CARD, PHONE, DOCUMENT, IP = (
    IdentifierKind.DEVICE,
    IdentifierKind.INSTRUMENT,
    IdentifierKind.PHONE,
    IdentifierKind.ID_DOCUMENT,
    IdentifierKind.IP,
)
LAWFUL, ABUSIVE = Conduct(6, 60_000, 0), Conduct(6, 60_000, 50_000)
RING = tuple(range(1, 10))


def shared(kind: IdentifierKind, *accounts: int) -> Identifier:
    return Identifier(kind, frozenset(accounts))


def families(number: int, size: int = 4) -> list[Identifier]:
    """A card, a device and an address for all of each family."""
    homes = [range(1_000 + size * home, 1_000 + size * (home + 1)) for home in range(number)]
    return [shared(kind, *home) for home in homes for kind in (DEVICE, CARD, IP)]


def found(*identifiers: Identifier, abusive: tuple[int, ...] = (), others: int = 3_000) -> list[Group]:
    accounts = {account for identifier in identifiers for account in identifier.accounts}
    conducts = dict.fromkeys([*accounts, *range(100_000, 100_000 + others)], LAWFUL)
    # Beside what is shared, each of the other accounts has values of its own.
    shared = Counter(identifier.kind for identifier in identifiers)
    usage = {kind: Usage(others + shared[kind], shared[kind]) for kind in IdentifierKind}
    return find_groups(identifiers, usage, conducts | dict.fromkeys(abusive, ABUSIVE))


def test_takes_families_for_no_rings() -> None:
    assert found(*families(200)) == []


def test_takes_a_family_with_one_who_asks_all_back_for_no_ring() -> None:
    assert found(*families(200), abusive=(1_000,)) == []


def test_takes_an_internet_cafe_for_no_ring() -> None:
    assert found(*families(50), *(shared(DEVICE, *range(1, 40)) for _ in range(3)), shared(IP, *range(1, 40))) == []


def test_takes_the_guests_of_several_cafes_for_no_chain() -> None:
    devices = [shared(DEVICE, *range(10 * cafe, 10 * cafe + 12)) for cafe in range(1, 30)]
    assert found(*devices) == []


def test_takes_a_hub_for_nothing_at_all() -> None:
    assert found(shared(CARD, *range(1, 50_001)), shared(DEVICE, *range(1, 50_001)), abusive=RING) == []


def test_finds_many_behind_one_card_and_one_phone() -> None:
    (group,) = found(*families(200), shared(CARD, *RING), shared(PHONE, *RING))
    assert group.members == frozenset(RING)
    assert group.kinds == (CARD, PHONE)
    assert group.chance < 0.01


def test_finds_a_chain_in_which_nobody_shares_with_all() -> None:
    links = [shared((CARD, PHONE, DOCUMENT)[place % 3], place, place + 1) for place in range(1, 12)]
    more = [shared(DEVICE, place, place + 1, place + 2) for place in range(1, 11)]
    (group,) = found(*families(200), *links, *more)
    assert group.members == frozenset(range(1, 13))


def test_finds_guests_of_one_device_who_all_ask_back_what_they_buy() -> None:
    (group,) = found(*families(200), shared(DEVICE, *RING), abusive=RING)
    assert (group.members, group.abusive) == (frozenset(RING), len(RING))


def test_finds_a_family_that_asks_all_back() -> None:
    (group,) = found(*families(200), abusive=(1_000, 1_001, 1_002, 1_003))
    assert group.members == frozenset(range(1_000, 1_004))


def test_takes_a_cafe_with_a_few_who_ask_all_back_for_no_ring() -> None:
    assert found(*families(200), shared(DEVICE, *range(1, 40)), abusive=(1, 2, 3, 4)) == []


def test_is_less_sure_where_sharing_is_common() -> None:
    ring = [shared(CARD, *RING), shared(PHONE, *RING)]
    (rare,), (common,) = found(*ring), found(*ring, *(shared(PHONE, n, n + 1) for n in range(200, 4_000, 2)))
    assert common.chance > rare.chance


def test_is_as_sure_whatever_the_order() -> None:
    identifiers = [*families(100), shared(CARD, *RING), shared(PHONE, *RING)]
    assert found(*identifiers) == found(*reversed(identifiers))


def test_ties_by_a_person_s_identifier_or_by_two_of_a_place() -> None:
    crowd, other_crowd = range(1, 30), range(20, 50)
    assert ties(1, [shared(PHONE, 1, 2), shared(DEVICE, 1, 3), shared(IP, 1, 4)]) == frozenset({2, 3})
    assert ties(25, [shared(DEVICE, *crowd), shared(IP, *other_crowd)]) == frozenset(range(20, 30)) - {25}
