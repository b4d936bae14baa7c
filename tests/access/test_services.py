from datetime import timedelta

import pytest

from apps.access.selectors import client_keys_of, clients_with_keys
from apps.access.services.clients import client_choose_language, client_create, client_switch
from apps.access.services.keys import KeyWish, key_create, key_revoke, key_rotate
from apps.audit.models import AuditEvent
from apps.clients.errors import (
    ClientNameTaken,
    ClientNameUnusable,
    ClientUnknown,
    EndTooLate,
    ExpiryPast,
    KeyEnded,
    KeyUnknown,
    LanguageUnknown,
    TwoKeysValid,
)
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.common.errors import Refusal
from apps.staff.models import Role
from tests.support.factories import NOON, make_client, make_person, person_actor
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db
ALL = KeyWish(["all"])
LATER = NOON + timedelta(hours=24)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def chief() -> dict[str, object]:
    return {"actor": person_actor(make_person(role=Role.SUPERVISOR)), "now": NOON}


@pytest.mark.parametrize(
    ("name", "language", "refusal"),
    [("", "en", ClientNameUnusable), ("Mall", "fr", LanguageUnknown), ("Taken", "en", ClientNameTaken)],
)
def test_refuses_a_client_that_cannot_be(name: str, language: str, refusal: type[Refusal]) -> None:
    make_client("Taken")

    with pytest.raises(refusal):
        client_create(name=name, language=language, **chief())  # type: ignore[arg-type]  # actor and now
    assert ApiClient.objects.count() == 1
    assert actions() == []


def test_refuses_what_is_asked_of_nobody() -> None:
    asked = chief()
    with pytest.raises(ClientUnknown):
        key_create(1, ALL, **asked)  # type: ignore[arg-type]  # actor and now
    with pytest.raises(ClientUnknown):
        client_switch(1, to_active=False, **asked)  # type: ignore[arg-type]  # actor and now
    with pytest.raises(ClientUnknown):
        client_keys_of(1, now=NOON)
    with pytest.raises(KeyUnknown):
        key_revoke(1, **asked)  # type: ignore[arg-type]  # actor and now
    assert actions() == []


def test_records_what_is_done_with_a_client() -> None:
    actor = person_actor(make_person("okafor", Role.SUPERVISOR))
    client = client_create(name=" 星河 ", language="zh-hans", actor=actor, now=NOON)
    client_choose_language(client.pk, language="en", actor=actor, now=NOON)
    client_choose_language(client.pk, language="en", actor=actor, now=NOON)
    client_switch(client.pk, to_active=False, actor=actor, now=NOON)
    client_switch(client.pk, to_active=False, actor=actor, now=NOON)
    client_switch(client.pk, to_active=True, actor=actor, now=NOON)

    assert actions() == ["client.created", "client.changed", "client.deactivated", "client.activated"]
    first, second = AuditEvent.objects.order_by("pk")[:2]
    assert (first.subject, first.changes, first.actor_name) == ("星河", {"language": "zh-hans"}, "Okafor")
    assert second.changes == {"language": ["zh-hans", "en"]}


def test_refuses_every_key_of_a_client_that_is_switched_off() -> None:
    client, actor = make_client(), person_actor(make_person())
    key = key_create(client.pk, ALL, actor=actor, now=NOON)

    client_switch(client.pk, to_active=False, actor=actor, now=NOON)
    assert api_key_presented(key, now=NOON) is None
    client_switch(client.pk, to_active=True, actor=actor, now=NOON)
    assert api_key_presented(key, now=NOON) is not None


def test_records_a_key_and_never_its_secret() -> None:
    client, actor = make_client("Mall"), person_actor(make_person("okafor", Role.SUPERVISOR))
    wish = KeyWish(["events:read"], "ERP", ["10.0.0.0/8"], LATER)

    key = key_create(client.pk, wish, actor=actor, now=NOON)

    made = ApiKey.objects.get()
    assert (made.label, made.scopes, made.networks, made.created_by) == (
        "ERP",
        ["events:read"],
        ["10.0.0.0/8"],
        "Okafor",
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.subject) == ("key.created", f"rck_{made.lookup}…")
    assert event.changes == {
        "client": "Mall",
        "label": "ERP",
        "scopes": ["events:read"],
        "networks": ["10.0.0.0/8"],
        "expires_at": "2026-11-23T12:00:00+00:00",
    }
    assert key.split("_")[-1] not in str(AuditEvent.objects.values().get())


def test_records_nothing_when_a_key_is_refused() -> None:
    client, actor = make_client(), person_actor(make_person())
    for _ in range(2):
        key_create(client.pk, ALL, actor=actor, now=NOON)

    with pytest.raises(TwoKeysValid):
        key_create(client.pk, ALL, actor=actor, now=NOON)
    assert actions() == ["key.created", "key.created"]


@pytest.mark.parametrize(("ends", "refusal"), [(NOON, ExpiryPast), (LATER + timedelta(days=2), EndTooLate)])
def test_refuses_to_rotate_to_a_time_that_cannot_be(ends: object, refusal: type[Refusal]) -> None:
    client, actor = make_client(), person_actor(make_person())
    key_create(client.pk, KeyWish(["all"], expires_at=LATER + timedelta(days=1)), actor=actor, now=NOON)

    with pytest.raises(refusal):
        key_rotate(ApiKey.objects.get().pk, old_ends_at=ends, actor=actor, now=NOON)  # type: ignore[arg-type]  # a time
    assert ApiKey.objects.get().expires_at == LATER + timedelta(days=1)
    assert actions() == ["key.created"]


def test_rotates_with_both_keys_valid_until_the_chosen_time() -> None:
    client, actor = make_client(), person_actor(make_person())
    old = key_create(client.pk, KeyWish(["events:read"], "ERP", ["10.0.0.0/8"]), actor=actor, now=NOON)

    new = key_rotate(ApiKey.objects.get().pk, old_ends_at=LATER, actor=actor, now=NOON)

    just_before = LATER - timedelta(seconds=1)
    assert [api_key_presented(key, now=just_before) is not None for key in (old, new)] == [True, True]
    assert [api_key_presented(key, now=LATER) is not None for key in (old, new)] == [False, True]
    made = ApiKey.objects.latest("pk")
    assert (made.label, made.scopes, made.networks, made.expires_at) == ("ERP", ["events:read"], ["10.0.0.0/8"], None)
    assert actions() == ["key.created", "key.created", "key.ends"]
    assert AuditEvent.objects.latest("pk").changes["expires_at"] == [None, "2026-11-23T12:00:00+00:00"]


def test_refuses_to_rotate_while_two_keys_are_valid() -> None:
    client, actor = make_client(), person_actor(make_person())
    key_create(client.pk, ALL, actor=actor, now=NOON)
    first = ApiKey.objects.get().pk
    key_rotate(first, old_ends_at=LATER, actor=actor, now=NOON)

    with pytest.raises(TwoKeysValid):
        key_rotate(first, old_ends_at=NOON + timedelta(hours=1), actor=actor, now=NOON)
    assert ApiKey.objects.get(pk=first).expires_at == LATER


def test_revokes_at_once_and_for_ever() -> None:
    client, actor = make_client(), person_actor(make_person())
    key = key_create(client.pk, ALL, actor=actor, now=NOON)

    key_revoke(ApiKey.objects.get().pk, actor=actor, now=NOON)

    assert api_key_presented(key, now=NOON) is None
    with pytest.raises(KeyEnded):
        key_revoke(ApiKey.objects.get().pk, actor=actor, now=NOON)
    with pytest.raises(KeyEnded):
        key_rotate(ApiKey.objects.get().pk, old_ends_at=LATER, actor=actor, now=NOON)
    assert actions() == ["key.created", "key.revoked"]


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_several_who_rotate_at_once_have_their_way() -> None:
    client, actor = make_client(), person_actor(make_person())
    key_create(client.pk, ALL, actor=actor, now=NOON)
    old = ApiKey.objects.get().pk

    def rotate() -> str:
        key_rotate(old, old_ends_at=LATER, actor=actor, now=NOON)
        return "rotated"

    assert sorted(at_once([rotate] * 5)) == ["rotated"] + ["two_keys_valid"] * 4
    assert ApiKey.objects.count() == 2
    assert actions() == ["key.created", "key.created", "key.ends"]


def test_lists_clients_by_name_with_those_that_are_off_last() -> None:
    for name, is_active in (("C", True), ("A", False), ("B", True)):
        ApiClient.objects.create(name=name, is_active=is_active, created_at=NOON)

    assert [found.client.name for found in clients_with_keys(now=NOON)] == ["B", "C", "A"]
