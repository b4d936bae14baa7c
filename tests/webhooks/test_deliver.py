import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from apps.clients.models import ApiClient
from apps.webhooks.event_types import EventType
from apps.webhooks.models import AttemptError, DeliveryStatus, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from apps.webhooks.retries import TRIES
from apps.webhooks.services import deliver
from apps.webhooks.services.claims import deliveries_claim, lease_length
from apps.webhooks.services.deliver import Seat, Sent
from apps.webhooks.services.secrets import OVERLAP, secret_rotate
from tests.support.factories import client_actor, make_client
from tests.support.receiver import DROP, HANG, Receiver, Response
from tests.webhooks.outbox import (
    NOW,
    OTHER_REFUND,
    REFUND,
    make_endpoint,
    only_delivery,
    publish,
    publish_many,
    seconds,
    send,
)

pytestmark = pytest.mark.loopback


def statuses(endpoint: WebhookEndpoint) -> list[str]:
    """Return the statuses of an endpoint's deliveries in the order of their events."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("event__position")
    return list(rows.values_list("status", flat=True))


def test_asks_the_database_three_things_when_nothing_is_due(
    client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_endpoint(client)
    with django_assert_num_queries(3):  # the seat taken and left, and what is due
        assert send() == Sent()


def test_sends_the_event_signed(client: ApiClient, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(client, receiver.url)
    event = publish(client, now=NOW - timedelta(hours=1))
    assert send() == Sent(attempts=1, delivered=1)
    (request,) = receiver.received
    request.verify(secret)
    assert request.document == {
        "id": event.pk,
        "type": "refund.held",
        "timestamp": "2026-11-22T11:00:00Z",
        "sequence": 1,
        "data": {"refund": {"id": REFUND, "reason": "孩子误操作"}},
    }
    assert request.headers["webhook-id"] == event.pk
    assert request.at == NOW
    delivery = only_delivery(endpoint)
    assert (delivery.status, delivery.attempts, delivery.failures) == (DeliveryStatus.DONE, 1, 0)
    assert send(NOW + timedelta(days=1)) == Sent()


def test_keeps_the_order_of_a_refund_through_failures(client: ApiClient, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(client, receiver.url)
    for sequence, event_type in enumerate((EventType.HELD, EventType.RELEASED, EventType.PAID), start=1):
        publish(client, sequence, event_type=event_type)
    receiver.script.append(Response(500))
    send()
    assert receiver.types == ["refund.held"]
    publish(client, 1, refund=OTHER_REFUND, event_type=EventType.DENIED, now=NOW + seconds(1))
    send(NOW + seconds(4))
    assert receiver.types == ["refund.held", "refund.denied"]
    send(NOW + seconds(6))
    assert receiver.types[2:] == ["refund.held", "refund.released", "refund.paid"]
    assert statuses(endpoint) == [DeliveryStatus.DONE] * 4
    first, again = receiver.received[0], receiver.received[2]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert again.at >= first.at + seconds(6)
    for request in receiver.received:
        request.verify(secret)


def test_goes_on_after_an_event_that_died(client: ApiClient, receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(client, receiver.url)
    publish(client, 1)
    publish(client, 2, event_type=EventType.PAID)
    WebhookDelivery.objects.filter(sequence=1).update(failures=TRIES - 1)
    receiver.script.append(Response(500))
    send()
    assert receiver.types == ["refund.held", "refund.paid"]
    assert statuses(endpoint) == [DeliveryStatus.DEAD, DeliveryStatus.DONE]


def test_dies_after_ten_tries_in_three_days(client: ApiClient, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(client, receiver.url)
    publish(client)
    receiver.otherwise = Response(500, b"broken")
    now, tries = NOW, 0
    while (delivery := only_delivery(endpoint)).status == DeliveryStatus.PENDING:
        assert delivery.next_attempt_at is not None
        now = max(now, delivery.next_attempt_at)
        send(now)
        tries += 1
        assert len(receiver.received) == tries
    assert tries == 10
    assert timedelta(hours=64) < now - NOW < timedelta(hours=72)
    assert (delivery.status, delivery.attempts, delivery.next_attempt_at) == (DeliveryStatus.DEAD, 10, None)
    assert list(WebhookAttempt.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 11))
    assert {request.headers["webhook-id"] for request in receiver.received} == {delivery.event_id}
    for request in receiver.received:
        request.verify(secret)


@pytest.mark.parametrize(
    ("response", "status_code", "error"),
    [
        (Response(302, headers={"Location": "http://127.0.0.1:9/"}), 302, ""),
        (Response(500, b"no"), 500, ""),
        (HANG, None, AttemptError.TIMED_OUT),
        (DROP, None, AttemptError.BROKEN),
    ],
)
def test_tries_again_after_whatever_is_not_a_2xx(
    client: ApiClient, receiver: Receiver, response: Response, status_code: int | None, error: str
) -> None:
    endpoint, secret = make_endpoint(client, receiver.url)
    publish(client)
    receiver.script.append(response)
    assert send() == Sent(attempts=1, delivered=0)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status_code, attempt.error) == (status_code, error)
    delivery = only_delivery(endpoint)
    assert (delivery.status, delivery.failures) == (DeliveryStatus.PENDING, 1)
    assert delivery.next_attempt_at is not None
    assert seconds(4.5) <= delivery.next_attempt_at - NOW <= seconds(7)
    assert send(NOW + seconds(10)) == Sent(attempts=1, delivered=1)
    for request in receiver.received:
        request.verify(secret)


def test_waits_as_long_as_the_receiver_asks(client: ApiClient, receiver: Receiver) -> None:
    make_endpoint(client, receiver.url)
    publish(client)
    receiver.script.append(Response(503, headers={"Retry-After": "600"}))
    send()
    assert send(NOW + seconds(599)) == Sent()
    assert send(NOW + seconds(602)) == Sent(attempts=1, delivered=1)


def test_stops_at_410(client: ApiClient, receiver: Receiver) -> None:
    endpoint, _secret = make_endpoint(client, receiver.url)
    publish(client, 1)
    publish(client, 2)
    receiver.otherwise = Response(410)
    assert send() == Sent(attempts=1, delivered=0)
    publish(client, 3)
    assert send(NOW + timedelta(days=1)) == Sent()
    assert statuses(endpoint) == [DeliveryStatus.DEAD, DeliveryStatus.DEAD]


def test_signs_with_both_secrets_until_the_overlap_ends(client: ApiClient, receiver: Receiver) -> None:
    endpoint, before = make_endpoint(client, receiver.url)
    _endpoint, after = secret_rotate(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    receiver.trust(after)
    publish(client, 1)
    send(NOW + OVERLAP - seconds(10))
    publish(client, 2)
    send(NOW + OVERLAP)
    both, one = receiver.received
    both.verify(before)
    both.verify(after)
    one.verify(after)
    assert len(both.headers["webhook-signature"].split()) == 2
    assert len(one.headers["webhook-signature"].split()) == 1


def test_does_not_send_what_it_cannot_sign(
    client: ApiClient, receiver: Receiver, other_receiver: Receiver, settings: Settings
) -> None:
    endpoint, _secret = make_endpoint(client, receiver.url)
    WebhookEndpoint.objects.update(secret_encrypted=b"not a value of this installation")
    _other, _secret = make_endpoint(client, other_receiver.url)
    publish(client)
    assert send() == Sent(attempts=2, delivered=1)
    assert receiver.received == []
    attempt = WebhookAttempt.objects.get(delivery__endpoint=endpoint)
    assert (attempt.status_code, attempt.error) == (None, AttemptError.NOT_SIGNED)


def test_sends_again_what_a_killed_sender_had_taken(client: ApiClient, receiver: Receiver) -> None:
    make_endpoint(client, receiver.url)
    publish(client)
    deliveries_claim(now=NOW, room=10, most_per_endpoint=10)
    assert send(NOW + lease_length() - seconds(5)) == Sent()
    assert send(NOW + lease_length()) == Sent(attempts=1, delivered=1)
    assert [attempt.number for attempt in WebhookAttempt.objects.all()] == [2]


def test_takes_up_what_comes_due_while_it_sends(client: ApiClient, receiver: Receiver) -> None:
    make_endpoint(client, receiver.url)
    publish(client, 1)
    publish(client, 1, refund=OTHER_REFUND, now=NOW + seconds(0.2))
    receiver.script.append(HANG)
    assert send() == Sent(attempts=2, delivered=1)


def test_does_not_let_one_that_hangs_delay_the_others(
    client: ApiClient, receiver: Receiver, other_receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "BUDGET", seconds(1.2))
    hanging, _secret = make_endpoint(client, receiver.url)
    sound, secret = make_endpoint(client, other_receiver.url)
    receiver.otherwise = HANG
    publish_many(client, 100)
    send()
    assert statuses(sound) == [DeliveryStatus.DONE] * 100
    for request in other_receiver.received:
        request.verify(secret)
    # The hanging one filled its places once, and fewer when it was known to hang.
    tried = WebhookAttempt.objects.filter(delivery__endpoint=hanging).count()
    assert deliver.MOST_PER_ENDPOINT < tried <= deliver.MOST_PER_ENDPOINT + 3 * deliver.MOST_PER_SLOW_ENDPOINT


@pytest.mark.django_db(transaction=True)
def test_sends_nothing_twice_when_two_run_at_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seat, "take", lambda _seat: True)
    client = make_client()
    endpoint, secret = make_endpoint(client, receiver.url)
    publish_many(client, 200)
    for sequence in (2, 3):
        publish(client, sequence, refund=f"rfd_{7:026d}")

    def run() -> Sent:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        sent = list(threads.map(lambda _: run(), range(2)))
    assert sum(run.delivered for run in sent) == len(receiver.received) == 202
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 202
    assert statuses(endpoint) == [DeliveryStatus.DONE] * 202
    of_one_refund = [
        request.document["sequence"]
        for request in receiver.received
        if request.document["data"]["refund"]["id"] == f"rfd_{7:026d}"
    ]
    assert of_one_refund == [1, 2, 3]
    for request in receiver.received:
        request.verify(secret)


def test_goes_on_taking_work_while_another_run_waits_for_its_last_answers(settings: Settings) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 15
    assert deliver.budget() == timedelta(seconds=20)
    settings.WEBHOOK_TIMEOUT_SECONDS = 30
    assert deliver.budget() == timedelta(seconds=30)


@pytest.mark.django_db(transaction=True)
def test_sends_nothing_twice_from_two_processes(receiver: Receiver) -> None:
    client = make_client()
    endpoint, _secret = make_endpoint(client, receiver.url)
    publish_many(client, 300, now=timezone.now())
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    environment = os.environ | {"DATABASE_URL": database, "REVIEWCONSOLE_WEBHOOK_ALLOW": "127.0.0.0/8"}
    code = "import django; django.setup(); from apps.webhooks import tasks; print(tasks.send_due_deliveries())"
    senders = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) for _ in range(2)
    ]
    attempts = sum(int(sender.communicate(timeout=60)[0]) for sender in senders)
    assert attempts == len(receiver.received) == 300
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 300
    assert statuses(endpoint) == [DeliveryStatus.DONE] * 300


@pytest.mark.django_db(transaction=True)
def test_leaves_the_work_to_the_one_who_has_the_seat(receiver: Receiver) -> None:
    client = make_client()
    make_endpoint(client, receiver.url)
    publish(client)

    def run() -> Sent:
        try:
            return send()
        finally:
            connection.close()

    seat = Seat()
    assert seat.take()
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(run).result() == Sent()
        seat.leave()
        assert thread.submit(run).result() == Sent(attempts=1, delivered=1)


@pytest.mark.django_db(transaction=True)
def test_gives_up_the_seat_before_it_waits_for_the_last_answers(
    receiver: Receiver, other_receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 3
    monkeypatch.setattr(deliver, "budget", timedelta)
    client = make_client()
    make_endpoint(client, receiver.url)
    receiver.otherwise = HANG
    publish(client)

    def run() -> Sent:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(run)
        receiver.wait_for(1)
        other = make_client()
        make_endpoint(other, other_receiver.url)
        publish(other, refund=OTHER_REFUND)
        # The first gives up its seat soon after its last request is out, which is no fixed time.
        sent = Sent(attempts=0, delivered=0)
        while not sent.attempts and not waiting.done():
            sent = threads.submit(run).result()
        assert sent == Sent(attempts=1, delivered=1)
        assert not waiting.done()
        assert waiting.result() == Sent(attempts=1, delivered=0)
