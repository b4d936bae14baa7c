import pytest

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.webhooks.errors import EndpointUnknown
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.services.secrets import OVERLAP, secret_rotate, signing_secrets
from tests.support.factories import client_actor, make_client
from tests.webhooks.outbox import NOW, make_endpoint, seconds


def rotate(client: ApiClient, endpoint: WebhookEndpoint, seconds_later: float = 0) -> str:
    _endpoint, secret = secret_rotate(
        endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW + seconds(seconds_later)
    )
    endpoint.refresh_from_db()
    return secret


def test_refuses_to_rotate_another_clients_secret(client: ApiClient) -> None:
    endpoint, secret = make_endpoint(make_client())
    with pytest.raises(EndpointUnknown):
        secret_rotate(endpoint.pk, client_id=client.pk, actor=client_actor(client), now=NOW)
    endpoint.refresh_from_db()
    assert signing_secrets(endpoint, now=NOW) == [secret]
    assert endpoint.version == 1


def test_signs_with_the_secret_before_for_a_day(client: ApiClient) -> None:
    endpoint, before = make_endpoint(client)
    after = rotate(client, endpoint)
    assert after != before
    assert signing_secrets(endpoint, now=NOW + OVERLAP - seconds(1)) == [after, before]
    assert signing_secrets(endpoint, now=NOW + OVERLAP) == [after]
    told = AuditEvent.objects.get(action=Action.SECRET_ROTATED)
    assert (told.subject, told.changes) == (endpoint.pk, {})


def test_signs_with_the_newest_two_of_several(client: ApiClient) -> None:
    endpoint, _first = make_endpoint(client)
    second = rotate(client, endpoint)
    third = rotate(client, endpoint, seconds_later=60)
    assert signing_secrets(endpoint, now=NOW + seconds(60)) == [third, second]
