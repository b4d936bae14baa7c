"""What follows from a reply, and writing it down."""

import logging
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from http import HTTPStatus

from django.db import DatabaseError, connection, transaction

from apps.common.actors import system
from apps.webhooks.models import DeliveryStatus, DisabledReason
from apps.webhooks.retries import next_try_at, wait_asked_by
from apps.webhooks.services.courier import Reply
from apps.webhooks.services.endpoints import endpoint_disable, endpoints_held

_ACTOR = system("webhook sender")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """An attempt, and where it leaves its delivery. The fields are the columns of `told` below, in order."""

    delivery_id: str
    number: int
    at: datetime
    duration_ms: int
    status_code: int | None
    error: str
    response_excerpt: str
    status: str
    failures: int
    next_attempt_at: datetime | None
    finished_at: datetime | None


# An attempt is history and is kept whoever holds the row by now. The delivery moves only if this was
# the last claim: a sender whose lease ended, and whose row another one took, changes nothing.
_RECORD = """
WITH told AS (
    SELECT * FROM unnest(
        %s::text[], %s::integer[], %s::timestamptz[], %s::integer[], %s::smallint[], %s::text[], %s::text[],
        %s::text[], %s::smallint[], %s::timestamptz[], %s::timestamptz[]
    ) AS told (
        delivery_id, number, at, duration_ms, status_code, error, response_excerpt,
        status, failures, next_attempt_at, finished_at
    )
), attempt AS (
    INSERT INTO webhooks_webhookattempt
        (delivery_id, number, at, duration_ms, status_code, error, response_excerpt)
    SELECT delivery_id, number, at, duration_ms, status_code, error, response_excerpt FROM told
)
UPDATE webhooks_webhookdelivery delivery
SET status = told.status, failures = told.failures, next_attempt_at = told.next_attempt_at,
    finished_at = told.finished_at, leased_until = NULL
FROM told
WHERE delivery.id = told.delivery_id AND delivery.attempts = told.number AND delivery.leased_until IS NOT NULL
RETURNING delivery.id
"""
# Whoever waits in the lane behind a retry waits as long; when the lane is free again, goes at once.
_FOLLOW = """
UPDATE webhooks_webhookdelivery follower
SET next_attempt_at = coalesce(head.next_attempt_at, %(now)s)
FROM webhooks_webhookdelivery head
WHERE head.id = ANY (%(moved)s::text[])
    AND follower.endpoint_id = head.endpoint_id AND follower.subject_id = head.subject_id
    AND follower.sequence > head.sequence AND follower.status = 'pending' AND follower.leased_until IS NULL
"""


def outcome_of(reply: Reply, *, now: datetime, chance: float) -> Outcome:
    """Judge a reply. `chance`, in [0, 1), decides the jitter of a retry."""
    delivery, answer = reply.letter.delivery, reply.answer
    is_done = answer.status_code is not None and HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES
    failures = delivery.failures + (0 if is_done else 1)
    again_at = None
    if not is_done and answer.status_code != HTTPStatus.GONE:
        wait_asked = wait_asked_by(answer.retry_after, now=now)
        again_at = next_try_at(failures=failures, failed_at=now, wait_asked=wait_asked, chance=chance)
    not_done = DeliveryStatus.DEAD if again_at is None else DeliveryStatus.PENDING
    status = DeliveryStatus.DONE if is_done else not_done
    return Outcome(
        delivery_id=delivery.pk,
        number=delivery.attempts,
        at=reply.letter.at,
        duration_ms=answer.duration_ms,
        status_code=answer.status_code,
        error=answer.error.value if answer.error else "",
        response_excerpt=answer.excerpt,
        status=status.value,
        failures=failures,
        next_attempt_at=again_at,
        finished_at=now if again_at is None else None,
    )


def replies_record(replies: Sequence[Reply], *, now: datetime) -> list[Outcome]:
    """Write attempts and outcomes, many in one short transaction, and disable endpoints that are gone."""
    outcomes = [outcome_of(reply, now=now, chance=random.random()) for reply in replies]  # noqa: S311 - only jitter
    gone = {
        (reply.letter.delivery.endpoint_id, reply.letter.delivery.endpoint.url)
        for reply in replies
        if reply.answer.status_code == HTTPStatus.GONE
    }
    endpoint_ids = sorted({reply.letter.delivery.endpoint_id for reply in replies})
    _write_or_split(outcomes, endpoint_ids, now)
    for endpoint_id, url in sorted(gone):
        endpoint_disable(endpoint_id, asked_url=url, reason=DisabledReason.GONE, actor=_ACTOR, now=now)
    return outcomes


def _write_or_split(outcomes: Sequence[Outcome], endpoint_ids: Sequence[str], now: datetime) -> None:
    """Write all together, or, if one of them spoils it, each alone.

    One that cannot be written is left to the end of its lease: sent twice, never lost.
    """
    try:
        _write(outcomes, endpoint_ids, now)
    except DatabaseError:
        if len(outcomes) == 1:
            logger.exception("The outcome of delivery %s could not be written", outcomes[0].delivery_id)
            return
        for outcome in outcomes:
            _write_or_split([outcome], endpoint_ids, now)


@transaction.atomic
def _write(outcomes: Sequence[Outcome], endpoint_ids: Sequence[str], now: datetime) -> None:
    # Changes of a whole endpoint (disabling, replay) wait here, or this waits for them: both lock many
    # deliveries, and in orders that could otherwise cross.
    endpoints_held(endpoint_ids)
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [list(column) for column in zip(*map(astuple, outcomes), strict=True)])
        moved = [row[0] for row in cursor.fetchall()]
        cursor.execute(_FOLLOW, {"moved": moved, "now": now})
