"""Reading a request's body: whole within bounds, or in pieces without."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest

from apps.api.body_errors import BodyEncodingUnknown, BodyIncomplete, BodyTooLarge

PIECE = 65536


def body_of(request: HttpRequest, limit: int | None = None) -> bytes:
    """Return the whole body, at most `limit` bytes, DATA_UPLOAD_MAX_MEMORY_SIZE when there is none.

    An announced length beyond it is refused before anything is read; a body
    without one (chunked) as soon as it grows beyond. Raises BodyTooLarge,
    BodyEncodingUnknown, BodyIncomplete.
    """
    if limit is None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if (_announced_length(request) or 0) > limit:
        raise BodyTooLarge(limit=limit)
    parts, size = [], 0
    for piece in pieces_of(request):
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        parts.append(piece)
    return b"".join(parts)


def pieces_of(request: HttpRequest) -> Iterator[bytes]:
    """Yield a body of any length in pieces, as they arrive, holding none.

    Raises BodyEncodingUnknown, and BodyIncomplete when the connection breaks
    or ends before the announced length.
    """
    # One that is small on the wire may be huge in memory.
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise BodyEncodingUnknown
    # The server's own stream: Django's knows no chunked bodies and would find them empty.
    stream = request.META["wsgi.input"]
    left = _announced_length(request)
    while left is None or left > 0:
        try:
            piece = stream.read(PIECE if left is None else min(PIECE, left))
        except OSError:
            raise BodyIncomplete from None
        if not piece:
            break
        left = None if left is None else left - len(piece)
        yield piece
    if left:
        raise BodyIncomplete


def _announced_length(request: HttpRequest) -> int | None:
    """Return the Content-Length, None for a chunked body, 0 when there is no body."""
    text = request.META.get("CONTENT_LENGTH")
    if text:
        return int(text) if text.isascii() and text.isdigit() else 0
    return None if request.META.get("HTTP_TRANSFER_ENCODING") else 0
