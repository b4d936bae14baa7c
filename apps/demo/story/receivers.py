"""The mall's webhook receivers: one that is well, one that fails since the morning, one that is gone.

Nothing is sent. What a sender does is done by its own services, and the answers are made up here.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.clients.models import ApiClient
from apps.common.actors import Actor
from apps.demo.story.agenda import Story
from apps.webhooks.event_types import EventType
from apps.webhooks.models import AttemptError, WebhookDelivery
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.courier import Letter, Reply
from apps.webhooks.services.endpoints import endpoint_create
from apps.webhooks.services.outcomes import replies_record
from apps.webhooks.transport import Answer

# Long enough for a picture of the last day.
TOLD_FOR = timedelta(hours=50)
_PAUSE = timedelta(minutes=10)
_FAILS_FOR = timedelta(hours=7)
_GONE_FOR = timedelta(hours=20)
# Of a hundred tries; they come through the next time.
_TIMEOUTS, _OVERLOADS = 2, 2
_AT_ONCE = 200


@dataclass(frozen=True)
class Receiver:
    """An endpoint to be. The hosts do not exist, which .example promises."""

    url: str
    description: str
    event_types: tuple[EventType, ...] = ()


WELL = Receiver("https://refunds.galaxy-mall.example/webhooks", "退款服务")
FAILING = Receiver(
    "https://risk.galaxy-mall.example/events", "风控数据", (EventType.HELD, EventType.DENIED, EventType.RELEASED)
)
GONE = Receiver("https://legacy.galaxy-mall.example/notify", "旧版通知")


def receivers(client: ApiClient, actor: Actor, chance: random.Random, *, now: datetime) -> Story:
    """Make the endpoints some days before `now`, and let them answer whatever comes due."""
    at = yield now - TOLD_FOR
    for each in (WELL, FAILING, GONE):
        endpoint_create(
            client_id=client.pk,
            url=each.url,
            description=each.description,
            event_types=each.event_types,
            actor=actor,
            now=at,
        )
    while True:
        # What waits in the lane of a refund is due when what precedes it is done.
        while claimed := deliveries_claim(now=at, room=_AT_ONCE, most_per_endpoint=_AT_ONCE):
            replies_record([_reply(each, at, chance, now=now) for each in claimed], now=at)
        at = yield at + _PAUSE


def _reply(delivery: WebhookDelivery, at: datetime, chance: random.Random, *, now: datetime) -> Reply:
    return Reply(Letter(delivery, at, {}, b""), _answer(delivery.endpoint.url, at, chance, now=now))


def _answer(url: str, at: datetime, chance: random.Random, *, now: datetime) -> Answer:
    if url == FAILING.url and at > now - _FAILS_FOR:
        return Answer(500, None, '{"error": "java.sql.SQLTransientConnectionException"}', None, chance.randint(30, 90))
    if url == GONE.url and at > now - _GONE_FOR:
        return Answer(410, None, "This service moved in November.", None, chance.randint(20, 60))
    lot = chance.randrange(100)
    if lot < _TIMEOUTS:
        return Answer(None, AttemptError.TIMED_OUT, "", None, 15_000)
    if lot < _TIMEOUTS + _OVERLOADS:
        return Answer(502, None, "<html><body>502 Bad Gateway</body></html>", None, chance.randint(800, 2_000))
    return Answer(204, None, "", None, chance.randint(35, 160))
