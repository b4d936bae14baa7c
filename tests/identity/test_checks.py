"""A verification service that cannot be asked is found when a process starts."""

import pytest
from pytest_django.fixtures import Settings

from apps.identity.checks import check_verification_service

SECRET = "whsec_" + "A" * 43 + "="


@pytest.mark.parametrize(
    ("url", "secret", "timeout", "found"),
    [
        ("", "", 0, []),
        ("https://verify.example.com/", SECRET, 10, []),
        ("http://10.0.0.7:8080/check", SECRET, 10, []),
        ("http://verify.example.com/", SECRET, 10, ["identity.E001"]),
        ("http://203.0.113.9/", SECRET, 10, ["identity.E001"]),
        ("ftp://verify.example.com/", SECRET, 10, ["identity.E001"]),
        ("https://verify.example.com/", "", 10, ["identity.E002"]),
        ("https://verify.example.com/", "whsec_!!!", 10, ["identity.E002"]),
        ("https://verify.example.com/", SECRET, 60, ["identity.E003"]),
    ],
)
def test_says_what_is_wrong(settings: Settings, url: str, secret: str, timeout: float, found: list[str]) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["10.0.0.0/8"]
    settings.REVIEWCONSOLE_VERIFICATION_URL = url
    settings.REVIEWCONSOLE_VERIFICATION_SECRET = secret
    settings.REVIEWCONSOLE_VERIFICATION_TIMEOUT = timeout
    assert [each.id for each in check_verification_service()] == found
