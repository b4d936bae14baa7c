import math
from itertools import product

import pytest

from apps.rings.tails import (
    chances_among,
    log_binomial_tail,
    log_hypergeometric_tail,
    log_overdispersed_tail,
    log_poisson_tail,
)


def test_is_certain_of_what_is_expected_anyway() -> None:
    assert log_poisson_tail(2, 2.0) == 0
    assert log_binomial_tail(1, 10, 0.5) == 0
    assert log_hypergeometric_tail(5, 10, 10, 5) == 0
    assert log_overdispersed_tail(0, 0.5, 0.2) == 0


def test_is_impossible_where_nothing_is_expected() -> None:
    assert log_poisson_tail(1, 0.0) == -math.inf
    assert log_binomial_tail(1, 3, 0.0) == -math.inf


def test_adds_up_poisson_s_tail() -> None:
    below = sum(math.exp(-1.5) * 1.5**count / math.factorial(count) for count in range(4))
    assert log_poisson_tail(4, 1.5) == pytest.approx(math.log(1 - below))


def test_adds_up_the_binomial_tail() -> None:
    tail = sum(math.comb(9, count) * 0.2**count * 0.8 ** (9 - count) for count in range(5, 10))
    assert log_binomial_tail(5, 9, 0.2) == pytest.approx(math.log(tail))


def test_adds_up_the_hypergeometric_tail() -> None:
    tail = sum(math.comb(6, count) * math.comb(14, 5 - count) for count in range(3, 6)) / math.comb(20, 5)
    assert log_hypergeometric_tail(3, 20, 6, 5) == pytest.approx(math.log(tail))


def test_is_less_surprised_the_more_the_mean_itself_varies() -> None:
    # One success in expectation each: the smaller the shape, the heavier the tail, and a large one is Poisson's.
    tails = [log_overdispersed_tail(6, shape, 1 / (1 + shape)) for shape in (0.5, 5, 50, 100_000)]
    assert tails == sorted(tails, reverse=True)
    assert tails[-1] == pytest.approx(log_poisson_tail(6, 1.0), rel=1e-3)


def test_stays_finite_far_out() -> None:
    assert -1e5 < log_poisson_tail(10_000, 1.0) < -70_000


def test_multiplies_by_how_many_were_looked_at() -> None:
    assert chances_among([math.log(0.001), 0.0], 100) == pytest.approx([0.1, 100])


def test_takes_the_slower_fall_of_what_bursts_by_nature() -> None:
    steep = [-0.2 * place for place, _ in product(range(50), range(10))]
    flat = [5 * surprise for surprise in steep]
    lone = -40.0
    (of_steep, *_), (of_flat, *_) = chances_among([lone, *steep], 501), chances_among([lone, *flat], 501)
    assert of_steep < of_flat
    assert of_flat > 0.01
