import random
from datetime import datetime, timedelta

import pytest

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.webhooks.models import (
    AttemptError,
    DeliveryStatus,
    DisabledReason,
    EndpointStatus,
    WebhookAttempt,
    WebhookDelivery,
)
from apps.webhooks.services.claims import deliveries_claim, lease_length
from apps.webhooks.services.courier import Letter, Reply
from apps.webhooks.services.endpoints import EndpointChanges, endpoint_change
from apps.webhooks.services.outcomes import outcome_of, replies_record
from apps.webhooks.transport import Answer
from tests.support.factories import client_actor, make_client
from tests.webhooks.outbox import NOW, OTHER_REFUND, REFUND, make_endpoint, only_delivery, publish, seconds


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


def claimed(now: datetime = NOW) -> list[WebhookDelivery]:
    return deliveries_claim(now=now, room=10, most_per_endpoint=10)


def reply(
    delivery: WebhookDelivery,
    status_code: int | None = 204,
    *,
    error: AttemptError | None = None,
    retry_after: str | None = None,
    excerpt: str = "",
) -> Reply:
    return Reply(Letter(delivery, NOW, {}, b"{}"), Answer(status_code, error, excerpt, retry_after, 12))


@pytest.mark.parametrize(
    ("status_code", "status"),
    [
        (199, DeliveryStatus.PENDING),
        (200, DeliveryStatus.DONE),
        (299, DeliveryStatus.DONE),
        (301, DeliveryStatus.PENDING),
        (304, DeliveryStatus.PENDING),
        (404, DeliveryStatus.PENDING),
        (410, DeliveryStatus.DEAD),
        (429, DeliveryStatus.PENDING),
        (500, DeliveryStatus.PENDING),
        (None, DeliveryStatus.PENDING),
    ],
)
def test_takes_only_a_2xx_for_done(client: ApiClient, status_code: int | None, status: DeliveryStatus) -> None:
    make_endpoint(client)
    publish(client)
    (delivery,) = claimed()
    error = AttemptError.TIMED_OUT if status_code is None else None
    assert outcome_of(reply(delivery, status_code, error=error), now=NOW, chance=0.0).status == status


def test_refuses_the_late_result_of_a_lease_that_another_has(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    (late,) = claimed()
    (current,) = claimed(NOW + lease_length())
    replies_record([reply(late, 200, excerpt="late")], now=NOW + lease_length() + seconds(1))

    stored = only_delivery(endpoint)
    assert (stored.status, stored.attempts, stored.failures) == (DeliveryStatus.PENDING, 2, 0)
    assert stored.leased_until == NOW + lease_length() * 2

    replies_record([reply(current, 500, excerpt="current")], now=NOW + lease_length() + seconds(2))
    stored = only_delivery(endpoint)
    assert (stored.status, stored.failures, stored.leased_until) == (DeliveryStatus.PENDING, 1, None)
    # Both happened, and both are told.
    assert list(WebhookAttempt.objects.order_by("number").values_list("number", "response_excerpt")) == [
        (1, "late"),
        (2, "current"),
    ]


def test_accepts_the_late_result_of_a_lease_that_nobody_took(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    (delivery,) = claimed()
    replies_record([reply(delivery, 200)], now=NOW + lease_length() + seconds(1))
    assert only_delivery(endpoint).status == DeliveryStatus.DONE


def test_writes_down_the_attempt_and_frees_the_row(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    (delivery,) = claimed()
    replies_record([reply(delivery, 503, excerpt="later \ufffd")], now=NOW + seconds(2))
    stored = only_delivery(endpoint)
    assert (stored.status, stored.failures, stored.finished_at) == (DeliveryStatus.PENDING, 1, None)
    assert (stored.leased_until, stored.next_attempt_at) == (None, NOW + seconds(7))
    attempt = WebhookAttempt.objects.get()
    assert (attempt.delivery, attempt.number, attempt.at, attempt.duration_ms) == (stored, 1, NOW, 12)
    assert (attempt.status_code, attempt.error, attempt.response_excerpt) == (503, "", "later \ufffd")


def test_honours_retry_after(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    (delivery,) = claimed()
    replies_record([reply(delivery, 429, retry_after="Sun, 22 Nov 2026 12:10:00 GMT")], now=NOW)
    assert only_delivery(endpoint).next_attempt_at == NOW + timedelta(minutes=10)


def test_lets_the_lane_wait_for_the_retry_and_go_on_after_it(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client, 1)
    publish(client, 2)
    publish(client, 1, refund=OTHER_REFUND, now=NOW + seconds(60))
    (delivery,) = claimed()
    replies_record([reply(delivery, 500)], now=NOW)

    def due() -> dict[tuple[str, int], object]:
        rows = WebhookDelivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING)
        return {(row.subject_id, row.sequence): row.next_attempt_at for row in rows}

    other = {(OTHER_REFUND, 1): NOW + seconds(60)}
    assert due() == {(REFUND, 1): NOW + seconds(5), (REFUND, 2): NOW + seconds(5), **other}
    (delivery,) = claimed(NOW + seconds(5))
    replies_record([reply(delivery, 200)], now=NOW + seconds(6))
    assert due() == {(REFUND, 2): NOW + seconds(6), **other}


def test_disables_an_endpoint_that_is_gone_and_gives_up_what_waits(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    other, _secret = make_endpoint(make_client())
    publish(client, 1)
    publish(client, 2)
    (delivery,) = claimed()
    replies_record([reply(delivery, 410)], now=NOW + seconds(1))
    endpoint.refresh_from_db()
    other.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == (EndpointStatus.DISABLED, DisabledReason.GONE)
    assert other.status == EndpointStatus.ENABLED
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("sequence")
    assert [(row.status, row.finished_at, row.attempts) for row in rows] == [
        (DeliveryStatus.DEAD, NOW + seconds(1), 1),
        (DeliveryStatus.DEAD, NOW + seconds(1), 0),
    ]
    told = AuditEvent.objects.get(action=Action.ENDPOINT_DISABLED)
    assert (told.subject, told.actor_name, told.at) == (endpoint.pk, "webhook sender", NOW + seconds(1))
    assert told.changes == {"status": ["enabled", "disabled"], "reason": "gone"}


def test_does_not_disable_an_endpoint_that_has_moved_meanwhile(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    (delivery,) = claimed()
    moved = EndpointChanges(url="https://example.com/new")
    endpoint_change(endpoint.pk, client_id=client.pk, changes=moved, actor=client_actor(client), now=NOW)
    replies_record([reply(delivery, 410)], now=NOW)
    endpoint.refresh_from_db()
    assert endpoint.status == EndpointStatus.ENABLED
    assert AuditEvent.objects.filter(action=Action.ENDPOINT_DISABLED).count() == 0


@pytest.mark.django_db(transaction=True)
def test_writes_the_others_when_one_cannot_be_written(caplog: pytest.LogCaptureFixture) -> None:
    client = make_client()
    make_endpoint(client)
    publish(client, 1)
    publish(client, 1, refund=OTHER_REFUND)
    spoilt, sound = claimed()
    replies_record([reply(spoilt, 200, excerpt="\x00"), reply(sound, 200)], now=NOW)
    assert {row.pk: row.status for row in WebhookDelivery.objects.all()} == {
        spoilt.pk: DeliveryStatus.PENDING,
        sound.pk: DeliveryStatus.DONE,
    }
    assert spoilt.pk in caplog.text
    # It goes out again when its lease is over.
    assert [row.pk for row in claimed(NOW + lease_length())] == [spoilt.pk]
