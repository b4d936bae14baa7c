"""Languages of problem texts."""

import pytest
from django.test import RequestFactory

from apps.api.language import language_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-Hans", "zh-hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB", "en"),
        ("fr, zh-Hans;q=0.5", "zh-hans"),
        ("en;q=0.2, zh-Hans;q=0.9", "zh-hans"),
        ("fr", "en"),
        ("zh-Hant", "zh-hans"),
        ("zh-TW, en;q=0.5", "zh-hans"),
        ("zh-Hans;q=0", "en"),
        ("zh;q=0, *", "en"),
        ("en;q=0, zh;q=0.1", "zh-hans"),
        ("de, *;q=0.5, zh;q=0.1", "en"),
        ("*", "en"),
        ("\x00;;q=;", "en"),
    ],
)
def test_takes_the_best_language_that_the_product_speaks(header: str, language: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": header})

    assert language_of(request) == language


def test_ignores_the_cookie_of_the_pages() -> None:
    request = RequestFactory().get("/", headers={"Cookie": "reviewconsole_language=zh-hans"})

    assert language_of(request) == "en"
