import pytest

from apps.common.errors import Invalid
from apps.webhooks.addresses import networks_from
from apps.webhooks.errors import (
    ReceiverAddressClosed,
    ReceiverUrlHasCredentials,
    ReceiverUrlInvalid,
    ReceiverUrlNotSecure,
)
from apps.webhooks.receivers import receiver_url_check

LOOPBACK = networks_from(("127.0.0.0/8",))


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("", ReceiverUrlInvalid),
        ("example.com/hooks", ReceiverUrlInvalid),
        ("//example.com/hooks", ReceiverUrlInvalid),
        ("ftp://example.com/", ReceiverUrlInvalid),
        ("https:///hooks", ReceiverUrlInvalid),
        ("https://exa mple.com/", ReceiverUrlInvalid),
        (" https://example.com/", ReceiverUrlInvalid),
        ("https://example.com/\x00", ReceiverUrlInvalid),
        ("https://example.com/\n", ReceiverUrlInvalid),
        ("https://example.com/#part", ReceiverUrlInvalid),
        ("https://example.com:0/", ReceiverUrlInvalid),
        ("https://example.com:65536/", ReceiverUrlInvalid),
        ("https://example.com:port/", ReceiverUrlInvalid),
        ("https://[::1/", ReceiverUrlInvalid),
        ("https://example.com/" + "a" * 1981, ReceiverUrlInvalid),
        ("https://xn--zz--zz.com\udcff/", ReceiverUrlInvalid),
        ("https://somebody@example.com/", ReceiverUrlHasCredentials),
        ("https://somebody:word@example.com/", ReceiverUrlHasCredentials),
        ("http://8.8.8.8/", ReceiverUrlNotSecure),
        ("https://10.0.0.1/", ReceiverAddressClosed),
        ("http://10.0.0.1/", ReceiverAddressClosed),
        ("https://[::1]/", ReceiverAddressClosed),
        ("https://[::ffff:169.254.169.254]/", ReceiverAddressClosed),
    ],
)
def test_refuses_what_no_webhook_should_be_posted_to(url: str, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal) as caught:
        receiver_url_check(url, allowed=LOOPBACK)
    assert caught.value.pointer == "/url"


def test_refuses_plain_http_where_nothing_is_opened() -> None:
    with pytest.raises(ReceiverUrlNotSecure):
        receiver_url_check("http://receiver.internal/", allowed=())
    with pytest.raises(ReceiverAddressClosed):
        receiver_url_check("http://127.0.0.1/", allowed=())


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/hooks?shop=1",
        "https://例子.中国/钩子",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://127.0.0.1:8443/",
        "http://127.0.0.1:8000/hooks",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost:8000/",
        "https://example.com/" + "a" * 1980,
    ],
)
def test_accepts_public_https_and_what_the_operator_opened(url: str) -> None:
    receiver_url_check(url, allowed=LOOPBACK)
