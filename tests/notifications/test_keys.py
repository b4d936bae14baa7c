"""Supervisors hear of API keys that end, before and when they did, each time once."""

from datetime import timedelta

import pytest

from apps.access.services.keys import KeyWish, key_create, key_revoke, key_rotate
from apps.audit.models import AuditEvent
from apps.clients.models import ApiKey
from apps.notifications.models import Notice
from apps.notifications.services.keys import keys_tell_due
from apps.staff.models import Person, Role
from tests.support.factories import NOON, make_client, make_person, person_actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def chen() -> Person:
    make_person("lin")
    return make_person("chen", role=Role.SUPERVISOR)


def a_key(person: Person, *, days: float | None) -> ApiKey:
    client = make_client()
    wish = KeyWish(["all"], expires_at=None if days is None else NOON + days * DAY)
    key_create(client.pk, wish, actor=person_actor(person), now=NOON)
    return ApiKey.objects.get(client=client)


def told() -> list[tuple[str, str]]:
    words = [notice.words_in("en") for notice in Notice.objects.order_by("pk")]
    return [(each["title"].split(" of ")[0] + each["title"][-10:], each["text"].partition(" ")[2]) for each in words]


def test_a_week_and_a_day_before_and_at_the_end(chen: Person) -> None:
    key = a_key(chen, days=30)
    assert keys_tell_due(now=NOON + 22.9 * DAY) == 0
    assert keys_tell_due(now=NOON + 23 * DAY) == 1
    assert keys_tell_due(now=NOON + 24 * DAY) == 0
    assert keys_tell_due(now=NOON + 29 * DAY) == 1
    assert not AuditEvent.objects.filter(action="key.expired").exists()
    assert keys_tell_due(now=NOON + 30 * DAY) == 1
    assert keys_tell_due(now=NOON + 31 * DAY) == 0
    assert [text for _title, text in told()] == [
        "ends in 7 days; make the next one before.",
        "ends in 1 day; make the next one before.",
        "is refused from now on.",
    ]
    assert set(Notice.objects.values_list("person", "path")) == {(chen.pk, f"/clients/{key.client_id}/")}
    assert AuditEvent.objects.get(action="key.expired").subject == key.beginning


def test_of_nothing_that_goes_on_or_was_revoked(chen: Person) -> None:
    a_key(chen, days=None)
    key = a_key(chen, days=8)
    key_revoke(key.pk, actor=person_actor(chen), now=NOON)
    assert keys_tell_due(now=NOON + 9 * DAY) == 0
    assert not Notice.objects.exists()


def test_after_an_outage_only_of_what_is_true_by_then(chen: Person) -> None:
    a_key(chen, days=30)
    assert keys_tell_due(now=NOON + 40 * DAY) == 1
    assert keys_tell_due(now=NOON + 40 * DAY) == 0
    assert [text for _title, text in told()] == ["is refused from now on."]


def test_of_the_end_that_a_rotation_sets(chen: Person) -> None:
    key = a_key(chen, days=None)
    key_rotate(key.pk, old_ends_at=NOON + 2 * DAY, actor=person_actor(chen), now=NOON)
    key.refresh_from_db()
    # Nobody who just chose it is told that it is soon.
    assert key.notice_due_at == NOON + DAY
    assert keys_tell_due(now=NOON + DAY) == 1
