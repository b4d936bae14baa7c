"""How large an image says that it is. Read from its header: nothing is decoded, so no bomb goes off here."""

import struct
from collections.abc import Callable, Iterator
from struct import unpack_from

Size = tuple[int, int]

# Start of frame, in its variants; the other markers of that range are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that stand alone, without a length.
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
# Boxes of a HEIC that hold boxes, with the bytes before the first of them.
_HEIC_HOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def pixel_size(content: bytes, media_type: str) -> Size | None:
    """Return width and height, None when the header is not that of a whole image of this media type."""
    try:
        size = _READERS[media_type](content)
    except (struct.error, IndexError):
        return None
    return size if size is not None and min(size) > 0 else None


def is_heic(content: bytes) -> bool:
    """Tell whether the file's own declaration of its brands names a kind of HEIC."""
    if content[4:8] != b"ftyp":
        return False
    length = int.from_bytes(content[:4], "big")
    brands = content[8 : min(length, 256)]
    return any(brands[at : at + 4] in HEIC_BRANDS for at in range(0, len(brands), 4) if at != 4)


def _png(content: bytes) -> Size | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    width, height = unpack_from(">II", content, 16)
    return width, height


def _gif(content: bytes) -> Size | None:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = unpack_from("<HH", content, 6)
    return width, height


def _jpeg(content: bytes) -> Size | None:
    if content[:2] != b"\xff\xd8":
        return None
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker in _JPEG_FRAMES:
            height, width = unpack_from(">HH", content, at + 5)
            return width, height
        else:
            (length,) = unpack_from(">H", content, at + 2)
            # The length counts its own two bytes, so at least these are gone: the loop ends with the file.
            at += 2 + max(length, 2)
    return None


def _webp(content: bytes) -> Size | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    match content[12:16]:
        case b"VP8X":
            # Both have three bytes; each is read with a neighbour, so that a file that is cut off is noticed.
            (width,), (height,) = unpack_from("<I", content, 24), unpack_from("<I", content, 26)
            return 1 + (width & 0xFFFFFF), 1 + (height >> 8)
        case b"VP8L" if content[20] == 0x2F:
            (bits,) = unpack_from("<I", content, 21)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 " if content[23:26] == b"\x9d\x01\x2a":
            width, height = unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def _heic(content: bytes) -> Size | None:
    # Tiles and thumbnails have sizes of their own; the picture is the largest.
    sizes = list(_heic_sizes(content, 0, len(content), depth=4)) if is_heic(content) else []
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _heic_sizes(content: bytes, at: int, end: int, *, depth: int) -> Iterator[Size]:
    while depth and at + 8 <= end:
        length, kind = unpack_from(">I4s", content, at)
        header = 8
        if length == 1:
            (length,) = unpack_from(">Q", content, at + 8)
            header = 16
        box_end = end if length == 0 else at + length
        if box_end < at + header or box_end > end:
            return
        if kind == b"ispe":
            width, height = unpack_from(">II", content, at + header + 4)
            yield width, height
        elif kind in _HEIC_HOLDERS:
            yield from _heic_sizes(content, at + header + _HEIC_HOLDERS[kind], box_end, depth=depth - 1)
        at = box_end


_READERS: dict[str, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/heic": _heic,
}
