"""What holds for every answer of the REST face, whatever was asked: checked for each that a test receives."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import http_sf
from django.http import HttpResponse
from jsonschema import Draft202012Validator

PROBLEM_TYPE = "application/problem+json"
PROBLEM = Draft202012Validator(
    {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "instance", "request_id"],
        "properties": {
            "type": {
                "type": "string",
                "pattern": "^(/api/problems/[a-z0-9_]+|https://iana.org/assignments/http-problem-types#[a-z-]+)$",
            },
            "title": {"type": "string", "minLength": 1},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "minLength": 1},
            "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            "instance": {"type": "string", "pattern": "^/api[!-~]*$"},
            "request_id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
            "errors": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": {"type": "string", "pattern": "^(/([^~/]|~[01])*)*$"},
                        "parameter": {"type": "string", "minLength": 1},
                        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
                        "detail": {"type": "string", "minLength": 1},
                    },
                    "additionalProperties": False,
                },
            },
        },
    }
)

_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_TOKENS = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(, [A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
_LINK = re.compile(r'<([^<>\s"]+)>; rel="next"')
_CHALLENGE = re.compile(r'Bearer realm="[^"\\]+"(, [a-z_]+="[^"\\]*")*')
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# Fields that are structured (RFC 9651), with the kind that their specifications name.
STRUCTURED = {
    "RateLimit": "list",
    "RateLimit-Policy": "list",
    "Idempotency-Key": "item",
    "Idempotent-Replayed": "item",
    "Cache-Status": "list",
    "Deprecation": "item",
    "Priority": "dictionary",
    "Accept-Query": "list",
}


def check_answer(response: HttpResponse, method: str) -> None:
    """Check headers by the rules of each, and the body of a refusal against the schema of problems."""
    for name, kind in STRUCTURED.items():
        if name in response:
            http_sf.parse(response[name].encode("ascii"), tltype=kind)
    for name, is_well_formed in _RULES.items():
        if name in response:
            assert is_well_formed(response[name]), (name, response[name])
    assert _REQUEST_ID.fullmatch(response["X-Request-Id"])
    _check_length(response, method)
    if response.status_code >= 400:
        _check_problem(response, method)
    elif response.content:
        assert response["Content-Type"] == "application/json"


def _check_length(response: HttpResponse, method: str) -> None:
    if response.status_code in (204, 304) or method == "HEAD":
        assert response.content == b""
    if response.status_code in (204, 304):
        assert "Content-Type" not in response
        assert "Content-Length" not in response
    elif method != "HEAD":
        assert response["Content-Length"] == str(len(response.content))


def _check_problem(response: HttpResponse, method: str) -> None:
    assert response["Content-Type"] == PROBLEM_TYPE
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Language"] in ("en", "zh-Hans")
    assert "accept-language" in response["Vary"].lower().replace(" ", "").split(",")
    if method == "HEAD":
        return
    problem: dict[str, Any] = json.loads(response.content)
    PROBLEM.validate(problem)
    assert problem["status"] == response.status_code
    if not problem["type"].startswith("https://iana.org/"):
        assert problem["type"] == f"/api/problems/{problem['code']}"
    # A refusal that is told again still names the request that met it.
    assert problem["request_id"] == response["X-Request-Id"] or "Idempotent-Replayed" in response
    for word in (b"Traceback", b'File "', b"psycopg", b"django."):
        assert word not in response.content
    for status, header in ((401, "WWW-Authenticate"), (405, "Allow"), (429, "Retry-After"), (503, "Retry-After")):
        assert response.status_code != status or header in response, (status, header)


def next_address(link: str) -> str:
    """Return where a Link header with a next page leads (RFC 8288)."""
    found = _LINK.fullmatch(link)
    assert found is not None, link
    return found[1]


def _is_next_link(link: str) -> bool:
    parts = urlsplit(next_address(link))
    # Paths alone: a client keeps the host that it knows.
    return not parts.netloc and parts.path.startswith("/api/v1/") and len(parse_qs(parts.query)["cursor"]) == 1


def _is_wait(value: str) -> bool:
    """Seconds, or an HTTP date (RFC 9110, 10.2.3)."""
    return value.isdigit() or isinstance(parsedate_to_datetime(value), datetime)


def _is_own_path(value: str) -> bool:
    parts = urlsplit(value)
    return value.isascii() and not parts.netloc and parts.path.startswith("/")


_RULES: dict[str, Callable[[str], object]] = {
    "Allow": _TOKENS.fullmatch,
    "Content-Language": _TOKENS.fullmatch,
    "ETag": _TAG.fullmatch,
    "Link": _is_next_link,
    "Location": _is_own_path,
    "Retry-After": _is_wait,
    "Vary": _TOKENS.fullmatch,
    "WWW-Authenticate": _CHALLENGE.fullmatch,
}
