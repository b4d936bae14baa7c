"""Doing a thing once, however often it is asked for (draft-ietf-httpapi-idempotency-key-header).

The effect and the answer to it are written by one transaction. A crash at any
moment leaves both or neither, and the retry that follows finds the answer or
does the work. While the transaction runs it holds an advisory lock on the key,
so that a second request learns that the first still runs instead of waiting.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NoReturn

import http_sf
from django.db import transaction
from django.http import HttpResponse
from http_sf import StructuredFieldError

from apps.api.answers import add_headers
from apps.api.errors import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    RequestInFlight,
)
from apps.api.models import IdempotentAnswer
from apps.common.ciphers import decrypted, encrypted
from apps.common.cursors import recurring_cursor
from apps.common.plans import PLANS_KEPT

KEPT_FOR = timedelta(hours=48)
# Refusals that the request itself brought about. What the moment brought about (a stale If-Match, a fault,
# a limit) is not the key's answer: the same request may succeed later.
KEPT_REFUSALS = frozenset({400, 403, 404, 409, 422})
KEPT_HEADERS = ("Content-Type", "Content-Language", "Vary", "Location", "ETag")
LONGEST_KEY = 255
# Top 16 bits of the advisory locks taken here; other kinds of locks have others.
ANSWERING_LOCKS = 0x4944
# What clients send who do not quote: UUIDs, ULIDs, "order-17:refund".
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~:/=-]+")


@dataclass(frozen=True)
class Asked:
    """A request under its key. `fingerprint` tells it from every other request."""

    client_id: int
    key: str
    fingerprint: bytes
    # The effect reads by keys alone, see `common.plans`.
    keeps_plans: bool = False

    @property
    def lock(self) -> int:
        """The number of the advisory lock: our 16 bits, then 48 of the client and key."""
        digest = sha256(f"{self.client_id}\x1f{self.key}".encode()).digest()
        return ANSWERING_LOCKS << 48 | int.from_bytes(digest[:6], "big")


def fingerprint_of(method: str, path: str, body: bytes) -> bytes:
    """Return SHA-256 over method, path and body."""
    return sha256(b"\x00".join([method.encode(), path.encode(), body])).digest()


def key_in(headers: Mapping[str, str], *, required: bool) -> str | None:
    """Return the key, None when there is none and none is needed.

    Raises IdempotencyKeyMissing, IdempotencyKeyMalformed.
    """
    header = headers.get("Idempotency-Key")
    if header is None:
        if required:
            raise IdempotencyKeyMissing
        return None
    # Whoever sends an empty one believes to be safe, and is not.
    header = header.strip()
    key = _quoted(header) if header.startswith('"') else header
    if not 1 <= len(key) <= LONGEST_KEY or (key == header and not _BARE.fullmatch(key)):
        raise IdempotencyKeyMalformed
    return key


def _quoted(header: str) -> str:
    try:
        value = http_sf.parse(header.encode(), tltype="item")
    except (StructuredFieldError, UnicodeEncodeError):
        raise IdempotencyKeyMalformed from None
    return str(value[0]) if isinstance(value, tuple) else ""


def answer_once(
    asked: Asked,
    effect: Callable[[], HttpResponse],
    refused: Callable[[Exception], HttpResponse | None],
    *,
    now: datetime,
) -> HttpResponse:
    """Return the answer of `effect`, which runs once for each key.

    `refused` turns what `effect` raises into an answer, None for a fault or
    for what passes in a moment; those are raised on, and not kept. Raises
    IdempotencyKeyReused, RequestInFlight.
    """
    try:
        return _answered(asked, effect, now)
    except (IdempotencyKeyReused, RequestInFlight):
        raise
    except Exception as refusal:
        response = refused(refusal)
        if response is None or response.status_code not in KEPT_REFUSALS:
            raise
    # The effect was rolled back, and the lock with it. Who came in between has the say.
    return _answered(asked, lambda: response, now)


class _AnsweredMeanwhile(Exception):
    """Another request with this key was answered after ours had looked."""


def _answered(asked: Asked, effect: Callable[[], HttpResponse], now: datetime) -> HttpResponse:
    try:
        with transaction.atomic():
            before = _answer_before(asked)
            if before is not None:
                return before
            response = effect()
            _keep(asked, response, now)
            return response
    except _AnsweredMeanwhile:
        # What ours did is undone; the answer that came first is committed.
        return _answer_before(asked) or _in_flight()


_LOOKING = """
SELECT pg_try_advisory_xact_lock(%s), answer.fingerprint, answer.status, answer.headers::text, answer.body{also}
FROM (VALUES (1)) AS one LEFT JOIN api_idempotentanswer AS answer ON answer.client_id = %s AND answer.key = %s
"""
# By `Asked.keeps_plans`.
_LOOK = {False: _LOOKING.format(also=""), True: _LOOKING.format(also=f", {PLANS_KEPT}")}


def _answer_before(asked: Asked) -> HttpResponse | None:
    """Return the key's answer, or None and hold the key's lock until the transaction ends.

    Lock and look are one statement, to spare a round trip, so the look may
    miss an answer that is committed just as the lock is let go. `_keep` then
    meets it. Raises IdempotencyKeyReused, RequestInFlight.
    """
    with recurring_cursor() as cursor:
        cursor.execute(_LOOK[asked.keeps_plans], [asked.lock, asked.client_id, asked.key])
        locked, fingerprint, status, headers, body, *_plans = cursor.fetchone()
    if status is None:
        return None if locked else _in_flight()
    if bytes(fingerprint) != asked.fingerprint:
        raise IdempotencyKeyReused
    response = HttpResponse(decrypted(bytes(body)), status=status)
    add_headers(response, json.loads(headers))
    response["Cache-Control"] = "no-store"
    response["Idempotent-Replayed"] = "true"
    return response


def _in_flight() -> NoReturn:
    raise RequestInFlight


_KEEP = """
INSERT INTO api_idempotentanswer (client_id, key, fingerprint, status, headers, body, created_at)
VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s) ON CONFLICT DO NOTHING
"""


def _keep(asked: Asked, response: HttpResponse, now: datetime) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    # An answer may hold what is shown this once: the secret of a webhook endpoint.
    body = encrypted(response.content.decode())
    with recurring_cursor() as cursor:
        cursor.execute(
            _KEEP,
            [asked.client_id, asked.key, asked.fingerprint, response.status_code, json.dumps(headers), body, now],
        )
        if cursor.rowcount == 0:
            raise _AnsweredMeanwhile


def answers_forget_old(*, now: datetime, limit: int = 10_000) -> int:
    """Delete answers that no client asks for any more; returns how many."""
    old = IdempotentAnswer.objects.filter(created_at__lt=now - KEPT_FOR).order_by("created_at").values("pk")[:limit]
    deleted, _by_model = IdempotentAnswer.objects.filter(pk__in=old).delete()
    return deleted
