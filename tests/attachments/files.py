"""Small files of every kind that may be sent, as cameras, phones and browsers write them, and requests with them."""

import struct
import zlib
from base64 import b64decode, b64encode
from typing import Any


def png(width: int = 6, height: int = 4) -> bytes:
    """Return a PNG that says it is this large; above a few pixels its picture is cut short, as a bomb's would be."""
    rows = b"".join(b"\x00" + b"\xd3\x33\x33" * min(width, 64) for _ in range(min(height, 64)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpeg(width: int = 6, height: int = 4) -> bytes:
    """Return a JPEG with a thumbnail's frame inside its first segment, which must not be taken for the picture's."""
    thumbnail = b"\xff\xd8" + _frame(1, 1) + b"\xff\xd9"
    app0 = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + thumbnail
    segments = b"\xff\xe0" + struct.pack(">H", len(app0) + 2) + app0 + b"\xff" + _frame(width, height)
    return b"\xff\xd8" + segments + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\xd2" + b"\xff\xd9"


def _frame(width: int, height: int) -> bytes:
    return b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"


def gif(width: int = 6, height: int = 4) -> bytes:
    """Return a GIF of one empty frame."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


# A WebP as Chromium writes it, 6 × 4 pixels, lossy.
WEBP_LOSSY = b64decode("UklGRjQAAABXRUJQVlA4ICgAAABwAQCdASoGAAQABABoJaACdAFAAAD+34A1VT1+tb/43j/Jd/bvsoAA")


def webp(width: int = 6, height: int = 4) -> bytes:
    """Return a WebP in the extended format, whose canvas is this large."""
    canvas = b"\x00\x00\x00\x00" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    inner = b"VP8X" + struct.pack("<I", len(canvas)) + canvas + WEBP_LOSSY[12:]
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def webp_lossless(width: int = 6, height: int = 4) -> bytes:
    """Return the header of a lossless WebP."""
    bits = struct.pack("<I", (width - 1) | (height - 1) << 14)
    inner = b"VP8L" + struct.pack("<I", 12) + b"\x2f" + bits + b"\x00" * 7
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def heic(width: int = 6, height: int = 4, brand: bytes = b"heic") -> bytes:
    """Return the boxes of a HEIC: a tile's size beside the picture's."""
    sizes = b"".join(_box(b"ispe", struct.pack(">III", 0, *size)) for size in ((1, 1), (width, height)))
    properties = _box(b"iprp", _box(b"ipco", _box(b"hvcC", b"\x01") + sizes))
    meta = _box(b"meta", b"\x00\x00\x00\x00" + _box(b"hdlr", b"\x00" * 8) + properties)
    return _box(b"ftyp", brand + b"\x00\x00\x00\x00" + b"mif1heic") + meta + _box(b"mdat", b"\x00" * 8)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "订单 O-991：没有使用过。\n".encode()


def attachment(content: bytes, media_type: str, name: str = "proof") -> dict[str, Any]:
    """Return an attachment as a client sends it, JSON-ready."""
    return {"name": name, "media_type": media_type, "content_base64": b64encode(content).decode()}
