import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from apps.common.addresses import is_within, networks_in, origin_of
from apps.common.checks import check_networks
from apps.common.middleware import ClientAddressMiddleware

PROXIES = networks_in(["10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "origin"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("", "198.51.100.1", ""),
    ],
)
def test_believes_proxies_that_are_trusted_and_nobody_else(peer: str, forwarded: str, origin: str) -> None:
    assert origin_of(peer, forwarded, PROXIES) == origin


def test_finds_what_is_no_address_in_no_network() -> None:
    assert not is_within("", networks_in(["0.0.0.0/0"]))
    assert is_within("::ffff:127.0.0.1", networks_in(["127.0.0.0/8"]))


def test_is_left_out_when_no_proxy_is_trusted(settings: Settings) -> None:
    settings.REVIEWCONSOLE_TRUSTED_PROXIES = []

    with pytest.raises(MiddlewareNotUsed):
        ClientAddressMiddleware(lambda request: HttpResponse())


def test_puts_the_told_address_in_the_place_of_the_proxys(settings: Settings, rf: RequestFactory) -> None:
    settings.REVIEWCONSOLE_TRUSTED_PROXIES = ["10.0.0.0/8"]
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "198.51.100.1"})
    ClientAddressMiddleware(view)(request)

    assert seen == ["198.51.100.1"]


def test_reports_networks_that_cannot_be_read(settings: Settings) -> None:
    assert check_networks() == []
    settings.REVIEWCONSOLE_TRUSTED_PROXIES = ["10.0.0.0/33"]
    settings.REVIEWCONSOLE_METRICS_ALLOW = ["here"]

    assert [error.id for error in check_networks()] == ["common.E001", "common.E002"]
