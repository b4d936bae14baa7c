"""Reading a request's body: whole within bounds, or in pieces without."""

from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest

from apps.api.body_errors import BodyEncodingUnknown, BodyIncomplete, BodyTooLarge

PIECE = 65536
# The largest body that is read only to be dropped.
SMALL = 65536
_BEGUN = "reviewconsole.body_begun"


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
    request.META[_BEGUN] = True
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


def discard_small_body(request: HttpRequest) -> None:
    """Read and drop a small body that nobody has begun to read.

    A server that answers before it was sent everything closes the connection,
    and a client that is still sending does not get to see the answer. With a
    larger body that is the price; a small one costs less than a new connection.
    Who asks first whether to send one is told the answer instead.
    """
    length = _announced_length(request)
    if length and length <= SMALL and _BEGUN not in request.META and "HTTP_EXPECT" not in request.META:
        request.META[_BEGUN] = True
        # Whatever breaks here breaks the connection, and nothing was to come over it but this.
        with suppress(OSError):
            request.META["wsgi.input"].read(length)


def _announced_length(request: HttpRequest) -> int | None:
    """Return the Content-Length, None for a chunked body, 0 when there is no body."""
    text = request.META.get("CONTENT_LENGTH")
    if text:
        return int(text) if text.isascii() and text.isdigit() else 0
    return None if request.META.get("HTTP_TRANSFER_ENCODING") else 0
