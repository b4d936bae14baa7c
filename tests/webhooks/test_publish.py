from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from pytest_django.fixtures import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from ulid import ULID

from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DeliveryStatus, DisabledReason, Event, WebhookDelivery
from apps.webhooks.services.endpoints import endpoint_disable, endpoint_remove
from apps.webhooks.services.publish import EventDraft, events_publish
from tests.support.factories import client_actor, make_client
from tests.webhooks.outbox import NOW, OTHER_REFUND, REFUND, make_endpoint, publish, publish_many, seconds


@pytest.mark.django_db(transaction=True)
def test_refuses_to_publish_outside_a_transaction() -> None:
    client = make_client()
    with pytest.raises(TransactionManagementError):
        events_publish([EventDraft(client.pk, REFUND, EventType.HELD, 1, {})], now=NOW)
    assert Event.objects.count() == 0


def test_refuses_a_sequence_that_was_used(client: ApiClient) -> None:
    publish(client, 1)
    with pytest.raises(IntegrityError):
        publish(client, 1)
    assert Event.objects.count() == 1


def test_writes_the_event_and_a_delivery_for_each_endpoint_that_wants_it(client: ApiClient) -> None:
    wants_all, _secret = make_endpoint(client)
    wants_it, _secret = make_endpoint(client, event_types=[EventType.PAID, EventType.HELD])
    make_endpoint(client, event_types=[EventType.PAID])
    make_endpoint(make_client())
    removed, _secret = make_endpoint(client)
    endpoint_remove(removed.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    gone, _secret = make_endpoint(client)
    endpoint_disable(gone.pk, asked_url=gone.url, reason=DisabledReason.GONE, actor=system("test"), now=NOW)

    event = publish(client)

    stored = Event.objects.get()
    assert stored == event
    assert (stored.client_id, stored.subject_id, stored.type, stored.sequence, stored.timestamp) == (
        client.pk,
        REFUND,
        "refund.held",
        1,
        NOW,
    )
    assert stored.payload == event.payload == {"refund": {"id": REFUND, "reason": "孩子误操作"}}
    assert stored.position == event.position
    deliveries = list(WebhookDelivery.objects.order_by("endpoint_id"))
    assert [delivery.endpoint for delivery in deliveries] == [wants_all, wants_it]
    for delivery in deliveries:
        assert (delivery.event, delivery.subject_id, delivery.sequence) == (event, REFUND, 1)
        assert (delivery.status, delivery.attempts, delivery.failures) == (DeliveryStatus.PENDING, 0, 0)
        assert (delivery.next_attempt_at, delivery.created_at, delivery.leased_until) == (NOW, NOW, None)


def test_gives_deliveries_identifiers_like_all_others(client: ApiClient) -> None:
    make_endpoint(client)
    before = ULID()
    publish_many(client, 50)
    identifiers = list(WebhookDelivery.objects.values_list("pk", flat=True))
    assert len(set(identifiers)) == 50
    for identifier in identifiers:
        assert identifier.startswith("dlv_")
        made = ULID.from_str(identifier.removeprefix("dlv_").upper())
        assert 0 <= made.milliseconds - before.milliseconds < 10_000


def test_publishes_many_in_their_order_with_one_statement(
    client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_endpoint(client)
    drafts = [EventDraft(client.pk, REFUND, EventType.HELD, number, {"n": number}) for number in range(1, 101)]
    with transaction.atomic(), django_assert_num_queries(1):
        ids = events_publish(drafts, now=NOW)
    stored = list(Event.objects.order_by("position"))
    assert [event.id for event in stored] == ids
    assert [event.sequence for event in stored] == list(range(1, 101))
    assert [event.payload for event in stored] == [{"n": number} for number in range(1, 101)]
    assert WebhookDelivery.objects.count() == 100


def test_publishes_nothing_of_nothing(client: ApiClient) -> None:
    with transaction.atomic():
        assert events_publish([], now=NOW) == []


def test_makes_an_event_wait_for_the_retry_of_the_one_before_it(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client, 1)
    WebhookDelivery.objects.update(next_attempt_at=NOW + timedelta(hours=2))
    publish(client, 2, now=NOW + seconds(1))
    publish(client, 1, refund=OTHER_REFUND, now=NOW + seconds(1))
    due = {
        (delivery.subject_id, delivery.sequence): delivery.next_attempt_at
        for delivery in WebhookDelivery.objects.filter(endpoint=endpoint)
    }
    assert due == {
        (REFUND, 1): NOW + timedelta(hours=2),
        (REFUND, 2): NOW + timedelta(hours=2),
        (OTHER_REFUND, 1): NOW + seconds(1),
    }


def test_nudges_the_sender_after_the_commit_when_there_is_something_to_send(
    client: ApiClient,
    nudges: list[bool],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, 1)
    assert nudges == []
    make_endpoint(client)
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, 2)
        assert nudges == []
    assert nudges == [True]


def test_keeps_nothing_of_a_change_that_is_taken_back(client: ApiClient, nudges: list[bool]) -> None:
    make_endpoint(client)
    with transaction.atomic():
        publish(client)
        transaction.set_rollback(True)
    assert (Event.objects.count(), WebhookDelivery.objects.count(), nudges) == (0, 0, [])
