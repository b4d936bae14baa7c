"""Leaving an endpoint alone for a while when its receiver asks for that."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from apps.webhooks.retries import pause_asked_by, wait_asked_by
from apps.webhooks.services.courier import Reply

# Locked in the order of their ids: two senders may pause several at once. An endpoint that has moved meanwhile
# was not the one that asked.
_PAUSE = """
WITH paused AS MATERIALIZED (
    SELECT endpoint.id, asked.until
    FROM webhooks_webhookendpoint endpoint
    JOIN unnest(%(ids)s::text[], %(urls)s::text[], %(untils)s::timestamptz[]) AS asked (id, url, until)
        ON asked.id = endpoint.id AND asked.url = endpoint.url
    WHERE endpoint.paused_until IS NULL OR endpoint.paused_until < asked.until
    ORDER BY endpoint.id
    FOR NO KEY UPDATE OF endpoint
)
UPDATE webhooks_webhookendpoint endpoint SET paused_until = paused.until FROM paused WHERE endpoint.id = paused.id
"""


def endpoints_pause(replies: Sequence[Reply], *, now: datetime) -> None:
    """Pause the endpoints whose receivers are overloaded or asked for patience; says nothing to the database else."""
    asked: dict[tuple[str, str], datetime] = {}
    for reply in replies:
        pause = pause_asked_by(reply.answer.status_code, wait_asked_by(reply.answer.retry_after, now=now))
        if pause is not None:
            endpoint = reply.letter.delivery.endpoint
            key = (endpoint.pk, endpoint.url)
            asked[key] = max(asked.get(key, now), now + pause)
    if asked:
        ids, urls = zip(*asked, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_PAUSE, {"ids": list(ids), "urls": list(urls), "untils": list(asked.values())})
