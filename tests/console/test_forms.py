from datetime import UTC, datetime

import pytest
from django.utils import timezone

from apps.console.forms import local_moment, minor_units


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("", "CNY", 0),
        ("12.50", "CNY", 1250),
        ("1,299", "JPY", 1299),
        (" 1 000.5 ", "CNY", 100050),
        ("1.234", "KWD", 1234),
        ("1.5", "JPY", None),
        ("1.234", "CNY", None),
        ("-1", "CNY", None),
        ("1e3", "CNY", 100000),
        ("Infinity", "CNY", None),
        ("sNaN", "CNY", None),
        ("12元", "CNY", None),
    ],
)
def test_reads_an_amount_as_people_type_it(text: str, currency: str, minor: int | None) -> None:
    assert minor_units(text, currency) == minor


def test_reads_a_time_in_the_persons_zone() -> None:
    with timezone.override("Asia/Shanghai"):
        assert local_moment("2026-11-22T20:00") == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T00:00", "\x00"])
def test_reads_nothing_from_what_is_no_time(text: str) -> None:
    assert local_moment(text) is None
