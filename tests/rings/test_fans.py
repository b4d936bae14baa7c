import pytest

from apps.rings.fans import Fan, find_fans, first_of_each_pair, single_transfers
from apps.rings.hops import Hop, one_way
from tests.rings.graphs import bustle, hop

COLLECTOR = 5_000


def fans(hops: list[Hop], *, into: bool = True) -> list[Fan]:
    return find_fans(single_transfers(one_way(hops)), into=into, within_days=7)


def collection(payers: int, *, begin: float = 50, days: float = 5, to: int = COLLECTOR) -> list[Hop]:
    return [hop(begin + days * place / payers, round(100 * begin) + to + place, to) for place in range(payers)]


def test_finds_nothing_where_nothing_moves() -> None:
    assert fans([]) == []


def test_leaves_out_who_pays_more_than_once_and_who_is_paid_back() -> None:
    tenants = [hop(day, payer, COLLECTOR) for day in (1, 31) for payer in range(1, 9)]
    friends = [each for payer in range(20, 28) for each in (hop(2, payer, COLLECTOR), hop(3, COLLECTOR, payer))]
    assert fans([*tenants, *friends]) == []


def test_is_hardly_surprised_by_who_is_paid_by_many_all_the_time() -> None:
    club = [hop(day, 9_000 + day, COLLECTOR) for day in range(100)]
    (found,) = [fan for fan in fans([*bustle(300, 1_500), *club]) if fan.centre == COLLECTOR]
    assert found.surprise > -5


def test_is_surprised_by_many_in_one_week() -> None:
    first, second, *_ = fans([*bustle(300, 1_500), *collection(12)])
    assert (first.centre, len(first.hops)) == (COLLECTOR, 12)
    assert first.surprise < min(second.surprise, -12)


def test_counts_the_fullest_window_alone() -> None:
    (found,) = fans([*collection(6, begin=10), *collection(9, begin=70), hop(95, 1, COLLECTOR)])
    assert (len(found.hops), found.hops[0].at // 86_400) == (9, 70)


@pytest.mark.parametrize("into", [True, False])
def test_looks_in_the_direction_that_is_asked_for(into: bool) -> None:
    hops = collection(8)
    turned = hops if into else [each._replace(source=each.target, target=each.source) for each in hops]
    found, *_ = fans(turned, into=into)
    assert found.centre == COLLECTOR
    assert len(found.hops) == 8


def test_counts_each_payer_of_refunds_once() -> None:
    hops = [hop(day, payer, COLLECTOR) for day in (9, 1, 5) for payer in (1, 2)]
    assert [(each.source, each.at // 86_400) for each in first_of_each_pair(hops)] == [(1, 1), (2, 1)]
