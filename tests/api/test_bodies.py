"""Bodies within bounds."""

from io import BytesIO

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from apps.api.bodies import SMALL, body_of, discard_small_body
from apps.api.body_errors import BodyEncodingUnknown, BodyIncomplete, BodyTooLarge


class Wire(BytesIO):
    """A stream that remembers how much was taken from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


def _request(wire: Wire, **meta: str) -> HttpRequest:
    request = RequestFactory().post("/")
    request.META.pop("CONTENT_LENGTH", None)
    request.META |= {"wsgi.input": wire, **meta}
    return request


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_refuses_an_announced_length_beyond_the_bound_before_reading() -> None:
    wire = Wire(b"x" * 1001)

    with pytest.raises(BodyTooLarge):
        body_of(_request(wire, CONTENT_LENGTH="1001"))
    assert wire.taken == 0


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_refuses_a_chunked_body_as_soon_as_it_grows_beyond_the_bound() -> None:
    wire = Wire(b"x" * 100_000)

    with pytest.raises(BodyTooLarge):
        body_of(_request(wire, HTTP_TRANSFER_ENCODING="chunked"))
    assert wire.taken == 65536


def test_refuses_a_body_that_ends_too_early() -> None:
    with pytest.raises(BodyIncomplete):
        body_of(_request(Wire(b'{"amount": 6'), CONTENT_LENGTH="100"))


def test_refuses_a_connection_that_breaks() -> None:
    class Broken(Wire):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(BodyIncomplete):
        body_of(_request(Broken(), CONTENT_LENGTH="100"))


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_refuses_compressed_bodies_before_reading(encoding: str) -> None:
    wire = Wire(b"\x1f\x8b")

    with pytest.raises(BodyEncodingUnknown):
        body_of(_request(wire, CONTENT_LENGTH="2", HTTP_CONTENT_ENCODING=encoding))
    assert wire.taken == 0


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_reads_up_to_the_bound() -> None:
    body = b"x" * 1000

    assert body_of(_request(Wire(body), CONTENT_LENGTH="1000")) == body
    assert body_of(_request(Wire(body), HTTP_TRANSFER_ENCODING="chunked")) == body


def test_finds_no_body_where_none_is_announced() -> None:
    assert body_of(_request(Wire(b""))) == b""


@pytest.mark.parametrize(
    ("length", "meta", "taken"),
    [
        (SMALL, {"CONTENT_LENGTH": str(SMALL)}, SMALL),
        (SMALL + 1, {"CONTENT_LENGTH": str(SMALL + 1)}, 0),
        (10, {"CONTENT_LENGTH": "10", "HTTP_EXPECT": "100-continue"}, 0),
        (10, {"HTTP_TRANSFER_ENCODING": "chunked"}, 0),
        (10, {"CONTENT_LENGTH": "nonsense"}, 0),
        (0, {}, 0),
    ],
)
def test_drops_a_body_that_nobody_read_when_it_is_small(length: int, meta: dict[str, str], taken: int) -> None:
    wire = Wire(b"x" * length)

    discard_small_body(_request(wire, **meta))

    assert wire.taken == taken


def test_drops_nothing_of_what_somebody_began_to_read() -> None:
    wire = Wire(b"x" * 20)
    request = _request(wire, CONTENT_LENGTH="10")
    assert body_of(request) == b"x" * 10

    discard_small_body(request)

    assert wire.taken == 10
