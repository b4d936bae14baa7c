import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.webhooks import connections
from apps.webhooks.addresses import Address, networks_from
from apps.webhooks.guard import Resolver
from apps.webhooks.models import AttemptError
from apps.webhooks.transport import Answer, Transport
from tests.support.receiver import DROP, HANG, Receiver, Response, listening

pytestmark = pytest.mark.loopback

LOOPBACK = ("127.0.0.0/8",)
# Seconds: enough on a machine that is busy with other tests, and the short time for what never ends.
PATIENT, SHORT = 30.0, 1.0
CLOSED_NAMES = {
    "metadata.test": ["169.254.169.254"],
    "inside.test": ["10.0.0.7", "fd00::7"],
    "mapped.test": ["::ffff:10.0.0.7"],
    "translated.test": ["64:ff9b::a00:7"],
    "this-host.test": ["::1", "0.0.0.0"],  # noqa: S104 - an address to refuse, not one to bind
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return one that takes bare requests: nothing is signed down here."""
    with listening(is_for_deliveries=False) as made:
        yield made


@pytest.fixture
def other_receiver() -> Iterator[Receiver]:
    """Return a second one."""
    with listening(is_for_deliveries=False) as made:
        yield made


def resolver(names: dict[str, list[str]]) -> Resolver:
    """Return a name server that knows these names."""

    async def resolve(host: str) -> Sequence[Address]:
        return [ipaddress.ip_address(text) for text in names[host]]

    return resolve


def post(
    *urls: str,
    allowed: tuple[str, ...] = LOOPBACK,
    names: dict[str, list[str]] | None = None,
    timeout_seconds: float = PATIENT,
    body: bytes = b"{}",
) -> list[Answer]:
    """Post to each URL in turn with one transport."""

    async def run() -> list[Answer]:
        resolve = resolver(names) if names is not None else None
        transport = Transport(allowed=networks_from(allowed), timeout_seconds=timeout_seconds, resolve=resolve)
        answers = [await transport.post(url, headers={"webhook-id": "evt_1"}, body=body) for url in urls]
        await transport.close()
        return answers

    return asyncio.run(run())


@pytest.mark.parametrize("name", CLOSED_NAMES)
def test_refuses_names_that_lead_to_closed_addresses(name: str, receiver: Receiver) -> None:
    (answer,) = post(f"https://{name}:{receiver.port}/", names=CLOSED_NAMES, allowed=())
    assert answer.error == AttemptError.ADDRESS_REFUSED
    assert receiver.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f000001", "localhost"])
def test_refuses_this_machine_however_it_is_written(host: str, receiver: Receiver) -> None:
    (answer,) = post(f"https://{host}:{receiver.port}/", allowed=())
    assert answer.error == AttemptError.ADDRESS_REFUSED
    assert receiver.connections == 0


def test_refuses_plain_http_to_a_public_address() -> None:
    (answer,) = post("http://public.test/", names={"public.test": ["8.8.8.8"]})
    assert answer.error == AttemptError.ADDRESS_REFUSED


def test_judges_a_name_again_for_each_connection(receiver: Receiver) -> None:
    names = {"rebinding.test": ["127.0.0.1"]}
    receiver.otherwise = Response(204, headers={"Connection": "close"})
    url = f"http://rebinding.test:{receiver.port}/"

    async def run() -> list[Answer]:
        transport = Transport(allowed=networks_from(LOOPBACK), timeout_seconds=PATIENT, resolve=resolver(names))
        first = await transport.post(url, headers={}, body=b"{}")
        names["rebinding.test"] = ["169.254.169.254"]
        second = await transport.post(url, headers={}, body=b"{}")
        await transport.close()
        return [first, second]

    first, second = asyncio.run(run())
    assert (first.status_code, second.status_code) == (204, None)
    assert second.error == AttemptError.ADDRESS_REFUSED
    assert receiver.connections == 1


def test_connects_to_the_address_that_was_judged_and_keeps_the_name(receiver: Receiver) -> None:
    (answer,) = post(
        f"http://mixed.test:{receiver.port}/hooks?a=1",
        names={"mixed.test": ["10.0.0.7", "169.254.169.254", "127.0.0.1"]},
    )
    assert answer.status_code == 204
    assert receiver.received[0].headers["host"] == f"mixed.test:{receiver.port}"
    assert receiver.received[0].path == "/hooks?a=1"


def test_tries_the_next_address_when_one_does_not_answer(receiver: Receiver) -> None:
    # Nobody listens on this port of the first.
    names = {"two.test": ["::1", "127.0.0.1"]}
    (answer,) = post(f"http://two.test:{receiver.port}/", names=names, allowed=("127.0.0.0/8", "::1"))
    assert answer.status_code == 204


def test_ignores_proxies_of_the_environment(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (answer,) = post(receiver.url)
    assert answer.status_code == 204


def test_names_what_failed(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", mock.Mock(side_effect=socket.gaierror))
    closed = socket.create_server(("127.0.0.1", 0))
    nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    closed.close()
    receiver.script.extend([DROP, HANG])
    (dropped,) = post(receiver.url)
    (hung,) = post(receiver.url, timeout_seconds=SHORT)
    (refused,) = post(nobody)
    (not_tls,) = post(f"https://127.0.0.1:{receiver.port}/")
    (unknown,) = post("https://nobody.invalid/")
    assert [answer.error for answer in (dropped, hung, refused, not_tls, unknown)] == [
        AttemptError.BROKEN,
        AttemptError.TIMED_OUT,
        AttemptError.NOT_CONNECTED,
        AttemptError.TLS_FAILED,
        AttemptError.NAME_UNRESOLVED,
    ]
    assert {answer.status_code for answer in (dropped, hung, refused, not_tls, unknown)} == {None}


@pytest.mark.parametrize("reply", [b"SMTP ready\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000, b""])
def test_calls_an_answer_that_is_not_http_broken(reply: bytes) -> None:
    async def run() -> Answer:
        async def answer_it(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(reply)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer_it, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        transport = Transport(allowed=networks_from(LOOPBACK), timeout_seconds=PATIENT)
        answer = await transport.post(f"http://127.0.0.1:{port}/", headers={}, body=b"{}")
        await transport.close()
        server.close()
        await server.wait_closed()
        return answer

    assert asyncio.run(run()).error == AttemptError.BROKEN


def test_does_not_follow_a_redirect(receiver: Receiver, other_receiver: Receiver) -> None:
    receiver.otherwise = Response(302, headers={"Location": other_receiver.url})
    (answer,) = post(receiver.url)
    assert answer.status_code == 302
    assert other_receiver.received == []


def test_keeps_the_status_when_the_body_after_it_never_ends(receiver: Receiver) -> None:
    receiver.otherwise = Response(200, b"some", headers={"Content-Length": "1000"})
    (answer,) = post(receiver.url, timeout_seconds=SHORT)
    assert (answer.status_code, answer.error, answer.excerpt) == (200, None, "some")


def test_reads_no_more_than_64_kilobytes(receiver: Receiver) -> None:
    receiver.otherwise = Response(200, b"x" * 10_000_000)
    first, second = post(receiver.url, receiver.url)
    assert first.excerpt == second.excerpt == "x" * 1000
    # The rest of the first body was not waited for, so its connection could not be used again.
    assert receiver.connections == 2


def test_stores_any_bytes_as_text(receiver: Receiver) -> None:
    receiver.otherwise = Response(500, b"\x00\xff\xed\xa0\x80 " + "退款".encode())
    (answer,) = post(receiver.url)
    assert "\x00" not in answer.excerpt
    assert answer.excerpt.endswith(" 退款")
    answer.excerpt.encode()


def test_uses_a_connection_again(receiver: Receiver) -> None:
    post(receiver.url, receiver.url, receiver.url)
    assert (len(receiver.received), receiver.connections) == (3, 1)


def test_sends_the_body_as_json_and_asks_for_nothing_packed(receiver: Receiver) -> None:
    post(receiver.url, body="孩子".encode())
    (request,) = receiver.received
    assert request.body == "孩子".encode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["webhook-id"] == "evt_1"


@pytest.mark.parametrize(("name", "error"), [("good.test", None), ("other.test", AttemptError.TLS_FAILED)])
def test_checks_the_certificate_against_the_name(
    name: str, error: AttemptError | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed("good.test", tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(connections, "tls_context", lambda: trusting)

    async def run() -> Answer:
        async def answer_it(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"{}")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer_it, "127.0.0.1", 0, ssl=serving)
        port = server.sockets[0].getsockname()[1]
        resolve = resolver({name: ["127.0.0.1"]})
        transport = Transport(allowed=networks_from(LOOPBACK), timeout_seconds=PATIENT, resolve=resolve)
        answer = await transport.post(f"https://{name}:{port}/", headers={}, body=b"{}")
        await transport.close()
        server.close()
        await server.wait_closed()
        return answer

    answer = asyncio.run(run())
    assert (answer.status_code, answer.error) == ((None, error) if error else (200, None))


def self_signed(name: str, folder: Path) -> Path:
    """Write a certificate for this name, with its key, and return where."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
