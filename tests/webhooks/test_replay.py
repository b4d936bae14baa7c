from datetime import datetime

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.webhooks.errors import (
    DeliveryUnderWay,
    DeliveryUnknown,
    EndpointIsDisabled,
    EndpointUnknown,
    EventUnknown,
    ReplayEmpty,
    ReplayTooLong,
)
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DeliveryStatus, EndpointStatus, Event, WebhookDelivery, WebhookEndpoint
from apps.webhooks.services import replay
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.endpoints import EndpointChanges, endpoint_change
from apps.webhooks.services.replay import (
    ReplayRange,
    deliveries_replay,
    deliveries_revive,
    delivery_redeliver,
    endpoint_test,
)
from tests.support.factories import client_actor, make_client
from tests.support.receiver import Receiver, Response
from tests.webhooks.outbox import NOW, OTHER_REFUND, make_endpoint, only_delivery, publish, seconds, send

LATER = NOW + seconds(3600)


def switch_off(client: ApiClient, endpoint: WebhookEndpoint) -> None:
    off = EndpointChanges(status=EndpointStatus.DISABLED)
    endpoint_change(endpoint.pk, client_id=client.pk, changes=off, actor=client_actor(client), now=NOW)


def again(client: ApiClient, delivery_id: str, *, now: datetime = LATER) -> WebhookDelivery:
    return delivery_redeliver(delivery_id, client_id=client.pk, actor=client_actor(client), now=now)


def replay_after(client: ApiClient, endpoint: WebhookEndpoint, event_id: str, *, now: datetime = LATER) -> int:
    wanted = ReplayRange(after=event_id)
    return deliveries_replay(endpoint.pk, client_id=client.pk, wanted=wanted, actor=client_actor(client), now=now)


def states(endpoint: WebhookEndpoint) -> list[tuple[str, str, object]]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("event__position").select_related("event")
    return [(row.event.type, row.status, row.next_attempt_at) for row in rows]


def test_refuses_to_redeliver_what_is_not_this_clients(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    delivery = only_delivery(endpoint)
    with pytest.raises(DeliveryUnknown):
        delivery_redeliver(delivery.pk, client_id=make_client().pk, actor=client_actor(client), now=LATER)
    with pytest.raises(DeliveryUnknown):
        delivery_redeliver("dlv_nothing", client_id=client.pk, actor=client_actor(client), now=LATER)
    assert only_delivery(endpoint).next_attempt_at == NOW


def test_refuses_to_redeliver_what_is_being_sent(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    deliveries_claim(now=NOW, room=1, most_per_endpoint=1)
    before = WebhookDelivery.objects.values().get()
    with pytest.raises(DeliveryUnderWay):
        delivery_redeliver(
            only_delivery(endpoint).pk, client_id=client.pk, actor=client_actor(client), now=NOW + seconds(1)
        )
    assert WebhookDelivery.objects.values().get() == before


def test_refuses_whatever_concerns_an_endpoint_that_is_off(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    event = publish(client, 1)
    publish(client, 2)
    switch_off(client, endpoint)
    before = list(WebhookDelivery.objects.order_by("pk").values())
    with pytest.raises(EndpointIsDisabled):
        delivery_redeliver(before[0]["id"], client_id=client.pk, actor=client_actor(client), now=LATER)
    with pytest.raises(EndpointIsDisabled):
        replay_after(client, endpoint, event.pk, now=LATER)
    with pytest.raises(EndpointIsDisabled):
        endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=LATER)
    assert list(WebhookDelivery.objects.order_by("pk").values()) == before
    assert Event.objects.count() == 2


def test_refuses_to_replay_after_an_event_that_is_not_this_clients(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    theirs = publish(make_client(), refund=OTHER_REFUND)
    for event_id in (theirs.pk, "evt_nothing"):
        with pytest.raises(EventUnknown):
            replay_after(client, endpoint, event_id, now=LATER)
    with pytest.raises(EndpointUnknown):
        replay_after(make_client(), endpoint, theirs.pk, now=LATER)
    assert WebhookDelivery.objects.count() == 0


def test_refuses_to_replay_more_than_one_request_should(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "LONGEST_REPLAY", 1)
    first = publish(client, 1)
    for sequence in (2, 3):
        publish(client, sequence)
    endpoint, _secret = make_endpoint(client)
    with pytest.raises(ReplayTooLong):
        replay_after(client, endpoint, first.pk, now=LATER)
    assert WebhookDelivery.objects.count() == 0


@pytest.mark.loopback
def test_sends_a_dead_delivery_again_from_the_foot_of_the_ladder(
    client: ApiClient, receiver: Receiver, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    endpoint, secret = make_endpoint(client, receiver.url)
    publish(client)
    WebhookDelivery.objects.update(failures=9)
    receiver.script.append(Response(500))
    send()
    dead = only_delivery(endpoint)
    assert dead.status == DeliveryStatus.DEAD
    with django_capture_on_commit_callbacks() as nudged:
        again = delivery_redeliver(dead.pk, client_id=client.pk, actor=client_actor(client), now=LATER)
    assert len(nudged) == 1
    assert (again.status, again.failures, again.attempts) == (DeliveryStatus.PENDING, 0, 1)
    assert (again.next_attempt_at, again.finished_at) == (LATER, None)
    send(LATER)
    assert only_delivery(endpoint).status == DeliveryStatus.DONE
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    second.verify(secret)


def test_redelivers_what_waits_in_the_lane_before_it_as_well(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client, 1)
    publish(client, 2, event_type=EventType.PAID)
    publish(client, 3, event_type=EventType.DENIED)
    WebhookDelivery.objects.update(next_attempt_at=LATER)
    wanted = WebhookDelivery.objects.get(sequence=2)
    delivery_redeliver(wanted.pk, client_id=client.pk, actor=client_actor(client), now=NOW + seconds(1))
    assert states(endpoint) == [
        ("refund.held", "pending", NOW + seconds(1)),
        ("refund.paid", "pending", NOW + seconds(1)),
        ("refund.denied", "pending", LATER),
    ]


def test_replays_what_the_endpoint_wants_after_an_event(
    client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before_it_was_made = publish(client, 1)
    publish(client, 2, event_type=EventType.PAID)
    endpoint, _secret = make_endpoint(client, event_types=[EventType.PAID, EventType.DENIED])
    publish(client, 3, event_type=EventType.DENIED)
    publish(client, 4, event_type=EventType.APPEALED)
    publish(client, 5, event_type=EventType.DENIED)
    publish(make_client(), refund=OTHER_REFUND, event_type=EventType.DENIED)
    WebhookDelivery.objects.filter(sequence=3).update(status="done", next_attempt_at=None, finished_at=NOW)
    WebhookDelivery.objects.filter(sequence=5).update(next_attempt_at=LATER + seconds(60), failures=7)
    with django_assert_num_queries(7):
        replayed = replay_after(client, endpoint, before_it_was_made.pk, now=LATER)
    assert replayed == 3
    assert states(endpoint) == [
        ("refund.paid", "pending", LATER),
        ("refund.denied", "pending", LATER),
        ("refund.denied", "pending", LATER),
    ]
    assert set(WebhookDelivery.objects.values_list("failures", flat=True)) == {0}


def test_leaves_what_is_being_sent_to_its_sender_when_replaying(client: ApiClient) -> None:
    first = publish(client, 1)
    endpoint, _secret = make_endpoint(client)
    publish(client, 2)
    deliveries_claim(now=NOW, room=1, most_per_endpoint=1)
    before = WebhookDelivery.objects.values().get()
    assert replay_after(client, endpoint, first.pk, now=NOW + seconds(1)) == 0
    assert WebhookDelivery.objects.values().get() == before


@pytest.mark.loopback
def test_sends_replayed_events_in_the_order_of_their_refund(client: ApiClient, receiver: Receiver) -> None:
    first = publish(client, 1)
    for sequence, event_type in enumerate((EventType.RELEASED, EventType.PAYOUT_FAILED, EventType.PAID), start=2):
        publish(client, sequence, event_type=event_type)
    endpoint, _secret = make_endpoint(client, receiver.url)
    replay_after(client, endpoint, first.pk, now=NOW)
    send()
    assert receiver.types == ["refund.released", "refund.payout_failed", "refund.paid"]


@pytest.mark.loopback
def test_pings_one_endpoint_once(client: ApiClient, receiver: Receiver, other_receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(client, receiver.url, event_types=[EventType.PAID])
    make_endpoint(client, other_receiver.url)
    ping = endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    receiver.otherwise = Response(500)
    send()
    (request,) = receiver.received
    request.verify(secret)
    assert request.document == {
        "id": ping.event_id,
        "type": "webhook.test",
        "timestamp": "2026-11-22T12:00:00Z",
        "sequence": 1,
        "data": {"endpoint": {"id": endpoint.pk}},
    }
    assert other_receiver.received == []
    assert only_delivery(endpoint).status == DeliveryStatus.DEAD


@pytest.mark.parametrize(
    "wanted",
    [
        ReplayRange(),
        ReplayRange(until=NOW),
        ReplayRange(since=NOW, until=NOW),
        ReplayRange(since=NOW, until=NOW - seconds(1)),
    ],
)
def test_refuses_to_replay_a_range_that_holds_nothing(client: ApiClient, wanted: ReplayRange) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    before = WebhookDelivery.objects.values().get()
    with pytest.raises(ReplayEmpty):
        deliveries_replay(endpoint.pk, client_id=client.pk, wanted=wanted, actor=client_actor(client), now=LATER)
    assert WebhookDelivery.objects.values().get() == before
    assert AuditEvent.objects.filter(action=Action.ENDPOINT_REPLAYED).count() == 0


def test_replays_by_time_with_the_first_moment_and_without_the_last(client: ApiClient) -> None:
    for sequence in (1, 2, 3, 4):
        publish(client, sequence, now=NOW + seconds(sequence))
    endpoint, _secret = make_endpoint(client)
    wanted = ReplayRange(since=NOW + seconds(2), until=NOW + seconds(4))
    actor = client_actor(client)
    replayed = deliveries_replay(endpoint.pk, client_id=client.pk, wanted=wanted, actor=actor, now=LATER)
    assert replayed == 2
    assert list(WebhookDelivery.objects.order_by("sequence").values_list("sequence", flat=True)) == [2, 3]
    told = AuditEvent.objects.get(action=Action.ENDPOINT_REPLAYED)
    assert (told.subject, told.client) == (endpoint.pk, client)
    assert told.changes == {"since": "2026-11-22T12:00:02+00:00", "until": "2026-11-22T12:00:04+00:00", "events": 2}


def test_sends_all_that_is_dead_again_but_for_pings(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    other, _secret = make_endpoint(client)
    for sequence in (1, 2, 3):
        publish(client, sequence)
    endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    WebhookDelivery.objects.exclude(sequence=3).update(status="dead", next_attempt_at=None, finished_at=NOW)
    WebhookDelivery.objects.filter(event__type="webhook.test").update(
        status="dead", next_attempt_at=None, finished_at=NOW
    )
    actor = client_actor(client)
    assert deliveries_revive(endpoint.pk, client_id=client.pk, actor=actor, now=LATER) == 2
    assert states(endpoint) == [
        ("refund.held", "pending", LATER),
        ("refund.held", "pending", LATER),
        ("refund.held", "pending", NOW),
        ("webhook.test", "dead", None),
    ]
    assert [status for _type, status, _at in states(other)] == ["dead", "dead", "pending"]
    assert AuditEvent.objects.get(action=Action.ENDPOINT_REPLAYED).changes == {"dead": 2}
    WebhookDelivery.objects.filter(endpoint=endpoint, status="dead").delete()
    assert deliveries_revive(endpoint.pk, client_id=client.pk, actor=actor, now=LATER) == 0


def test_records_who_pinged_and_who_sent_again(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    delivery = only_delivery(endpoint)
    again(client, delivery.pk)
    endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    told = AuditEvent.objects.filter(action__in=[Action.DELIVERY_REDELIVERED, Action.ENDPOINT_TESTED]).order_by("id")
    assert [(each.action, each.subject, each.client, each.changes) for each in told] == [
        ("delivery.redelivered", endpoint.pk, client, {"delivery": delivery.pk, "type": "refund.held"}),
        ("endpoint.tested", endpoint.pk, client, {}),
    ]
