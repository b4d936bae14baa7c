import math

import pytest

from apps.rings.cycles import CEILING, LONGEST, LONGEST_GAP_DAYS, Search, find_cycles
from apps.rings.hops import LONGEST_SPAN_DAYS, Hop, one_way
from tests.rings.graphs import bustle, circle, hop


def search(hops: list[Hop], **bounds: int) -> Search:
    return find_cycles(one_way(hops), **bounds)


def test_takes_no_loan_that_is_paid_back_for_a_circle() -> None:
    assert search([hop(1, 1, 2), hop(3, 2, 1)]).found == ()


def test_takes_no_path_against_time_for_a_circle() -> None:
    assert search([hop(3, 1, 2), hop(2, 2, 3), hop(1, 3, 1)]).found == ()


def test_takes_no_hops_of_one_moment_for_a_circle() -> None:
    assert search([hop(1, 1, 2), hop(1, 2, 3), hop(1, 3, 1)]).found == ()


def test_takes_no_path_twice_over_one_party_for_a_circle() -> None:
    eight = [hop(1, 1, 2), hop(2, 2, 3), hop(3, 3, 4), hop(4, 4, 2), hop(5, 2, 5), hop(6, 5, 1)]
    assert {found.members for found in search(eight).found} == {(1, 2, 5), (2, 3, 4)}


@pytest.mark.parametrize("gap", [LONGEST_GAP_DAYS + 1, LONGEST_SPAN_DAYS / 2 + 1])
def test_waits_for_money_no_longer_than_its_bounds(gap: float) -> None:
    assert search(circle(1, 2, 3, gap=gap)).found == ()


def test_goes_no_longer_way_than_its_bound() -> None:
    assert len(search(circle(*range(1, LONGEST + 1), gap=2)).found) == 1
    assert search(circle(*range(1, LONGEST + 2), gap=2)).found == ()


def test_finds_a_circle_among_few_payments() -> None:
    (found,) = search(circle(1, 2, 3, 4)).found
    assert found.members == (1, 2, 3, 4)
    assert [(each.source, each.target) for each in found.hops] == [(1, 2), (2, 3), (3, 4), (4, 1)]
    # Three members passed the money on after two days, each once in the least number of days.
    assert found.surprise == pytest.approx(3 * math.log(2 / LONGEST_SPAN_DAYS))
    assert found.rounds == 1


def test_is_the_less_surprised_the_more_the_members_pay_others() -> None:
    quiet, busy = circle(1, 2, 3), circle(4, 5, 6)
    others = [hop(day, 5, 100 + day) for day in range(40, 80)]
    first, second = search([*quiet, *busy, *others, hop(0, 8, 9)]).found
    assert (first.members, second.members) == ((1, 2, 3), (4, 5, 6))


def test_adds_the_rounds_of_one_circle_up() -> None:
    rounds = [step for begin in (20, 50, 80) for step in circle(1, 2, 3, begin=begin)]
    (found,) = search([*rounds, hop(0, 8, 9), hop(100, 8, 9)]).found
    assert (found.members, found.rounds) == ((1, 2, 3), 3)
    assert len(found.hops) == 3


def test_finds_the_planted_circle_first_among_bustle() -> None:
    found = search([*bustle(400, 3_000), *circle(1, 2, 3, 4, 5)]).found
    assert found[0].members == (1, 2, 3, 4, 5)
    assert all(each.surprise <= CEILING for each in found)


def test_finds_the_same_whatever_order_the_payments_come_in() -> None:
    hops = [*bustle(200, 1_500), *circle(1, 2, 3, 4)]
    assert search(hops).found == search(hops[::-1]).found


def test_looks_at_no_more_hops_for_a_hub_than_for_a_quiet_account() -> None:
    """A hundred thousand payments of one account, which everybody's money passes through."""
    hub = [hop(100 * place / 100_000, 7, 10_000 + place) for place in range(100_000)]
    into = [hop(day, 200_000 + day, 7) for day in range(90)]
    out_again = [hop(day + 1.5, 10_000 + 1_000 * day, 200_000 + day) for day in range(90)]
    result = search([*hub, *into, *out_again])
    assert result.is_whole
    # Fourteen days of the hub for each of the ninety, and nothing behind them.
    assert result.steps < 90 * 15 * 1_000


def test_says_that_it_gave_up() -> None:
    result = search([*bustle(400, 3_000), *circle(1, 2, 3)], steps_at_most=100)
    assert not result.is_whole
    assert result.steps < 200
