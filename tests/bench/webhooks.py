"""Deliveries a second to a receiver that answers, beside the same with another endpoint that hangs."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DisabledReason, WebhookEndpoint
from apps.webhooks.services.deliver import deliveries_send_due
from apps.webhooks.services.endpoints import endpoint_create, endpoint_disable
from apps.webhooks.services.publish import EventDraft, events_publish
from reviewconsole.launcher.installation import BASE_DIR

PAIRS, PER_ROUND, FINISHED = 7, 1_500, 200_000
_BENCH = system("bench")
# Shorter than the product's: what hangs is given up, claimed and tried more often, so it costs more here.
_TIMEOUT_SECONDS = 4
_LOOK_EVERY_SECONDS = 0.1

# Deliveries of earlier days, so that the tables and their indexes are not empty.
_EARLIER = """
WITH event AS (
    INSERT INTO webhooks_event (id, client_id, subject_id, type, sequence, timestamp, payload)
    SELECT 'evt_0000000000' || lpad(number::text, 16, '0'), %(client)s, 'rfd_earlier' || lpad(number::text, 19, '0'),
        'refund.held', 1, %(at)s, '{}'
    FROM generate_series(1, %(count)s) AS number
    RETURNING id, subject_id
)
INSERT INTO webhooks_webhookdelivery
    (id, event_id, endpoint_id, subject_id, sequence, status, attempts, failures, created_at, finished_at)
SELECT 'dlv_' || right(id, 26), id, %(endpoint)s, subject_id, 1, 'done', 1, 0, %(at)s, %(at)s FROM event
"""


@dataclass(frozen=True)
class Ports:
    """Where the receiver answers, and where it does not."""

    prompt: int
    silent: int


def measure_webhooks() -> None:
    """Print the rate with one endpoint, with one more that hangs, and what that one costs."""
    client = ApiClient.objects.create(name="bench webhooks", created_at=timezone.now())
    with receiver() as ports, settings():
        sound = _endpoint(client, ports.prompt)
        _have_a_past(sound)
        _round(client, ports, number=0, with_hanging=False)
        pairs = []
        for number in range(PAIRS):
            # Turn about, so that neither always has the quieter moment.
            turns = (True, False) if number % 2 else (False, True)
            rates = {each: _round(client, ports, number=2 * number + 1 + each, with_hanging=each) for each in turns}
            pairs.append((rates[False], rates[True]))
    alone, beside = (median(pair[place] for pair in pairs) for place in (0, 1))
    ratio = median(pair[1] / pair[0] for pair in pairs)
    print(f"webhooks         {'one endpoint':<38} {alone:7.0f}/s")
    print(f"webhooks         {'the same beside one that hangs':<38} {beside:7.0f}/s  ratio {ratio:.2f}")


@contextmanager
def receiver() -> Iterator[Ports]:
    """Run the receiver in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.receiver"], cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        prompt, silent = process.stdout.readline().split()
        yield Ports(int(prompt), int(silent))
    finally:
        process.stdin.close()
        process.wait(10)


@contextmanager
def settings() -> Iterator[None]:
    """Open loopback, and wait for what hangs for less time than the product does."""
    with override_settings(REVIEWCONSOLE_WEBHOOK_ALLOW=["127.0.0.0/8"], WEBHOOK_TIMEOUT_SECONDS=_TIMEOUT_SECONDS):
        yield


def _round(client: ApiClient, ports: Ports, *, number: int, with_hanging: bool) -> float:
    """Publish, send, and return the rate at which the sound endpoint was told."""
    hanging = _endpoint(client, ports.silent) if with_hanging else None
    _publish(client, number)
    watching = threading.Thread(target=_end_when_told, args=[ports, hanging])
    watching.start()
    while watching.is_alive():
        deliveries_send_due(now=timezone.now())
    told = _report(ports.prompt, "/anew")
    if told["count"] != PER_ROUND:
        raise RuntimeError(f"{told['count']} of {PER_ROUND} arrived")
    return float(PER_ROUND / told["seconds"])


def _end_when_told(ports: Ports, hanging: WebhookEndpoint | None) -> None:
    """Switch off what hangs as soon as the other was told everything: what comes then is not measured."""
    while _report(ports.prompt, "/")["count"] < PER_ROUND:
        time.sleep(_LOOK_EVERY_SECONDS)
    if hanging is not None:
        now, reason = timezone.now(), DisabledReason.FAILING
        endpoint_disable(hanging.pk, asked_url=hanging.url, reason=reason, actor=_BENCH, now=now)
        connection.close()


def _publish(client: ApiClient, number: int) -> None:
    drafts = [
        EventDraft(client.pk, f"rfd_{number:013d}{place:013d}", EventType.HELD, 1, {"refund": _refund(place)})
        for place in range(PER_ROUND)
    ]
    with transaction.atomic():
        events_publish(drafts, now=timezone.now())


def _refund(place: int) -> dict[str, Any]:
    """Return about as much as a refund's document is."""
    factors = [{"code": "REFUND_AFTER_CONSUMPTION", "points": 40, "summary": "兑换码已在申请前查看"}] * 6
    return {"reference": f"RF-{place}", "amount": 64800, "currency": "CNY", "risk": {"score": 87, "factors": factors}}


def _report(port: int, path: str) -> dict[str, Any]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    asked.request("GET", path)
    report: dict[str, Any] = json.loads(asked.getresponse().read())
    asked.close()
    return report


def _endpoint(client: ApiClient, port: int) -> WebhookEndpoint:
    endpoint, _secret = endpoint_create(
        client_id=client.pk,
        url=f"http://127.0.0.1:{port}/",
        description="",
        event_types=[],
        actor=_BENCH,
        now=timezone.now(),
    )
    return endpoint


def _have_a_past(endpoint: WebhookEndpoint) -> None:
    """Let there be finished deliveries, and let PostgreSQL know of them."""
    at = timezone.now() - timedelta(days=3)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, {"client": endpoint.client_id, "endpoint": endpoint.pk, "at": at, "count": FINISHED})
        cursor.execute("ANALYZE webhooks_event, webhooks_webhookdelivery")
