from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.clients.models import ApiClient
from apps.common.keysets import CursorUnreadable, page_by_id
from apps.webhooks.errors import DeliveryUnknown, EndpointUnknown, EventUnknown
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DeliveryStatus, Event, WebhookDelivery
from apps.webhooks.selectors import (
    deliveries_of,
    delivery_lag,
    delivery_of,
    endpoint_of,
    endpoints_of,
    events_after,
)
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.endpoints import endpoint_remove
from apps.webhooks.services.replay import endpoint_test
from tests.support.factories import client_actor, make_client
from tests.webhooks.outbox import (
    NOW,
    OTHER_REFUND,
    REFUND,
    make_endpoint,
    only_delivery,
    publish,
    publish_many,
    seconds,
)


def listed(client: ApiClient, after: Event | None = None) -> list[tuple[str, int]]:
    """Return subject and sequence of a client's events after one."""
    page = events_after(client_id=client.pk, after=after.pk if after else None, event_type=None, limit=200)
    return [(event.subject_id, event.sequence) for event in page.rows]


@contextmanager
def publishing(client: ApiClient, sequence: int, refund: str = REFUND) -> Iterator[None]:
    """Publish in a transaction of another connection, which is committed when the block ends."""
    written, finish = Signal(), Signal()

    def run() -> None:
        try:
            with transaction.atomic():
                publish(client, sequence, refund=refund)
                written.set()
                finish.wait(10)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    assert written.wait(10)
    try:
        yield
    finally:
        finish.set()
        thread.join(10)


def test_refuses_to_list_after_an_event_that_is_not_this_clients(client: ApiClient) -> None:
    theirs = publish(make_client())
    for event_id in (theirs.pk, "evt_nothing"):
        with pytest.raises(EventUnknown):
            events_after(client_id=client.pk, after=event_id, event_type=None, limit=10)


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0", "W10"])
def test_refuses_a_cursor_that_it_did_not_give_out(client: ApiClient, cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        events_after(client_id=client.pk, after=None, event_type=None, limit=10, cursor=cursor)


def test_lists_a_clients_events_in_their_order(
    client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    endpoint, _secret = make_endpoint(client)
    first = publish(client, 1)
    publish(client, 2, event_type=EventType.PAID)
    publish(make_client(), 1, refund=OTHER_REFUND)
    endpoint_test(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    publish(client, 3)
    with django_assert_num_queries(3):
        assert listed(client) == [(REFUND, 1), (REFUND, 2), (REFUND, 3)]
    assert listed(client, after=first) == [(REFUND, 2), (REFUND, 3)]
    paid = events_after(client_id=client.pk, after=None, event_type=EventType.PAID, limit=10)
    assert [event.sequence for event in paid.rows] == [2]


def test_walks_to_the_end_by_cursors(client: ApiClient) -> None:
    published = publish_many(client, 5)
    first = events_after(client_id=client.pk, after=None, event_type=None, limit=2)
    publish(client, 1, refund="rfd_late")
    second = events_after(client_id=client.pk, after=None, event_type=None, limit=3, cursor=first.next_cursor)
    third = events_after(client_id=client.pk, after=None, event_type=None, limit=3, cursor=second.next_cursor)
    walked = [*first.rows, *second.rows, *third.rows]
    assert walked[:5] == published
    assert [event.subject_id for event in walked[5:]] == ["rfd_late"]
    assert third.next_cursor is None


@pytest.mark.django_db(transaction=True)
def test_never_shows_an_event_before_one_that_commits_later() -> None:
    client = make_client()
    earliest = publish(client, 1, refund="rfd_before")
    with publishing(client, 1):
        publish(client, 1, refund=OTHER_REFUND)
        assert listed(client) == [("rfd_before", 1)]
        assert listed(client, after=earliest) == []
    assert listed(client, after=earliest) == [(REFUND, 1), (OTHER_REFUND, 1)]


@pytest.mark.django_db(transaction=True)
def test_goes_on_when_the_transaction_before_is_rolled_back() -> None:
    client = make_client()
    with transaction.atomic():
        publish(client, 1)
        transaction.set_rollback(True)
    publish(client, 1, refund=OTHER_REFUND)
    assert listed(client) == [(OTHER_REFUND, 1)]


@pytest.mark.django_db(transaction=True)
def test_shows_its_own_transaction_what_it_wrote() -> None:
    client = make_client()
    with transaction.atomic():
        publish(client, 1)
        assert listed(client) == [(REFUND, 1)]


@pytest.mark.django_db(transaction=True)
def test_is_not_held_up_by_transactions_that_publish_nothing() -> None:
    client = make_client()
    begun, finish = Signal(), Signal()

    def write_something_else() -> None:
        try:
            with transaction.atomic():
                make_client()
                begun.set()
                finish.wait(10)
        finally:
            connection.close()

    thread = Thread(target=write_something_else)
    thread.start()
    assert begun.wait(10)
    publish(client, 1)
    assert listed(client) == [(REFUND, 1)]
    finish.set()
    thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_skips_nothing_for_a_reader_who_follows_while_many_publish() -> None:
    client = make_client()
    writers, each = 6, 40

    def write(number: int) -> None:
        try:
            for sequence in range(1, each + 1):
                with transaction.atomic():
                    publish(client, sequence, refund=f"rfd_{number}")
                    publish(client, sequence, refund=f"rfd_{number}_more")
        finally:
            connection.close()

    read: list[Event] = []

    def follow() -> None:
        page = events_after(client_id=client.pk, after=read[-1].pk if read else None, event_type=None, limit=7)
        read.extend(page.rows)

    with ThreadPoolExecutor(writers) as threads:
        running = [threads.submit(write, number) for number in range(writers)]
        while not all(future.done() for future in running):
            follow()
        for future in running:
            future.result()
    while len(read) < writers * each * 2:
        before = len(read)
        follow()
        assert len(read) > before
    assert len({event.pk for event in read}) == writers * each * 2
    for subject in {event.subject_id for event in read}:
        assert [event.sequence for event in read if event.subject_id == subject] == list(range(1, each + 1))


def test_finds_only_what_is_this_clients_and_there(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    removed, _secret = make_endpoint(client)
    publish(client)
    endpoint_remove(removed.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    stranger = make_client()
    delivery = only_delivery(endpoint)
    assert list(endpoints_of(client.pk)) == [endpoint]
    assert endpoint_of(endpoint.pk, client_id=client.pk) == endpoint
    assert delivery_of(delivery.pk, client_id=client.pk) == delivery
    with pytest.raises(EndpointUnknown):
        endpoint_of(endpoint.pk, client_id=stranger.pk)
    with pytest.raises(EndpointUnknown):
        endpoint_of(removed.pk, client_id=client.pk)
    with pytest.raises(DeliveryUnknown):
        delivery_of(delivery.pk, client_id=stranger.pk)


def test_lists_an_endpoints_deliveries_by_status_with_a_fixed_number_of_queries(
    client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    endpoint, _secret = make_endpoint(client)
    publish_many(client, 20)
    dead = WebhookDelivery.objects.order_by("pk").values_list("pk", flat=True)[:3]
    WebhookDelivery.objects.filter(pk__in=list(dead)).update(status="dead", next_attempt_at=None, finished_at=NOW)
    with django_assert_num_queries(2):
        page = page_by_id(deliveries_of(endpoint), limit=10, cursor=None)
        assert len([(delivery.event.type, list(delivery.tries.all())) for delivery in page.rows]) == 10
    found = page_by_id(deliveries_of(endpoint, status=DeliveryStatus.DEAD), limit=10, cursor=None)
    assert {delivery.status for delivery in found.rows} == {"dead"}
    assert len(found.rows) == 3


def test_tells_how_long_the_longest_waiting_delivery_has_been_due(client: ApiClient) -> None:
    assert delivery_lag(now=NOW) == timedelta()
    make_endpoint(client)
    publish(client, 1)
    publish(client, 1, refund=OTHER_REFUND, now=NOW + seconds(20))
    assert delivery_lag(now=NOW - seconds(1)) == timedelta()
    assert delivery_lag(now=NOW + seconds(30)) == timedelta(seconds=30)
    deliveries_claim(now=NOW, room=1, most_per_endpoint=1)
    assert delivery_lag(now=NOW + seconds(30)) == timedelta(seconds=10)
