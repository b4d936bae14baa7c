from datetime import timedelta
from typing import Any

import pytest

from apps.clients.errors import (
    ClientNameUnusable,
    ExpiryPast,
    LabelUnusable,
    NetworkUnreadable,
    ScopesMissing,
    ScopeUnknown,
    TooManyNetworks,
    TwoKeysValid,
)
from apps.clients.keys import digest_of
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.clients.services import api_key_create, is_valid_at, note_use
from apps.common.errors import Refusal
from tests.support.factories import NOON
from tests.support.racing import at_once

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


def test_notes_use_once_a_minute_only() -> None:
    make_key()
    key = ApiKey.objects.get()

    note_use(key, now=NOON)
    key.refresh_from_db()
    note_use(key, now=NOON + timedelta(seconds=59))
    assert ApiKey.objects.get().last_used_at == NOON
    note_use(key, now=NOON + timedelta(seconds=60))
    assert ApiKey.objects.get().last_used_at == NOON + timedelta(seconds=60)


def test_notes_no_use_that_another_process_has_noted_already() -> None:
    make_key()
    stale = ApiKey.objects.get()
    note_use(ApiKey.objects.get(), now=NOON)

    note_use(stale, now=NOON + timedelta(seconds=30))

    assert ApiKey.objects.get().last_used_at == NOON


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"scopes": []}, ScopesMissing),
        ({"networks": ["10.0.0.0/33"]}, NetworkUnreadable),
        ({"networks": ["10.0.0.1/8"]}, NetworkUnreadable),
        ({"networks": ["everywhere"]}, NetworkUnreadable),
        ({"networks": ["fe80::1%eth0"]}, NetworkUnreadable),
        ({"networks": [f"10.0.{number}.0/24" for number in range(21)]}, TooManyNetworks),
        ({"expires_at": NOON}, ExpiryPast),
        ({"label": "x" * 121}, LabelUnusable),
        ({"label": "a\x00b"}, LabelUnusable),
        ({"client_name": "  "}, ClientNameUnusable),
        ({"client_name": "a\ud800"}, ClientNameUnusable),
        ({"client_name": "x" * 121}, ClientNameUnusable),
    ],
)
def test_refuses_what_no_key_can_be_and_makes_nothing(options: dict[str, Any], refusal: type[Refusal]) -> None:
    asked: dict[str, Any] = {"client_name": "Galaxy Mall", "scopes": ["all"], "now": NOON, **options}
    with pytest.raises(refusal):
        api_key_create(**asked)

    assert (ApiClient.objects.count(), ApiKey.objects.count()) == (0, 0)


def test_writes_networks_and_scopes_in_one_form() -> None:
    make_key(networks=["203.0.113.7", " 2001:DB8::/32 ", "203.0.113.7/32"])

    assert ApiKey.objects.get().networks == ["203.0.113.7/32", "2001:db8::/32"]


def test_refuses_a_third_valid_key_and_makes_nothing() -> None:
    make_key()
    make_key()

    with pytest.raises(TwoKeysValid):
        make_key()

    assert ApiKey.objects.count() == 2


def test_lets_an_operator_make_more() -> None:
    for _ in range(3):
        make_key(most_valid=3)

    with pytest.raises(TwoKeysValid):
        make_key(most_valid=3)

    assert ApiKey.objects.count() == 3


def test_counts_no_key_that_is_revoked_or_expired() -> None:
    make_key()
    ApiKey.objects.update(revoked_at=NOON)
    make_key(expires_at=NOON + timedelta(seconds=1))
    ApiKey.objects.filter(revoked_at=None).update(expires_at=NOON)

    make_key()
    make_key()

    assert ApiKey.objects.filter(is_valid_at(NOON)).count() == 2


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_several_who_make_a_second_key_at_once_have_it() -> None:
    make_key()

    def another() -> str:
        make_key()
        return "made"

    assert sorted(at_once([another] * 6)) == ["made"] + ["two_keys_valid"] * 5
    assert ApiKey.objects.count() == 2
