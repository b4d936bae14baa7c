"""What follows from a reply, and writing it down."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from http import HTTPStatus

from django.db import DatabaseError, connection

from apps.common.actors import system
from apps.webhooks.event_types import TEST_EVENT_TYPE
from apps.webhooks.models import DeliveryStatus, DisabledReason
from apps.webhooks.retries import next_try_at, wait_asked_by
from apps.webhooks.selectors import endpoint_takes_nothing
from apps.webhooks.services.courier import Reply
from apps.webhooks.services.endpoints import endpoint_disable
from apps.webhooks.services.pauses import endpoints_pause

_ACTOR = system("webhook sender")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """An attempt, and where it leaves its delivery. The fields are the columns of `told` below."""

    delivery_id: str
    endpoint_id: str
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


# In one statement, so in one short transaction. Changes of a whole endpoint (switching off, replay) lock it,
# and many of its deliveries in an order that could cross ours: the share of the lock keeps them apart.
# An attempt is history and is kept whoever holds the row by now. The delivery moves only if this was
# the last claim: a sender whose lease ended, and whose row another one took, changes nothing.
# Whoever waits in the lane behind a retry waits as long; when the lane is free again, goes at once. Behind what was
# taken at its first try nobody waited, and looking for them would read all that is pending, others' backlog included.
_RECORD = """
WITH held AS MATERIALIZED (
    SELECT id FROM webhooks_webhookendpoint WHERE id = ANY (%(endpoints)s::text[]) ORDER BY id FOR SHARE
), told AS MATERIALIZED (
    SELECT told.* FROM (SELECT count(*) FROM held) AS first_of_all, unnest(
        %(delivery_id)s::text[], %(endpoint_id)s::text[],
        %(number)s::integer[], %(at)s::timestamptz[], %(duration_ms)s::integer[],
        %(status_code)s::smallint[], %(error)s::text[], %(response_excerpt)s::text[],
        %(status)s::text[], %(failures)s::smallint[], %(next_attempt_at)s::timestamptz[], %(finished_at)s::timestamptz[]
    ) AS told (
        delivery_id, endpoint_id, number, at, duration_ms, status_code, error, response_excerpt,
        status, failures, next_attempt_at, finished_at
    )
), attempt AS (
    INSERT INTO webhooks_webhookattempt
        (delivery_id, number, at, duration_ms, status_code, error, response_excerpt)
    SELECT delivery_id, number, at, duration_ms, status_code, error, response_excerpt FROM told
), counted AS (
    INSERT INTO webhooks_endpointhour AS known
        (endpoint_id, hour, done, failed, duration_ms, slowest_ms, failed_at, failed_status_code, failed_error)
    SELECT endpoint_id, date_trunc('hour', at, 'UTC'),
        count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE status <> 'done'),
        sum(duration_ms), max(duration_ms), max(at) FILTER (WHERE status <> 'done'),
        (array_agg(status_code ORDER BY at DESC) FILTER (WHERE status <> 'done'))[1],
        coalesce((array_agg(error ORDER BY at DESC) FILTER (WHERE status <> 'done'))[1], '')
    FROM told
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (endpoint_id, hour) DO UPDATE
    SET done = known.done + excluded.done, failed = known.failed + excluded.failed,
        duration_ms = known.duration_ms + excluded.duration_ms,
        slowest_ms = greatest(known.slowest_ms, excluded.slowest_ms),
        failed_at = coalesce(excluded.failed_at, known.failed_at),
        failed_status_code =
            CASE WHEN excluded.failed > 0 THEN excluded.failed_status_code ELSE known.failed_status_code END,
        failed_error = CASE WHEN excluded.failed > 0 THEN excluded.failed_error ELSE known.failed_error END
), moved AS (
    UPDATE webhooks_webhookdelivery delivery
    SET status = told.status, failures = told.failures, next_attempt_at = told.next_attempt_at,
        finished_at = told.finished_at, leased_until = NULL
    FROM told
    WHERE delivery.id = told.delivery_id AND delivery.attempts = told.number AND delivery.leased_until IS NOT NULL
    RETURNING delivery.endpoint_id, delivery.subject_id, delivery.sequence, delivery.next_attempt_at
)
"""
_FOLLOW = """
UPDATE webhooks_webhookdelivery follower
SET next_attempt_at = coalesce(moved.next_attempt_at, %(now)s)
FROM moved
WHERE follower.endpoint_id = moved.endpoint_id AND follower.subject_id = moved.subject_id
    AND follower.sequence > moved.sequence AND follower.status = 'pending' AND follower.leased_until IS NULL
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
        endpoint_id=delivery.endpoint_id,
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
    """Write attempts and outcomes, many in one short transaction, and what follows for their endpoints.

    One that is gone, or takes nothing any more, is disabled; one that asks for patience is left alone for a while.
    """
    outcomes = [outcome_of(reply, now=now, chance=random.random()) for reply in replies]  # noqa: S311 - only jitter
    endpoint_ids = sorted({reply.letter.delivery.endpoint_id for reply in replies})
    _write_or_split(outcomes, endpoint_ids, now)
    endpoints_pause(replies, now=now)
    for endpoint_id, url, reason in sorted(_given_up(replies, outcomes, now)):
        endpoint_disable(endpoint_id, asked_url=url, reason=reason, actor=_ACTOR, now=now)
    return outcomes


def _given_up(
    replies: Sequence[Reply], outcomes: Sequence[Outcome], now: datetime
) -> set[tuple[str, str, DisabledReason]]:
    """Return the endpoints that are to be disabled, with the URL that was asked, and why."""
    found = set()
    for reply, outcome in zip(replies, outcomes, strict=True):
        delivery = reply.letter.delivery
        # A ping dies of its first failure, which proves nothing.
        has_died = outcome.status == DeliveryStatus.DEAD and delivery.event.type != TEST_EVENT_TYPE
        if outcome.status_code == HTTPStatus.GONE:
            found.add((delivery.endpoint_id, delivery.endpoint.url, DisabledReason.GONE))
        elif has_died and endpoint_takes_nothing(delivery.endpoint_id, now=now):
            found.add((delivery.endpoint_id, delivery.endpoint.url, DisabledReason.FAILING))
    return found


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


def _write(outcomes: Sequence[Outcome], endpoint_ids: Sequence[str], now: datetime) -> None:
    columns = {field.name: [getattr(outcome, field.name) for outcome in outcomes] for field in fields(Outcome)}
    has_held_up = any(outcome.number > 1 or outcome.next_attempt_at is not None for outcome in outcomes)
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD + (_FOLLOW if has_held_up else "SELECT"), {**columns, "endpoints": list(endpoint_ids), "now": now}
        )
