from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.webhooks.models import DisabledReason, WebhookDelivery
from apps.webhooks.services import claims
from apps.webhooks.services.claims import deliveries_claim, lease_length
from apps.webhooks.services.endpoints import endpoint_disable
from tests.support.factories import make_client
from tests.webhooks.outbox import (
    NOW,
    OTHER_REFUND,
    make_endpoint,
    only_delivery,
    publish,
    publish_many,
    seconds,
)


def claim(now: object = NOW, **options: object) -> list[str]:
    """Claim and return what was claimed as 'refund's last digit#sequence'."""
    defaults: dict[str, object] = {"now": now, "room": 100, "most_per_endpoint": 100}
    claimed = deliveries_claim(**(defaults | options))  # type: ignore[arg-type]  # options of one function
    return sorted(f"{delivery.event.payload['refund']['id'][-1]}#{delivery.event.sequence}" for delivery in claimed)


def test_takes_nothing_that_is_not_due(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client, now=NOW + seconds(1))
    assert claim() == []
    assert only_delivery(endpoint).attempts == 0


def test_takes_nothing_of_an_endpoint_that_is_off(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    endpoint_disable(endpoint.pk, asked_url=endpoint.url, reason=DisabledReason.GONE, actor=system("t"), now=NOW)
    # As a transaction leaves it that published while the endpoint was being switched off.
    WebhookDelivery.objects.update(status="pending", next_attempt_at=NOW, finished_at=None)
    assert claim() == []


def test_leases_what_it_takes_and_counts_the_attempt(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    event = publish(client)
    (claimed,) = deliveries_claim(now=NOW, room=1, most_per_endpoint=1)
    assert (claimed.pk, claimed.attempts, claimed.failures) == (only_delivery(endpoint).pk, 1, 0)
    assert (claimed.event.pk, claimed.event.type, claimed.event.payload) == (event.pk, event.type, event.payload)
    assert (claimed.endpoint_id, claimed.endpoint.url) == (endpoint.pk, endpoint.url)
    stored = only_delivery(endpoint)
    assert (stored.attempts, stored.leased_until) == (1, NOW + lease_length())
    assert claim() == []


def test_takes_again_what_a_dead_sender_left(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client)
    publish(client)
    assert claim() == ["1#1"]
    assert claim(NOW + lease_length() - seconds(1)) == []
    assert claim(NOW + lease_length()) == ["1#1"]
    assert only_delivery(endpoint).attempts == 2


def test_takes_the_first_of_each_lane_only(client: ApiClient) -> None:
    make_endpoint(client)
    for sequence in (1, 2, 3):
        publish(client, sequence)
    publish(client, 4, refund=OTHER_REFUND)
    assert claim() == ["1#1", "2#4"]
    assert claim() == []


def test_gives_each_endpoint_its_share(client: ApiClient) -> None:
    first, _secret = make_endpoint(client)
    second, _secret = make_endpoint(client)
    publish_many(client, 10)
    claimed = deliveries_claim(now=NOW, room=100, most_per_endpoint=4, busy={first.pk: 3})
    assert sorted(delivery.endpoint_id for delivery in claimed) == [first.pk] + [second.pk] * 4
    assert deliveries_claim(now=NOW, room=100, most_per_endpoint=4, busy={first.pk: 4, second.pk: 7}) == []


def test_gives_room_to_whoever_has_the_least_under_way(client: ApiClient) -> None:
    hanging, _secret = make_endpoint(client)
    publish_many(client, 10)
    sound, _secret = make_endpoint(client)
    for refund in ("rfd_a", "rfd_b"):
        publish(client, 1, refund=refund, now=NOW + seconds(1))
    claimed = deliveries_claim(now=NOW + seconds(2), room=3, most_per_endpoint=8, busy={hanging.pk: 1})
    assert sorted(delivery.endpoint_id for delivery in claimed) == sorted([sound.pk, sound.pk, hanging.pk])


def test_takes_what_has_been_due_longest_first(client: ApiClient) -> None:
    make_endpoint(client)
    publish(client, 1, refund=OTHER_REFUND, now=NOW - seconds(1))
    publish(client, 1, now=NOW - seconds(2))
    assert claim(room=1) == ["1#1"]
    assert claim(room=1) == ["2#1"]


def test_looks_into_the_lane_and_does_not_read_the_backlog(client: ApiClient) -> None:
    make_endpoint(client)
    publish_many(client, 20)
    asked: dict[str, Any] = {"now": NOW, "leased_until": NOW, "room": 10, "most": 10, "busy": [], "taken": []}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {claims._CLAIM}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # As a join it is planned for few pending rows, and reads all of them for each candidate when they are many.
    assert "SubPlan" in plan
    assert "Anti Join" not in plan


@pytest.mark.django_db(transaction=True)
def test_never_gives_one_delivery_to_two_senders() -> None:
    client = make_client()
    make_endpoint(client)
    publish_many(client, 300)
    begin = Barrier(4)

    def drain() -> list[str]:
        taken: list[str] = []
        try:
            begin.wait()
            while claimed := deliveries_claim(now=NOW, room=7, most_per_endpoint=7):
                taken += [delivery.pk for delivery in claimed]
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [identifier for drained in threads.map(lambda _: drain(), range(4)) for identifier in drained]
    assert len(taken) == len(set(taken)) == 300
    assert set(WebhookDelivery.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_does_not_wait_for_rows_that_another_holds() -> None:
    client = make_client()
    make_endpoint(client)
    publish_many(client, 3)

    def claim_in_thread() -> int:
        try:
            return len(deliveries_claim(now=NOW, room=10, most_per_endpoint=10))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        assert len(deliveries_claim(now=NOW, room=2, most_per_endpoint=2)) == 2
        assert thread.submit(claim_in_thread).result(timeout=10) == 1
