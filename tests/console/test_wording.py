from datetime import UTC, datetime, timedelta

import pytest

from apps.console import wording

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "under 1 min"),
        (1, "1 min"),
        (60, "1 h"),
        (61, "1 h 1 min"),
        (1440, "1 d"),
        (1500, "1 d 1 h"),
        (60 * 1440 - 1, "59 d 23 h"),
        (60 * 1440, "60 days"),
    ],
)
def test_writes_a_span_by_its_largest_units(minutes: int, words: str) -> None:
    assert wording.duration(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "under 1 min"), (1, "1 day"), (89, "89 days"), (90, "3 months"), (729, "24 months"), (730, "2 years")],
)
def test_writes_an_age_by_one_unit(days: int, words: str) -> None:
    assert wording.age(timedelta(days=days)) == words


def test_says_left_until_the_deadline_and_late_after_it() -> None:
    assert wording.time_left(NOON, NOON) == "under 1 min left"
    assert wording.time_left(NOON, NOON + timedelta(minutes=1)) == "1 min late"


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ("O-9913", "O-9913"),
        ("x" * 18, "x" * 18),
        ("rfd_01jd3vq8k2p7", "rfd_01jd3vq8k2p7"),
        ("rfd_01jd3vq8k2pabcdefgh", "rfd_01jd3v…defgh"),
    ],
)
def test_shortens_in_the_middle(identifier: str, shown: str) -> None:
    assert wording.shortened(identifier) == shown


@pytest.mark.parametrize(("share", "words"), [(0.0046, "0.46%"), (0.077, "7.7%"), (0.5, "50%")])
def test_writes_a_share_with_two_digits(share: float, words: str) -> None:
    assert wording.share_words(share) == words


def test_writes_a_time_as_a_form_holds_it() -> None:
    assert wording.local_input(NOON) == "2026-11-22T12:00"
