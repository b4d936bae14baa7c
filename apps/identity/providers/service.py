"""Asking the service that the operator named about one factor.

Both ways are signed as Standard Webhooks says, with one secret: the service
knows who asks, and we know who answers. The address comes from the operator's
settings, not from anybody who could mean another one.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import httpx
import msgspec
from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from apps.common.records import Instant
from apps.identity.models import FactorStatus
from apps.webhooks.signing import signed_headers

LARGEST_ANSWER = 16 * 1024


class ServiceFault(StrEnum):
    """Why there is no answer."""

    NOT_REACHED = "not_reached"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    # It was pending to the end; the number or the account was replaced or erased; something here failed.
    NOT_DONE = "not_done"
    NUMBER_GONE = "number_gone"
    FAILED = "failed"


class ServiceUnanswered(Exception):
    """The service gave no answer that counts."""

    def __init__(self, fault: ServiceFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Question:
    """What is to be checked. `check_id` stays the same however often it is asked."""

    check_id: str
    kind: str
    number: str
    document_type: str
    name: str
    client: str
    account_id: str


class ServiceAnswer(BaseModel):
    """What the service says; `pending` means to ask again later."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: FactorStatus
    name_match: bool | None = None
    checked_at: Instant | None = None
    expires_at: Instant | None = None
    provider_reference: Annotated[str, Field(max_length=64)] = ""


def is_set_up() -> bool:
    """Tell whether the operator named a service."""
    return bool(settings.REVIEWCONSOLE_VERIFICATION_URL)


def service_ask(question: Question, *, now: datetime) -> ServiceAnswer:
    """Ask once. Raises ServiceUnanswered; whatever came back, nothing else is raised and nothing of it is kept."""
    body = msgspec.json.encode(
        {
            "check_id": question.check_id,
            "kind": question.kind,
            "number": question.number,
            "document_type": question.document_type,
            "name": question.name,
            "account": {"client": question.client, "id": question.account_id},
        }
    )
    secret = settings.REVIEWCONSOLE_VERIFICATION_SECRET
    headers = signed_headers([secret], event_id=question.check_id, at=now, body=body.decode())
    try:
        status, answered, content = asyncio.run(_posted(body, headers))
    except (TimeoutError, httpx.TimeoutException):
        raise ServiceUnanswered(ServiceFault.TIMED_OUT) from None
    except httpx.HTTPError:
        raise ServiceUnanswered(ServiceFault.NOT_REACHED) from None
    if status != httpx.codes.OK:
        raise ServiceUnanswered(ServiceFault.REFUSED)
    return _read(content, answered, question.check_id)


async def _posted(body: bytes, headers: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
    """Post, and read no more than an answer may have. The time is for all of it, however slowly headers come."""
    sent = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
    address, seconds = settings.REVIEWCONSOLE_VERIFICATION_URL, settings.REVIEWCONSOLE_VERIFICATION_TIMEOUT
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", address, content=body, headers=sent | headers) as response,
    ):
        content = b""
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > LARGEST_ANSWER:
                raise ServiceUnanswered(ServiceFault.TOO_LARGE)
        return response.status_code, response.headers, content


def _read(content: bytes, headers: Any, check_id: str) -> ServiceAnswer:
    signed = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    try:
        Webhook(settings.REVIEWCONSOLE_VERIFICATION_SECRET).verify(content, signed)
    except WebhookVerificationError:
        raise ServiceUnanswered(ServiceFault.UNSIGNED) from None
    except ValueError:
        raise ServiceUnanswered(ServiceFault.UNREADABLE) from None
    # An answer to another question proves nothing of this one.
    if signed["webhook-id"] != check_id:
        raise ServiceUnanswered(ServiceFault.UNSIGNED)
    try:
        return ServiceAnswer.model_validate_json(content)
    except ValidationError:
        raise ServiceUnanswered(ServiceFault.UNREADABLE) from None
