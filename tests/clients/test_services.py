from datetime import timedelta

import pytest

from apps.clients.keys import digest_of
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.clients.services import ScopeUnknown, api_key_create, note_use
from tests.support.factories import NOON

pytestmark = pytest.mark.django_db


def make_key(**options: object) -> str:
    return api_key_create(client_name="Galaxy Mall", scopes=["all"], now=NOON, **options)  # type: ignore[arg-type]  # a test's choice


def test_refuses_a_scope_that_does_not_exist_and_makes_nothing() -> None:
    with pytest.raises(ScopeUnknown):
        api_key_create(client_name="Galaxy Mall", scopes=["refunds:read", "refunds:all"], now=NOON)

    assert (ApiClient.objects.count(), ApiKey.objects.count()) == (0, 0)


def test_stores_no_key() -> None:
    key = make_key()

    row = ApiKey.objects.values().get()
    assert bytes(row["digest"]) == digest_of(key)
    assert not any(key in str(value) or key.split("_")[-1] in str(value) for value in row.values())


def test_knows_the_key_and_its_client() -> None:
    found = api_key_presented(make_key(), now=NOON)

    assert found is not None
    assert (found.client.name, len(found.scopes)) == ("Galaxy Mall", 5)


def test_keeps_two_keys_of_one_client_valid_at_once() -> None:
    first, second = make_key(), make_key()

    assert api_key_presented(first, now=NOON) is not None
    assert api_key_presented(second, now=NOON) is not None
    assert ApiClient.objects.count() == 1


@pytest.mark.parametrize("changed", ["", "rck_", "rck_short", "Bearer x", "rck_000000000000_unknown"])
def test_does_not_know_what_is_no_key(changed: str) -> None:
    make_key()

    assert api_key_presented(changed, now=NOON) is None


def test_does_not_accept_the_right_lookup_with_another_secret() -> None:
    key = make_key()

    assert api_key_presented(key[:-1] + ("A" if key[-1] != "A" else "B"), now=NOON) is None


def test_does_not_accept_a_key_that_expired_was_revoked_or_whose_client_is_off() -> None:
    key = make_key(expires_at=NOON + timedelta(hours=1))
    assert api_key_presented(key, now=NOON + timedelta(minutes=59)) is not None
    assert api_key_presented(key, now=NOON + timedelta(hours=1)) is None

    ApiKey.objects.update(revoked_at=NOON)
    assert api_key_presented(key, now=NOON) is None
    ApiKey.objects.update(revoked_at=None)
    ApiClient.objects.update(is_active=False)
    assert api_key_presented(key, now=NOON) is None


def test_notes_use_every_few_minutes_only() -> None:
    make_key()
    key = ApiKey.objects.get()

    note_use(key, now=NOON)
    key.refresh_from_db()
    note_use(key, now=NOON + timedelta(minutes=4))
    assert ApiKey.objects.get().last_used_at == NOON
    note_use(key, now=NOON + timedelta(minutes=6))
    assert ApiKey.objects.get().last_used_at == NOON + timedelta(minutes=6)
