from datetime import timedelta

import pytest

from apps.webhooks.retries import GAPS, LONGEST_WAIT_ASKED, TRIES, next_try_at, wait_asked_by
from tests.webhooks.outbox import NOW


def test_gives_up_after_ten_tries() -> None:
    assert TRIES == 10
    assert next_try_at(failures=10, failed_at=NOW, wait_asked=timedelta(hours=1), chance=0.0) is None


def test_waits_longer_each_time_and_three_days_in_all() -> None:
    gaps = []
    for failures in range(1, TRIES):
        again_at = next_try_at(failures=failures, failed_at=NOW, wait_asked=None, chance=0.0)
        assert again_at is not None
        gaps.append(again_at - NOW)
    assert gaps == sorted(gaps)
    assert gaps[:4] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
    assert sum(gaps, timedelta()) == timedelta(hours=71, minutes=35, seconds=5)


@pytest.mark.parametrize(("chance", "gap"), [(0.0, 300.0), (0.5, 285.0), (1.0, 270.0)])
def test_shortens_a_gap_by_chance_up_to_a_tenth(chance: float, gap: float) -> None:
    assert next_try_at(failures=2, failed_at=NOW, wait_asked=None, chance=chance) == NOW + timedelta(seconds=gap)


def test_lets_the_receiver_lengthen_a_gap() -> None:
    again_at = next_try_at(failures=1, failed_at=NOW, wait_asked=timedelta(seconds=120), chance=0.0)
    assert again_at == NOW + timedelta(seconds=120)


def test_does_not_let_the_receiver_shorten_a_gap() -> None:
    again_at = next_try_at(failures=1, failed_at=NOW, wait_asked=timedelta(seconds=1), chance=0.0)
    assert again_at == NOW + GAPS[0]


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "٣", "Sun, 99 Nov 2026 12:00:00 GMT", "\x00"])
def test_ignores_a_retry_after_that_says_nothing(text: str | None) -> None:
    assert wait_asked_by(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", timedelta()),
        (" 120 ", timedelta(seconds=120)),
        ("86401", LONGEST_WAIT_ASKED),
        ("9" * 5000, LONGEST_WAIT_ASKED),
        ("Sun, 22 Nov 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Sun, 22 Nov 2026 12:01:30 -0000", timedelta(seconds=90)),
        ("Sun, 22 Nov 2026 11:00:00 GMT", timedelta()),
        ("Tue, 22 Nov 2033 12:00:00 GMT", LONGEST_WAIT_ASKED),
    ],
)
def test_reads_seconds_and_dates_within_bounds(text: str, wait: timedelta) -> None:
    assert wait_asked_by(text, now=NOW) == wait
