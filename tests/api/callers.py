"""A refund service that calls the REST face, and what it expects of problems."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from apps.clients.models import ApiClient, ApiKey
from apps.clients.services import api_key_create
from tests.support.wire import check_answer

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

V1 = "/api/v1"
_keys = count(1)


@dataclass(frozen=True)
class Caller:
    """An API client with one key. Bodies are sent as JSON unless they are bytes; every answer is checked."""

    client: ApiClient
    key: str
    http: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send one request; header names with underscores."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answered = self.http.generic(
            method,
            f"{V1}{path}",
            sent,
            content_type=content_type if sent else "",
            headers={"Authorization": f"Bearer {self.key}", **named},
        )
        response = cast(HttpResponse, answered)
        check_answer(response, method)
        return response

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a POST under a fresh idempotency key unless one is given; an empty one sends none."""
        given = headers.setdefault("Idempotency_Key", f'"key-{next(_keys)}"')
        if not given:
            del headers["Idempotency_Key"]
        return self.call("POST", path, body, **headers)


def make_caller(*scopes: str, name: str = "platform") -> Caller:
    """Make a client (or find it) and a key with these scopes, all when none are named."""
    key = api_key_create(client_name=name, scopes=list(scopes) or ["all"], now=NOON)
    return Caller(ApiKey.objects.select_related("client").latest("pk").client, key)


def content(response: HttpResponse) -> Any:
    """Return the document in an answer."""
    return json.loads(response.content)


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check that the answer is this problem (`Caller` has seen that it is whole) and return its document."""
    document: dict[str, Any] = content(response)
    assert (response.status_code, document["code"]) == (status, code), document
    return document
