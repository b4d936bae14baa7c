import pytest

from apps.webhooks.addresses import address_from, is_inside, is_public, networks_from

CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 168.63.129.16 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:7f00:1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 168.63.129.17 223.255.255.255
2606:4700:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()


@pytest.mark.parametrize("text", CLOSED)
def test_closes_private_local_and_special_addresses(text: str) -> None:
    address = address_from(text)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("text", PUBLIC)
def test_opens_public_addresses(text: str) -> None:
    address = address_from(text)
    assert address is not None
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "1.2.3.4.5"])
def test_leaves_what_is_no_literal_to_the_resolver(text: str) -> None:
    assert address_from(text) is None


@pytest.mark.parametrize(
    ("text", "inside"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("fd00::5", True), ("192.168.7.7", True)],
)
def test_knows_the_networks_that_are_opened(text: str, inside: bool) -> None:
    networks = networks_from(("10.1.0.0/16", " fd00::/8", "192.168.7.7"))
    address = address_from(text)
    assert address is not None
    assert is_inside(address, networks) is inside


def test_refuses_a_network_that_cannot_be_read() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/40"):
        networks_from(("10.0.0.0/40",))
