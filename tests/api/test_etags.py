"""Entity tags."""

import pytest
from django.test import RequestFactory

from apps.api.etags import NO_VERSION, expected_version, is_known


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("", False),
        ('"3"', False),
        ("4", False),
        ('"4"', True),
        ('W/"4"', True),
        ('"3", "4"', True),
        ("*", True),
    ],
)
def test_knows_a_tag_that_if_none_match_names(header: str, known: bool) -> None:
    request = RequestFactory().get("/", headers={"If-None-Match": header} if header else {})

    assert is_known(request, '"4"') is known


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("*", None),
        ('"4"', 4),
        ('"3", "4"', 4),
        ('"2", "3"', NO_VERSION),
        ('W/"4"', NO_VERSION),
        ('"abc"', NO_VERSION),
        ('"04"', NO_VERSION),
        ('"\u00b2"', NO_VERSION),
        ('"99999999999999999999"', NO_VERSION),
        ("4", NO_VERSION),
    ],
)
def test_expects_the_version_that_if_match_demands(header: str, expected: int | None) -> None:
    request = RequestFactory().get("/", headers={"If-Match": header} if header else {})

    assert expected_version(request, lambda: 4) == expected
