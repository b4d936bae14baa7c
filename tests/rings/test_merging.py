from apps.rings.findings import Finding
from apps.rings.kinds import Kind, Role
from apps.rings.merging import are_mostly, merged
from tests.rings.graphs import circle


def cycle(*members: int, currency: str = "CNY", kind: Kind = Kind.CYCLE) -> Finding:
    return Finding(kind, dict.fromkeys(members, Role.PASSES_ON), 0.1, currency, 10, tuple(circle(*members)))


def test_half_is_not_mostly() -> None:
    assert not are_mostly(frozenset({1, 2}), frozenset({2, 3, 4}))
    assert are_mostly(frozenset({1, 2, 3}), frozenset({2, 3, 4, 5}))


def test_keeps_apart_what_has_little_in_common() -> None:
    apart = [cycle(1, 2, 3), cycle(3, 4, 5), cycle(1, 2, 3, currency="USD"), cycle(1, 2, 3, kind=Kind.FAN_IN)]
    assert merged(apart) == apart


def test_makes_one_of_what_is_about_the_same_members() -> None:
    first, second = cycle(1, 2, 3, 4), cycle(2, 3, 9)
    (one,) = merged([first, second])
    assert one.parties == frozenset({1, 2, 3, 4, 9})
    assert (one.path, one.also) == (first.path, (second.path,))


def test_does_not_grow_along_a_chain() -> None:
    found = merged([cycle(1, 2, 3), cycle(2, 3, 4), cycle(3, 4, 5)])
    assert [sorted(each.parties) for each in found] == [[1, 2, 3, 4], [3, 4, 5]]


def test_takes_the_same_collector_with_other_payers_for_the_same_ring() -> None:
    fans = [Finding(Kind.FAN_IN, {1: Role.COLLECTS, payer: Role.PAYS}, 0.1, "CNY") for payer in (2, 3)]
    (one,) = merged(fans)
    assert (one.core, one.parties) == (frozenset({1}), frozenset({1, 2, 3}))
