"""Answers that are documents."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, TypedDict

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from apps.api.etags import etag_of, is_known
from apps.common.keysets import Page, Row

MEDIA_TYPE = "application/json"


class ListDocument(TypedDict):
    """One page of a list; `next_cursor` is None on the last."""

    data: list[Any]
    next_cursor: str | None


def encoded(document: Any) -> bytes:
    """Write a document as compact JSON in UTF-8."""
    return msgspec.json.encode(document)


def answer(
    document: Any, *, status: int = 200, version: int | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer a change; `version` is that of the object which the document shows."""
    return _with(encoded(document), status, etag_of(version), headers)


def empty_answer(headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer where there is nothing to show."""
    return _with(b"", 204, None, headers)


def read_answer(
    request: HttpRequest, document: Any, *, version: int | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer a read: with an ETag (of the version, else of the content), or 304 when the caller has it."""
    body = encoded(document)
    etag = etag_of(version) or f'"{blake2b(body, digest_size=12).hexdigest()}"'
    if is_known(request, etag):
        return _with(b"", 304, etag, headers)
    return _with(body, 200, etag, headers)


def list_answer(request: HttpRequest, page: Page[Row], document: Callable[[Row], Any]) -> HttpResponse:
    """Answer one page of a list; the link to the next keeps the filters."""
    body: ListDocument = {"data": [document(row) for row in page.rows], "next_cursor": page.next_cursor}
    headers = {}
    if page.next_cursor is not None:
        query = request.GET.copy()
        query["cursor"] = page.next_cursor
        headers["Link"] = f'<{escape_uri_path(request.path)}?{query.urlencode()}>; rel="next"'
    return read_answer(request, body, headers=headers)


def add_headers(response: HttpResponse, headers: Mapping[str, str]) -> None:
    """Set several headers; Django has no method for it."""
    for name, value in headers.items():
        response[name] = value


def _with(body: bytes, status: int, etag: str | None, headers: Mapping[str, str] | None) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE)
    if status in (204, 304):
        del response["Content-Type"]
    response["Cache-Control"] = "no-store"
    if etag is not None:
        response["ETag"] = etag
    add_headers(response, headers or {})
    return response
