"""Who asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.clients.models import ApiClient, ApiKey
from apps.clients.services import api_key_create
from tests.api.callers import Caller, make_caller, problem

pytestmark = pytest.mark.urls("tests.api.addresses")


def _key_of(caller: Caller) -> ApiKey:
    return ApiKey.objects.get(client=caller.client)


def test_refuses_a_key_that_has_expired(caller: Caller) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    problem(caller.get("/notes"), 401, "credentials_invalid")


def test_refuses_a_key_that_was_revoked(caller: Caller) -> None:
    ApiKey.objects.update(revoked_at=timezone.now())

    problem(caller.get("/notes"), 401, "credentials_invalid")


def test_refuses_the_key_of_a_client_that_is_switched_off(caller: Caller) -> None:
    ApiClient.objects.update(is_active=False)

    problem(caller.get("/notes"), 401, "credentials_invalid")


def test_refuses_a_key_whose_secret_is_anothers(caller: Caller, stranger: Caller) -> None:
    mixed = caller.key[: len("rck_") + 12] + stranger.key[len("rck_") + 12 :]

    problem(caller.get("/notes", Authorization=f"Bearer {mixed}"), 401, "credentials_invalid")


def test_notes_no_use_of_a_refused_key(caller: Caller) -> None:
    ApiKey.objects.update(revoked_at=timezone.now())

    caller.get("/notes")

    assert _key_of(caller).last_used_at is None


def test_takes_two_keys_of_one_client_at_once(caller: Caller) -> None:
    second = api_key_create(client_name=caller.client.name, scopes=["refunds:read"], now=timezone.now())

    assert caller.get("/notes").status_code == 200
    assert caller.get("/notes", Authorization=f"bearer  {second}").status_code == 200


def test_notes_the_use_of_a_key_once_a_minute(caller: Caller) -> None:
    caller.get("/notes")
    first = _key_of(caller).last_used_at
    caller.get("/notes")
    second = _key_of(caller).last_used_at
    assert first == second is not None

    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    caller.get("/notes")

    third = _key_of(caller).last_used_at
    assert third is not None
    assert timezone.now() - third < timedelta(minutes=1)


@pytest.mark.parametrize("scopes", [["refunds:write"], ["refunds:read"]])
def test_lets_a_key_do_what_its_scopes_say(db: None, scopes: list[str]) -> None:
    caller = make_caller(*scopes)

    assert caller.get("/notes").status_code == (200 if "refunds:read" in scopes else 403)
    assert caller.call("HEAD", "/notes").status_code == (200 if "refunds:read" in scopes else 403)
    assert caller.post("/notes", {"name": "a"}).status_code == (201 if "refunds:write" in scopes else 403)
