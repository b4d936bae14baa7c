"""A shop platform's refund service, as it talks to the REST face."""

import json
from itertools import count
from typing import Any, Protocol, cast

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.clients.services import api_key_create
from tests.support.wire import check_answer

_keys = count(1)


class Answer(Protocol):
    """What comes back."""

    status_code: int
    content: bytes

    def json(self) -> Any:
        """Return the body, read."""


class Platform:
    """Sends JSON with a key of its own, each POST under a fresh idempotency key; every answer is checked."""

    def __init__(self, name: str = "Galaxy Mall") -> None:
        self.key = api_key_create(client_name=name, scopes=["all"], now=timezone.now())
        self._client = Client()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask, and return the answer whatever it is."""
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        if method == "POST" and "Idempotency-Key" not in sent:
            sent["Idempotency-Key"] = f'"key-{next(_keys)}"'
        body_sent = b"" if body is None else json.dumps(body).encode()
        return self._ask(method, path, body_sent, "application/json", sent)

    def get(self, path: str) -> Any:
        """Read something that is there."""
        return self._expect(200, self.send("GET", path))

    def post(self, path: str, body: Any, status: int = 201) -> Any:
        """Post and expect this status."""
        return self._expect(status, self.send("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        """Create or update."""
        answer = self.send("PUT", path, body)
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    def history(self, lines: list[dict[str, Any]]) -> Any:
        """Stream history."""
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        headers = {"Authorization": f"Bearer {self.key}"}
        return self._expect(200, self._ask("POST", "/history", body, "application/x-ndjson", headers))

    def _ask(self, method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
        answered = self._client.generic(method, f"/api/v1{path}", body, content_type=content_type, headers=headers)
        check_answer(cast(HttpResponse, answered), method)
        return cast(Answer, answered)

    @staticmethod
    def _expect(status: int, answer: Answer) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.content)
        return answer.json() if answer.content else None
