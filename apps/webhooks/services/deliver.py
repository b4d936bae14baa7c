"""Sending what is due: lease, commit, send, commit."""

import json
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from standardwebhooks.webhooks import EmptyWebhookSecretError

from apps.common.ciphers import ValueUnreadable
from apps.webhooks.documents import event_document
from apps.webhooks.models import AttemptError, DeliveryStatus, WebhookDelivery
from apps.webhooks.receivers import allowed_networks
from apps.webhooks.retries import OVERLOADED
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.courier import Courier, Letter, Reply
from apps.webhooks.services.outcomes import replies_record
from apps.webhooks.services.secrets import signing_secrets
from apps.webhooks.signing import signed_headers
from apps.webhooks.transport import Answer, Transport

logger = logging.getLogger(__name__)

# How long one run takes on new work, at least. After it there are only answers to wait for.
BUDGET = timedelta(seconds=20)
# Under way at once: in all, to one endpoint, and to one that let the last one wait in vain or called it too many.
MOST_UNDER_WAY = 512
MOST_PER_ENDPOINT = 16
MOST_PER_SLOW_ENDPOINT = 4
# While receivers are slow to answer, newly due rows are looked for this often.
_LOOK_EVERY_SECONDS = 0.1
# Two 32-bit halves of the advisory lock of the one sender that takes on work.
_SEAT = (0x5242, 1)


@dataclass(frozen=True)
class Sent:
    """What one run did. `attempts` counts tries, `delivered` those that a receiver took."""

    attempts: int = 0
    delivered: int = 0


def deliveries_send_due(*, now: datetime) -> Sent:
    """Send everything that is due and comes due meanwhile, for at most a budget of time.

    `now` is when the run begins; it measures by itself how time passes from
    there. One run at a time takes on work, so that slow receivers hold one
    worker and not all of them; it gives up its seat before it waits for the
    last answers, and the next run goes on. Several at once are safe all the same.
    """
    seat = Seat()
    if not seat.take():
        return Sent()
    try:
        claimed = deliveries_claim(now=now, room=MOST_UNDER_WAY, most_per_endpoint=MOST_PER_ENDPOINT)
        if not claimed:
            return Sent()
        with Courier(_transport) as courier:
            return Sender(courier, seat, now).run(claimed)
    finally:
        seat.leave()


def budget() -> timedelta:
    """Return how long a run takes on work.

    Not shorter than the wait for its last answers: of two runs one is then always at work.
    """
    return max(BUDGET, timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS))


class Seat:
    """The right to take on work, held by the database session: it is free again when the process dies."""

    def __init__(self) -> None:
        self._is_held = False

    def take(self) -> bool:
        """Take the seat if it is free, and tell whether it was."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _SEAT)
            self._is_held = cursor.fetchone()[0]
        return self._is_held

    def leave(self) -> None:
        """Let the next one sit."""
        if self._is_held:
            self._is_held = False
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _SEAT)


class Sender:
    """One run: claims for as long as the budget lasts, and writes down every answer."""

    def __init__(self, courier: Courier, seat: Seat, began: datetime) -> None:
        self._courier = courier
        self._seat = seat
        self._began = began
        self._until = began + budget()
        self._started = time.monotonic()
        self._under_way: Counter[str] = Counter()
        self._slow: set[str] = set()
        self._attempts = 0
        self._delivered = 0

    def run(self, claimed: Sequence[WebhookDelivery]) -> Sent:
        """Send what was claimed, and what else is due."""
        self._post(claimed)
        while self._under_way:
            self._record(self._courier.replies(wait_seconds=_LOOK_EVERY_SECONDS))
            if self._now() < self._until:
                self._post(self._claim())
            else:
                self._seat.leave()
        return Sent(self._attempts, self._delivered)

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=time.monotonic() - self._started)

    def _claim(self) -> list[WebhookDelivery]:
        room = MOST_UNDER_WAY - self._under_way.total()
        if room <= 0:
            return []
        kept_free = Counter(dict.fromkeys(self._slow, MOST_PER_ENDPOINT - MOST_PER_SLOW_ENDPOINT))
        return deliveries_claim(
            now=self._now(), room=room, most_per_endpoint=MOST_PER_ENDPOINT, busy=self._under_way + kept_free
        )

    def _post(self, claimed: Sequence[WebhookDelivery]) -> None:
        letters = []
        for delivery in claimed:
            self._under_way[delivery.endpoint_id] += 1
            letter = letter_for(delivery, at=self._now())
            if letter.headers:
                letters.append(letter)
            else:
                self._record([Reply(letter, Answer(None, AttemptError.NOT_SIGNED, "", None, 0))])
        self._courier.post(letters)

    def _record(self, replies: Sequence[Reply]) -> None:
        if not replies:
            return
        outcomes = replies_record(replies, now=self._now())
        self._attempts += len(outcomes)
        self._delivered += sum(outcome.status == DeliveryStatus.DONE for outcome in outcomes)
        for reply in replies:
            endpoint_id = reply.letter.delivery.endpoint_id
            self._under_way[endpoint_id] -= 1
            if reply.answer.error == AttemptError.TIMED_OUT or reply.answer.status_code in OVERLOADED:
                self._slow.add(endpoint_id)
            else:
                self._slow.discard(endpoint_id)
        self._under_way += Counter()  # drops the zeros


def letter_for(delivery: WebhookDelivery, *, at: datetime) -> Letter:
    """Write and sign the letter of this attempt; without headers when the secret cannot be read."""
    body = json.dumps(event_document(delivery.event), ensure_ascii=False, separators=(",", ":"))
    try:
        secrets = signing_secrets(delivery.endpoint, now=at)
        headers = signed_headers(secrets, event_id=delivery.event_id, at=at, body=body)
    except (ValueUnreadable, EmptyWebhookSecretError):
        logger.exception("Delivery %s could not be signed", delivery.pk)
        headers = {}
    return Letter(delivery, at, headers, body.encode())


def _transport() -> Transport:
    return Transport(allowed=allowed_networks(), timeout_seconds=settings.WEBHOOK_TIMEOUT_SECONDS)
