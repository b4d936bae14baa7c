"""Reading a request's body within bounds."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from apps.api.errors import BodyEncodingUnknown, BodyIncomplete, BodyTooLarge


def refuse_encoded(request: HttpRequest) -> None:
    """Raise BodyEncodingUnknown for a compressed body: one that is small on the wire may be huge in memory."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise BodyEncodingUnknown


def body_of(request: HttpRequest) -> bytes:
    """Return the whole body, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes.

    An announced length beyond it is refused before anything is read; a body
    without one (chunked) as soon as it grows beyond. Raises BodyTooLarge,
    BodyEncodingUnknown, BodyIncomplete.
    """
    refuse_encoded(request)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    length = announced_length(request)
    if length is not None and length > limit:
        raise BodyTooLarge(limit=limit)
    try:
        body = _read(stream_of(request), limit + 1 if length is None else length)
    except (OSError, UnreadablePostError):
        raise BodyIncomplete from None
    if len(body) > limit:
        raise BodyTooLarge(limit=limit)
    if length is not None and len(body) < length:
        raise BodyIncomplete
    return body


def announced_length(request: HttpRequest) -> int | None:
    """Return the Content-Length, None for a chunked body, 0 when there is no body."""
    text = request.META.get("CONTENT_LENGTH")
    if text:
        return int(text) if text.isdigit() else 0
    return None if request.META.get("HTTP_TRANSFER_ENCODING") else 0


def stream_of(request: HttpRequest) -> Any:
    """Return the server's own stream: Django's knows no chunked bodies and would find them empty."""
    return request.META["wsgi.input"]


def _read(stream: Any, size: int) -> bytes:
    parts = []
    while size > 0:
        part = stream.read(min(size, 65536))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
