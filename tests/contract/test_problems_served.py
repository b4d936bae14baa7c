"""What only a real server shows: broken HTTP, bodies in chunks, HEAD, and a database that is away.

It is started as the product starts it, against a database that does not exist, so no answer here needs one.
"""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.parser import BytesParser

import pytest

from reviewconsole.launcher.installation import BASE_DIR, Installation
from reviewconsole.launcher.programs import web_command
from tests.launcher.installed import HIDDEN, free_port, until
from tests.support.wire import PROBLEM, PROBLEM_TYPE

pytestmark = [pytest.mark.loopback, pytest.mark.xdist_group("served problems")]

KEY = f"Bearer rck_{'0' * 12}_{'x' * 43}"
HOST = "Host: 127.0.0.1\r\nConnection: close\r\n"


@dataclass(frozen=True)
class Answered:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve on a free port until the last test here is done."""
    folder = tmp_path_factory.mktemp("served")
    installation = Installation(folder, "127.0.0.1", free_port(), with_demo=False, database_url=None)
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN} | {
        "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.local",
        "REVIEWCONSOLE_DATA_DIR": str(folder),
        "DATABASE_URL": f"postgresql:///nothing?host={folder}",
        "REVIEWCONSOLE_WEB_PROCESSES": "1",
    }
    with (folder / "output").open("wb") as output, _served(installation, environment, output.fileno()):
        until(lambda: _accepts(installation.port), "the server listens")
        yield installation.port


@pytest.mark.parametrize(
    ("request_head", "status", "code"),
    [
        ("GET /api/v1/refunds HTTP/1.1", 401, "credentials_missing"),
        ("HEAD /api/v1/refunds HTTP/1.1", 401, "credentials_missing"),
        ("TRACE /api/v1/refunds HTTP/1.1", 401, "credentials_missing"),
        ("FOO-BAR /api/v1/refunds HTTP/1.1", 401, "credentials_missing"),
        ("DELETE /api/v1/openapi.json HTTP/1.1", 405, "method_not_allowed"),
        ("TRACE /api/v1/openapi.json HTTP/1.1", 405, "method_not_allowed"),
        ("FOO-BAR /api/v1/openapi.json HTTP/1.1", 405, "method_not_allowed"),
        ("GET /api/v1/nothing HTTP/1.1", 404, "address_unknown"),
        ("GET /api/v1/%00 HTTP/1.1", 404, "address_unknown"),
        ("GET /api/v1/../../etc/passwd HTTP/1.1", 404, "address_unknown"),
        ("GET http://127.0.0.1/api/v1/refunds HTTP/1.1", 401, "credentials_missing"),
        (f"GET /api/v1/{'x' * 20_000} HTTP/1.1", 404, "address_unknown"),
        ("GET /api/v1/openapi.json?lang=fr HTTP/1.1", 422, "query_invalid"),
        (f"GET /api/v1/openapi.json?{'&'.join(f'p{number}=1' for number in range(1500))} HTTP/1.1", 400,
         "request_unreadable"),
        ("GET /api/v1/openapi.json HTTP/1.1\r\nAccept: text/html", 406, "not_acceptable"),
        ("GET /api/v1/refunds HTTP/1.1\r\nRange: bytes=99-", 401, "credentials_missing"),
        ("GET /api/v1/refunds HTTP/1.1\r\nX-Request-Id: \xff\xfe", 401, "credentials_missing"),
    ],
)  # fmt: skip
def test_answers_with_a_problem(port: int, request_head: str, status: int, code: str) -> None:
    answered = _asked(port, f"{request_head}\r\n{HOST}\r\n")

    _is_problem(answered, status, code, has_body=not request_head.startswith("HEAD"))


def test_answers_a_host_that_it_does_not_know(port: int) -> None:
    _is_problem(_asked(port, "GET /api/v1/refunds HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 400,
                "host_unknown")  # fmt: skip
    _is_problem(_asked(port, "GET /api/v1/refunds HTTP/1.0\r\n\r\n"), 400, "host_unknown")


@pytest.mark.parametrize(
    "headers",
    ["Content-Length: 2000000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nxxxxx\r\n0\r\n\r\n"],
)
def test_answers_before_it_reads_the_body_of_a_stranger(port: int, headers: str) -> None:
    answered = _asked(port, f"POST /api/v1/refunds HTTP/1.1\r\n{HOST}{headers}")

    _is_problem(answered, 401, "credentials_missing")


def test_answers_in_chinese_to_who_asks_for_it(port: int) -> None:
    answered = _asked(port, f"GET /api/v1/nothing HTTP/1.1\r\nAccept-Language: zh-CN,zh;q=0.9\r\n{HOST}\r\n")

    _is_problem(answered, 404, "address_unknown", language="zh-Hans")


def test_asks_to_come_back_when_the_database_is_away(port: int) -> None:
    answered = _asked(port, f"GET /api/v1/refunds HTTP/1.1\r\nAuthorization: {KEY}\r\n{HOST}\r\n")

    _is_problem(answered, 503, "temporarily_unavailable")
    assert int(answered.headers["retry-after"]) >= 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("condition", ["", 'If-None-Match: "x"\r\n', "If-None-Match: *\r\n"])
def test_sends_no_body_where_none_belongs(port: int, method: str, condition: str) -> None:
    answered = _asked(port, f"{method} /api/v1/openapi.json HTTP/1.1\r\n{condition}{HOST}\r\n")

    is_known = "*" in condition
    assert answered.status == (304 if is_known else 200)
    assert bool(answered.body) is (method == "GET" and not is_known)
    assert answered.headers["etag"]
    if not is_known:
        assert int(answered.headers["content-length"]) > 1000
        assert answered.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("nonsense\r\n\r\n", 400),
        ("GET /api/v1/refunds HTTP/9.1\r\n\r\n", 400),
        ("GET /api/v1/\xff HTTP/1.1\r\n\r\n", 400),
        (f"POST /api/v1/refunds HTTP/1.1\r\n{HOST}Content-Length: abc\r\n\r\n", 400),
        (f"GET /api/v1/{'x' * 200_000} HTTP/1.1\r\n{HOST}\r\n", 414),
        (f"GET /api/v1/refunds HTTP/1.1\r\n{HOST}X: {'x' * 600_000}\r\n\r\n", 431),
        ("GET /api/v1/refunds HTTP/1.1\r\n" + "".join(f"X-{number}: 1\r\n" for number in range(300)) + "\r\n", 431),
    ],
)
def test_closes_on_what_is_not_http(port: int, sent: str, status: int) -> None:
    answered = _asked(port, sent)

    # The server answers these before there is a request that anybody could be asked about: a status, and no word more.
    assert (answered.status, answered.body) == (status, b"")


def _is_problem(answered: Answered, status: int, code: str, *, language: str = "en", has_body: bool = True) -> None:
    assert (answered.status, answered.headers["content-type"]) == (status, PROBLEM_TYPE)
    assert (answered.headers["content-language"], answered.headers["vary"]) == (language, "Accept-Language")
    assert bool(answered.body) is has_body
    assert (status == 405) is ("allow" in answered.headers)
    assert (status == 401) is ("www-authenticate" in answered.headers)
    if has_body:
        document = json.loads(answered.body)
        PROBLEM.validate(document)
        assert (document["code"], document["status"]) == (code, status)
        assert document["request_id"] == answered.headers["x-request-id"]
        assert bool(re.search("[\u4e00-\u9fff]", document["detail"])) is (language == "zh-Hans")


def _asked(port: int, sent: str) -> Answered:
    """Send these very characters and read until the server closes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        # The server may answer, and close, before it has read everything.
        with suppress(ConnectionError):
            connection.sendall(sent.encode("latin-1"))
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                received += part
    head, _empty, body = received.partition(b"\r\n\r\n")
    line, _end, headers = head.partition(b"\r\n")
    parsed = BytesParser().parsebytes(headers)
    return Answered(int(line.split()[1]), {name.lower(): value for name, value in parsed.items()}, body)


@contextmanager
def _served(installation: Installation, environment: dict[str, str], output: int) -> Iterator[None]:
    process = subprocess.Popen(web_command(installation), cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _accepts(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
