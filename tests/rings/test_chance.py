import pytest

from apps.rings.chance import DECOYS, decoys, expected_by_chance, how_many_to_raise, raised_by_surprise, score_of
from apps.rings.cycles import find_cycles
from apps.rings.hops import DAY, OneWay, one_way
from tests.rings.graphs import bustle, circle


def surprises(hops: OneWay) -> list[float]:
    return [found.surprise for found in find_cycles(hops).found]


def test_spreads_a_few_days_over_a_ring_s_longest_time() -> None:
    passing = one_way(circle(1, 2, 3, gap=0.01))
    for decoy in decoys(passing):
        assert {hop.record for hop in decoy.hops} == {hop.record for hop in passing.hops}
        assert decoy.hops[-1].at - decoy.hops[0].at > DAY


def test_deals_moments_anew_and_nothing_else() -> None:
    passing = one_way(bustle(50, 300))
    for decoy in decoys(passing):
        assert sorted(hop.at for hop in decoy.hops) == sorted(hop.at for hop in passing.hops)
        assert {hop.record: hop[1:] for hop in decoy.hops} == {hop.record: hop[1:] for hop in passing.hops}
        assert decoy.hops != passing.hops
        assert decoy.hops == tuple(sorted(decoy.hops))


def test_deals_the_same_for_the_same_data() -> None:
    passing = one_way(bustle(50, 300))
    assert list(decoys(passing)) == list(decoys(passing))


def test_counts_what_decoys_hold() -> None:
    by_chance = [-1.0, -1.0, -3.0]
    assert expected_by_chance([-3.0, -2.0, -1.0], by_chance) == [1 / DECOYS, 1 / DECOYS, 3 / DECOYS]


def test_expects_less_the_further_below_every_decoy() -> None:
    deep, deeper = expected_by_chance([-5.0, -3.5], [-3.0])
    assert 0 < deep < deeper < 1 / DECOYS


def test_raises_as_many_as_chance_leaves_right() -> None:
    assert how_many_to_raise([]) == 0
    assert how_many_to_raise([0.1, 0.2, 3.0]) == 2
    assert how_many_to_raise([5.0]) == 0
    assert how_many_to_raise([0.3, 0.3, 0.7]) == 3


def test_scores_by_the_chance() -> None:
    assert [score_of(chance) for chance in (0, 0.01, 1, 9)] == [100, 99, 50, 10]


def test_raises_hardly_anything_where_there_is_nothing() -> None:
    found, raised = 0, 0
    for seed in range(1, 7):
        passing = one_way(bustle(400, 1_500, seed=seed))
        by_surprise = surprises(passing)
        found += len(by_surprise)
        raised += len(raised_by_surprise(by_surprise, surprises, passing))
    assert found > 100
    assert raised <= found / 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_raises_planted_circles_in_bustle(seed: int) -> None:
    planted = [circle(*range(10 * n + 1, 10 * n + 6 + n), begin=20 + 10 * n) for n in range(4)]
    passing = one_way([*bustle(400, 1_500, seed=seed), *(hop for each in planted for hop in each)])
    found = find_cycles(passing).found
    raised = found[: len(raised_by_surprise(surprises(passing), surprises, passing))]
    assert {hops[0].source for hops in planted} <= {each.hops[0].source for each in raised[:6]}
    assert len(raised) <= 12


@pytest.mark.parametrize("members", [3, 4, 8])
def test_raises_a_circle_that_is_all_there_is(members: int) -> None:
    passing = one_way(circle(*range(1, members + 1)))
    (chance,) = raised_by_surprise(surprises(passing), surprises, passing)
    assert chance <= 1 / DECOYS
