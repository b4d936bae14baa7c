from typing import Any

import pytest

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.common.ciphers import decrypted
from apps.common.errors import Invalid, SeveralInvalid
from apps.staff.models import Role
from apps.webhooks.errors import (
    DescriptionTooLong,
    EndpointChanged,
    EndpointUnknown,
    EventTypeUnknown,
    ReceiverUrlNotSecure,
    TooManyEndpoints,
)
from apps.webhooks.event_types import TEST_EVENT_TYPE, EventType
from apps.webhooks.models import DeliveryStatus, DisabledReason, EndpointStatus, WebhookDelivery, WebhookEndpoint
from apps.webhooks.services import endpoints
from apps.webhooks.services.endpoints import EndpointChanges, endpoint_change, endpoint_create, endpoint_remove
from apps.webhooks.services.secrets import secret_rotate
from tests.support.factories import client_actor, make_client, make_person, person_actor
from tests.webhooks.outbox import NOW, make_endpoint, publish, seconds

URL = "https://example.com/hooks"


def create(client: ApiClient, **changed: Any) -> tuple[WebhookEndpoint, str]:
    wanted: dict[str, Any] = {"url": URL, "description": "", "event_types": []}
    return endpoint_create(client_id=client.pk, actor=client_actor(client), now=NOW, **(wanted | changed))


def change(client: ApiClient, endpoint: WebhookEndpoint, **changes: Any) -> WebhookEndpoint:
    return endpoint_change(
        endpoint.pk,
        client_id=client.pk,
        changes=EndpointChanges(**changes),
        actor=client_actor(client),
        now=NOW + seconds(1),
    )


@pytest.mark.parametrize(
    ("wrong", "refusal", "pointer"),
    [
        ({"url": "http://example.com/"}, ReceiverUrlNotSecure, "/url"),
        ({"description": "x" * 201}, DescriptionTooLong, "/description"),
        ({"event_types": [EventType.HELD, "refund.unheard"]}, EventTypeUnknown, "/event_types/1"),
        ({"event_types": [TEST_EVENT_TYPE]}, EventTypeUnknown, "/event_types/0"),
    ],
)
def test_refuses_what_is_wrong_and_says_where(
    client: ApiClient, wrong: dict[str, Any], refusal: type[Invalid], pointer: str, settings: Any
) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = []
    endpoint, _secret = create(client)
    with pytest.raises(refusal) as caught:
        create(client, **wrong)
    assert caught.value.pointer == pointer
    with pytest.raises(refusal):
        change(client, endpoint, **wrong)
    assert WebhookEndpoint.objects.get() == endpoint
    assert WebhookEndpoint.objects.get().version == 1
    assert AuditEvent.objects.count() == 1


def test_names_everything_that_is_wrong_at_once(client: ApiClient) -> None:
    with pytest.raises(SeveralInvalid) as caught:
        create(client, url="nowhere", event_types=["a", "b"])
    assert [problem.pointer for problem in caught.value.problems] == ["/url", "/event_types/0", "/event_types/1"]
    assert WebhookEndpoint.objects.count() == 0


def test_refuses_more_endpoints_than_a_client_may_have(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 2)
    first, _secret = create(client)
    create(client)
    with pytest.raises(TooManyEndpoints):
        create(client)
    create(make_client())
    endpoint_remove(first.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    create(client)


@pytest.mark.parametrize("whose", ["another's", "nobody's", "removed"])
def test_refuses_to_touch_what_is_not_there_for_this_client(client: ApiClient, whose: str) -> None:
    other = make_client()
    endpoint, _secret = create(other if whose == "another's" else client)
    if whose == "removed":
        endpoint_remove(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    identifier = "whe_nothing" if whose == "nobody's" else endpoint.pk
    before = WebhookEndpoint.objects.values().get()
    with pytest.raises(EndpointUnknown):
        endpoint_change(
            identifier,
            client_id=client.pk,
            changes=EndpointChanges(description="mine"),
            actor=client_actor(client),
            now=NOW,
        )
    with pytest.raises(EndpointUnknown):
        endpoint_remove(identifier, client_id=client.pk, actor=client_actor(client), now=NOW)
    assert WebhookEndpoint.objects.values().get() == before


def test_makes_an_endpoint_whose_secret_is_stored_encrypted(client: ApiClient) -> None:
    endpoint, secret = create(client, description="orders", event_types=["refund.paid", "refund.held", "refund.paid"])
    stored = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (stored.client, stored.url, stored.description) == (client, URL, "orders")
    assert stored.event_types == ["refund.paid", "refund.held"]
    assert (stored.status, stored.created_at, stored.version) == (EndpointStatus.ENABLED, NOW, 1)
    assert secret.encode() not in bytes(stored.secret_encrypted)
    assert decrypted(bytes(stored.secret_encrypted)) == secret
    told = AuditEvent.objects.get()
    assert (told.action, told.subject, told.client) == (Action.ENDPOINT_CREATED, endpoint.pk, client)
    assert secret not in str(told.changes)


def test_changes_only_what_differs_and_records_it(client: ApiClient) -> None:
    endpoint, _secret = create(client, description="old", event_types=[EventType.HELD])
    changed = change(client, endpoint, description="new", event_types=[], url=URL)
    assert (changed.description, changed.event_types, changed.version) == ("new", [], 2)
    told = AuditEvent.objects.get(action=Action.ENDPOINT_CHANGED)
    assert told.changes == {"description": ["old", "new"], "event_types": [["refund.held"], []]}
    assert change(client, endpoint, description="new").version == 2
    assert AuditEvent.objects.filter(action=Action.ENDPOINT_CHANGED).count() == 1


def test_gives_up_what_waits_when_it_is_switched_off_and_begins_anew_when_on(client: ApiClient) -> None:
    endpoint, _secret = create(client)
    publish(client, 1)
    off = change(client, endpoint, status=EndpointStatus.DISABLED)
    assert (off.status, off.disabled_reason) == (EndpointStatus.DISABLED, DisabledReason.REQUESTED)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.finished_at) == (DeliveryStatus.DEAD, NOW + seconds(1))
    publish(client, 2)
    assert WebhookDelivery.objects.count() == 1
    on = change(client, endpoint, status=EndpointStatus.ENABLED)
    assert (on.status, on.disabled_reason) == (EndpointStatus.ENABLED, "")
    publish(client, 3)
    statuses = WebhookDelivery.objects.order_by("sequence").values_list("sequence", "status")
    assert list(statuses) == [(1, DeliveryStatus.DEAD), (3, DeliveryStatus.PENDING)]


def test_forgets_the_secrets_of_a_removed_endpoint_and_keeps_its_deliveries(client: ApiClient) -> None:
    endpoint, _secret = create(client)
    publish(client)
    endpoint_remove(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW + seconds(1))
    stored = WebhookEndpoint.objects.get()
    assert (bytes(stored.secret_encrypted), stored.removed_at) == (b"", NOW + seconds(1))
    assert WebhookDelivery.objects.get().status == DeliveryStatus.DEAD
    assert AuditEvent.objects.get(action=Action.ENDPOINT_REMOVED).changes == {"url": URL}


def test_makes_endpoints_for_receivers_on_opened_networks(client: ApiClient) -> None:
    endpoint, _secret = make_endpoint(client, "http://127.0.0.1:8000/hooks")
    assert endpoint.url == "http://127.0.0.1:8000/hooks"


def test_refuses_a_change_by_somebody_who_saw_an_older_version(client: ApiClient) -> None:
    endpoint, _secret = create(client)
    change(client, endpoint, description="first")
    before = WebhookEndpoint.objects.values().get()
    with pytest.raises(EndpointChanged):
        endpoint_change(
            endpoint.pk,
            client_id=client.pk,
            changes=EndpointChanges(status=EndpointStatus.DISABLED),
            actor=client_actor(client),
            now=NOW,
            version=1,
        )
    with pytest.raises(EndpointChanged):
        secret_rotate(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW, version=1)
    assert WebhookEndpoint.objects.values().get() == before


def test_says_who_switched_it_off(client: ApiClient) -> None:
    endpoint, _secret = create(client)
    off = EndpointChanges(status=EndpointStatus.DISABLED)
    actor = person_actor(make_person(role=Role.SUPERVISOR))
    changed = endpoint_change(endpoint.pk, client_id=client.pk, changes=off, actor=actor, now=NOW, version=1)
    assert changed.disabled_reason == DisabledReason.SUPERVISOR
