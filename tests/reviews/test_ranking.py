from datetime import UTC, datetime, timedelta

import pytest

from apps.reviews.pieces import pieces_of
from apps.reviews.ranking import HALVING_HOURS, review_value, worth

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOURS = timedelta(hours=HALVING_HOURS)


def test_doubles_the_expected_loss_for_each_span_that_is_left_less() -> None:
    soon, later = review_value(1_000_000, 50, NOON), review_value(1_000_000, 50, NOON + HOURS)
    assert soon - later == pytest.approx(1)
    # Twice the amount, or twice the chance, makes good for it.
    assert review_value(2_000_000, 50, NOON + HOURS) == pytest.approx(soon, abs=1e-5)
    assert review_value(1_000_000, 100, NOON + HOURS) == pytest.approx(soon, abs=1e-5)


def test_ranks_what_avoids_no_loss_by_time_alone() -> None:
    assert review_value(10**9, 0, NOON) == review_value(0, 100, NOON) > review_value(0, 100, NOON + HOURS)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"), [(648.0, "CNY", 64800), (10.0, "USD", 7100), (10.0, "XXX", 1000)]
)
def test_compares_currencies_by_the_rates_that_are_set(amount: float, currency: str, expected: int) -> None:
    assert worth(amount, currency, {"CNY": 1, "USD": 7.1}) == expected


@pytest.mark.parametrize(
    ("text", "part", "is_found"),
    [
        ("孩子用我的手机误充了648元", "误充", True),
        ("孩子用我的手机误充了648元", "误冲", False),
        ("Bought by my SON, sorry", "bought", True),
        ("Bought by my SON, sorry", "BOUGHT by my son", True),
        ("Bought by my son", "fought", False),
        ("ＡＢＣＤ１２", "abcd12", True),
        ("order 261125055541750024 lost", "055541", True),
    ],
)
def test_has_all_pieces_of_what_it_contains(text: str, part: str, is_found: bool) -> None:
    wanted = set(pieces_of(part))
    assert wanted
    assert (wanted <= set(pieces_of(text))) is is_found


@pytest.mark.parametrize("text", ["", "误", "abc", "a b c d", "，。！"])
def test_searches_for_nothing_too_short(text: str) -> None:
    assert pieces_of(text) == []
