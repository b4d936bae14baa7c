import struct

import pytest

from apps.attachments.pixels import is_heic, pixel_size
from tests.attachments.files import WEBP_LOSSY, gif, heic, jpeg, png, webp, webp_lossless

WHOLE = [
    ("image/png", png(640, 480)),
    ("image/jpeg", jpeg(640, 480)),
    ("image/gif", gif(640, 480)),
    ("image/webp", webp(640, 480)),
    ("image/webp", webp_lossless(640, 480)),
    ("image/heic", heic(640, 480)),
]


@pytest.mark.parametrize(("media_type", "content"), WHOLE)
def test_reads_what_the_header_says(media_type: str, content: bytes) -> None:
    assert pixel_size(content, media_type) == (640, 480)


def test_reads_a_lossy_webp_as_a_browser_writes_it() -> None:
    assert pixel_size(WEBP_LOSSY, "image/webp") == (6, 4)


@pytest.mark.parametrize(("media_type", "content"), WHOLE)
def test_says_nothing_of_a_file_that_is_cut_anywhere_before_its_size(media_type: str, content: bytes) -> None:
    cut = [length for length in range(len(content)) if pixel_size(content[:length], media_type) is not None]

    # Once the size can be read it stays the same, however much more there is.
    assert cut == list(range(cut[0], len(content))) if cut else True
    assert {pixel_size(content[:length], media_type) for length in cut} <= {(640, 480)}
    assert pixel_size(b"", media_type) is None


@pytest.mark.parametrize(("media_type", "content"), WHOLE)
def test_takes_no_kind_of_image_for_another(media_type: str, content: bytes) -> None:
    others = {other for other, _content in WHOLE} - {media_type}

    assert [other for other in others if pixel_size(content, other) is not None] == []


@pytest.mark.parametrize("content", [png(0, 480), gif(640, 0)])
def test_knows_no_image_without_extent(content: bytes) -> None:
    assert pixel_size(content, "image/png") is None
    assert pixel_size(content, "image/gif") is None


def test_ends_with_a_jpeg_whose_segments_lead_nowhere() -> None:
    assert pixel_size(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 50_000, "image/jpeg") is None
    assert pixel_size(b"\xff\xd8" + b"\xff" * 200_000, "image/jpeg") is None


def test_ends_with_a_heic_whose_boxes_hold_themselves() -> None:
    nested = b""
    for _ in range(50):
        nested = struct.pack(">I", len(nested) + 12) + b"meta\x00\x00\x00\x00" + nested
    begin = heic()[:24]

    assert pixel_size(begin + nested, "image/heic") is None
    assert pixel_size(begin + struct.pack(">I4sQ", 1, b"meta", 1 << 63), "image/heic") is None


@pytest.mark.parametrize(("brand", "answer"), [(b"heic", True), (b"heix", True), (b"mif1", True)])
def test_knows_a_heic_by_its_brands(brand: bytes, answer: bool) -> None:
    assert is_heic(heic(brand=brand)) is answer


def test_takes_no_film_for_a_picture() -> None:
    film = struct.pack(">I4s4sI4s", 20, b"ftyp", b"mp42", 0, b"isom")

    assert not is_heic(film)
    assert not is_heic(film + b"heic")
