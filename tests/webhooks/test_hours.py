"""What is counted of each endpoint, hour by hour, and what follows when it takes nothing any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.webhooks.models import (
    AttemptError,
    DisabledReason,
    EndpointHour,
    EndpointStatus,
    WebhookDelivery,
    WebhookEndpoint,
)
from apps.webhooks.retries import TRIES
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.courier import Letter, Reply
from apps.webhooks.services.outcomes import replies_record
from apps.webhooks.services.replay import endpoint_test
from apps.webhooks.services.upkeep import deliveries_forget_old
from apps.webhooks.transport import Answer
from tests.support.factories import client_actor
from tests.webhooks.outbox import NOW, make_endpoint, publish, publish_many, seconds

LATER = NOW + timedelta(days=5, hours=1)


def record(now: datetime, *answers: Answer) -> None:
    """Claim as many deliveries as there are answers, and let these come back."""
    claimed = deliveries_claim(now=now, room=len(answers), most_per_endpoint=100)
    assert len(claimed) == len(answers)
    replies = [Reply(Letter(delivery, now, {}, b""), answer) for delivery, answer in zip(claimed, answers, strict=True)]
    replies_record(replies, now=now)


def answer(status_code: int | None, duration_ms: int = 10, error: AttemptError | None = None) -> Answer:
    return Answer(status_code, error, "", None, duration_ms)


def counted(endpoint: WebhookEndpoint) -> list[dict[str, Any]]:
    return [dict(row) for row in EndpointHour.objects.filter(endpoint=endpoint).order_by("hour").values()]


def test_counts_what_came_of_the_attempts_of_an_hour(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish_many(client, 6)
    record(NOW, answer(204, 10), answer(500, 30))
    record(NOW + seconds(1), answer(None, 500, AttemptError.TIMED_OUT))
    record(NOW + seconds(2), answer(200, 20))
    record(NOW + timedelta(hours=1), answer(204, 5))
    first, second = counted(endpoint)
    assert first | {"id": 0} == {
        "id": 0,
        "endpoint_id": endpoint.pk,
        "hour": NOW,
        "done": 2,
        "failed": 2,
        "duration_ms": 560,
        "slowest_ms": 500,
        "failed_at": NOW + seconds(1),
        "failed_status_code": None,
        "failed_error": "timed_out",
    }
    assert (second["hour"], second["done"], second["failed"], second["failed_at"]) == (
        NOW + timedelta(hours=1), 1, 0, None
    )  # fmt: skip


def test_forgets_old_hours(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    record(NOW, answer(204))
    deliveries_forget_old(now=NOW + timedelta(days=30))
    assert len(counted(endpoint)) == 1
    deliveries_forget_old(now=NOW + timedelta(days=31, hours=1))
    assert counted(endpoint) == []


def dying(client: ApiClient, endpoint: WebhookEndpoint) -> None:
    """Let the endpoint have a delivery whose next failure is its last."""
    publish(client, 2, now=LATER)
    WebhookDelivery.objects.filter(endpoint=endpoint, sequence=2).update(failures=TRIES - 1)


def give_up_waiting(endpoint: WebhookEndpoint) -> None:
    WebhookDelivery.objects.filter(endpoint=endpoint, status="pending").update(
        status="dead", next_attempt_at=None, finished_at=NOW
    )


def test_keeps_an_endpoint_that_failed_for_less_than_five_days(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    record(LATER - timedelta(days=4, hours=23), answer(500))
    give_up_waiting(endpoint)
    dying(client, endpoint)
    record(LATER, answer(500))
    endpoint.refresh_from_db()
    assert endpoint.status == EndpointStatus.ENABLED


def test_keeps_an_endpoint_that_took_something_meanwhile(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish_many(client, 2)
    record(NOW, answer(500))
    record(NOW + timedelta(hours=2), answer(204))
    give_up_waiting(endpoint)
    dying(client, endpoint)
    record(LATER, answer(500))
    endpoint.refresh_from_db()
    assert endpoint.status == EndpointStatus.ENABLED


def test_lets_every_delivery_have_its_three_days(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    record(NOW, answer(500))
    give_up_waiting(endpoint)
    publish(client, 2, now=LATER)
    record(LATER, answer(500))
    endpoint.refresh_from_db()
    assert endpoint.status == EndpointStatus.ENABLED


def test_does_not_judge_by_a_ping(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    record(NOW, answer(500))
    give_up_waiting(endpoint)
    endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=LATER)
    record(LATER, answer(500))
    endpoint.refresh_from_db()
    assert endpoint.status == EndpointStatus.ENABLED


def test_disables_an_endpoint_that_took_nothing_for_five_days(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    record(NOW, answer(500))
    give_up_waiting(endpoint)
    dying(client, endpoint)
    record(LATER, answer(None, 10, AttemptError.NOT_CONNECTED))
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == (EndpointStatus.DISABLED, DisabledReason.FAILING)
    told = AuditEvent.objects.get(action=Action.ENDPOINT_DISABLED)
    assert (told.actor_name, told.changes["reason"]) == ("webhook sender", "failing")


@pytest.mark.parametrize("failures", [0, TRIES - 1])
def test_gives_up_at_once_where_the_receiver_is_gone(client: ApiClient, failures: int) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    WebhookDelivery.objects.update(failures=failures)
    record(NOW, answer(410))
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == DisabledReason.GONE
