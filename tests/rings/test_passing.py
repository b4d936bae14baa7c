import pytest

from apps.rings.hops import Hop, one_way
from apps.rings.passing import Passing, find_passing
from tests.rings.graphs import bustle, hop

MULE = 5_000


def passing(hops: list[Hop]) -> list[Passing]:
    return find_passing(one_way(hops))


def handed_on(times: int, *, after: float = 1, kept: float = 0.05, parts: int = 1) -> list[Hop]:
    made = []
    for turn in range(times):
        begin, amount = 10 + 11 * turn, 50_000 + 7_000 * turn
        made.append(hop(begin, 6_000 + turn, MULE, amount))
        share = round(amount * (1 - kept)) // parts
        made += [hop(begin + after + part / 100, MULE, 7_000 + 10 * turn + part, share) for part in range(parts)]
    return made


def test_takes_income_that_stays_for_no_passing() -> None:
    assert passing(handed_on(5, after=4)) == []


def test_takes_what_is_spent_in_part_for_no_passing() -> None:
    assert passing(handed_on(5, kept=0.4)) == []


def test_takes_two_times_for_no_habit() -> None:
    assert passing(handed_on(2)) == []


def test_takes_money_that_goes_back_for_no_passing() -> None:
    hops = [each for turn in range(5) for each in (hop(10 * turn, 1, MULE), hop(10 * turn + 1, MULE, 1))]
    assert passing(hops) == []


def test_takes_an_account_that_spends_all_the_time_for_hardly_surprising() -> None:
    receipts = [hop(10 * turn, 6_000 + turn, MULE, 10_000) for turn in range(8)]
    payments = [hop(day / 3, MULE, 7_000 + day, 9_000 + 300 * (day % 5)) for day in range(300)]
    assert all(found.surprise > -3 for found in passing([*receipts, *payments]))


@pytest.mark.parametrize("parts", [1, 3])
def test_finds_who_hands_on_what_he_gets(parts: int) -> None:
    first, *others = passing([*bustle(300, 1_500), *handed_on(6, parts=parts)])
    assert (first.account, first.passed, first.share) == (MULE, 6, 1.0)
    assert len(first.hops) == 6 * (1 + parts)
    assert all(first.surprise < other.surprise for other in others)


def test_lets_no_payment_serve_twice() -> None:
    receipts = [hop(10 + turn / 100, 6_000 + turn, MULE, 10_000) for turn in range(6)]
    assert passing([*receipts, hop(11, MULE, 7_000, 10_000)]) == []
