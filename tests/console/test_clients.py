"""API clients and their keys, as supervisors manage them."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.access.services.keys import KeyWish, key_create
from apps.audit.models import AuditEvent
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.staff.models import Person, Role
from apps.staff.services import person_choose_language
from tests.console.conftest import HTMX, signed_in
from tests.console.test_pages import english_in
from tests.support.factories import make_client, make_person, person_actor

WHOLE_KEY = re.compile(r"rck_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def office(supervisor: Person) -> Client:
    """A browser in which the supervisor is signed in."""
    return signed_in(supervisor)


def key_for(client: ApiClient, now: datetime, **wish: object) -> ApiKey:
    asked = KeyWish(["all"], **wish)  # type: ignore[arg-type]  # a test's choice
    key_create(client.pk, asked, actor=person_actor(make_person(role=Role.SUPERVISOR)), now=now)
    return ApiKey.objects.latest("pk")


def ask(office: Client, client: ApiClient, **fields: object) -> HttpResponse:
    newest = ApiKey.objects.filter(client=client).order_by("-pk").first()
    form = {"newest": newest.pk if newest else 0, "scopes": ["refunds:read"], **fields}
    return office.post(f"/clients/{client.pk}/keys/", form)  # type: ignore[return-value]  # the test client's own type


def test_shows_reviewers_nothing_and_lets_them_do_nothing(browser: Client, platform: ApiClient, now: datetime) -> None:
    key = key_for(platform, now)

    assert browser.get("/clients/").status_code == 403
    assert browser.get(f"/clients/{platform.pk}/").status_code == 403
    for address in ("new", f"{platform.pk}/keys", f"{platform.pk}/language", f"{platform.pk}/switch"):
        assert browser.post(f"/clients/{address}/", {"name": "x", "language": "en"}).status_code == 403
    for verb in ("rotate", "revoke"):
        assert browser.post(f"/clients/keys/{key.pk}/{verb}/", {"newest": key.pk}).status_code == 403
    assert b"/clients/" not in browser.get("/queue/").content
    assert list(ApiKey.objects.values_list("revoked_at", flat=True)) == [None]
    assert ApiClient.objects.get().is_active


def test_lets_administrators_in(db: None) -> None:
    assert signed_in(make_person("root", Role.ADMINISTRATOR)).get("/clients/").status_code == 200


@pytest.mark.parametrize("address", ["/clients/7/", "/clients/7/keys/", "/clients/keys/7/revoke/"])
def test_knows_no_client_or_key_that_is_not_there(office: Client, address: str) -> None:
    answer = office.get(address) if address == "/clients/7/" else office.post(address, {"scopes": "refunds:read"})
    assert answer.status_code == 404


def test_teaches_the_next_step_where_there_is_no_client(office: Client) -> None:
    assert b"No client yet" in office.get("/clients/").content


def test_lists_clients_with_what_is_known_of_their_keys(office: Client, platform: ApiClient, now: datetime) -> None:
    key = key_for(platform, now, label="ERP", networks=["203.0.113.0/24"], expires_at=now + timedelta(days=3, hours=1))
    ApiKey.objects.update(last_used_at=now - timedelta(minutes=5), scopes=["refunds:read", "events:read"])

    text = office.get("/clients/").content.decode()

    for shown in ("Star Mall", "ERP", f"{key.beginning}…", "Read refunds · Read events", "203.0.113.0/24"):
        assert shown in text
    for shown in ("1 key valid", "Expires in 3 d", "5 min ago", key.created_by):
        assert shown in text
    assert not WHOLE_KEY.search(text)


def test_asks_as_often_whatever_there_is(
    office: Client, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [make_client() for _ in range(3)]
    for client in made:
        key_for(client, now)
        key_for(client, now)

    # The first page of a session writes it.
    office.get("/clients/")
    # Session and person, clients, keys.
    with django_assert_num_queries(4):
        office.get("/clients/")
    with django_assert_num_queries(4):
        office.get(f"/clients/{made[0].pk}/")


def test_makes_a_client_and_goes_on_to_its_key(office: Client) -> None:
    answer = office.post("/clients/new/", {"name": "星河商城", "language": "zh-hans"})

    made = ApiClient.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/clients/{made.pk}/")
    assert (made.name, made.language) == ("星河商城", "zh-hans")
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_name, event.address) == ("client.created", "Okafor", "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "status", "complaint"), [("", 422, "A name has 1 to 120"), ("Star Mall", 409, "There is a client named")]
)
def test_says_at_the_field_why_a_client_cannot_be_made(
    office: Client, platform: ApiClient, name: str, status: int, complaint: str
) -> None:
    answer = office.post("/clients/new/", {"name": name, "language": "en"})

    assert answer.status_code == status
    assert re.search(rf'id="client-name-error">{complaint}', answer.content.decode())
    assert ApiClient.objects.count() == 1


def test_shows_a_key_once_and_keeps_it_nowhere(office: Client, platform: ApiClient) -> None:
    answer = ask(office, platform, label="ERP", networks="203.0.113.0/24\n2001:db8::/32", scopes=["events:read"])

    text = answer.content.decode()
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    (shown,) = set(WHOLE_KEY.findall(text))
    found = api_key_presented(shown, now=timezone.now())
    assert found is not None
    assert (found.label, found.scopes, found.created_by) == ("ERP", ["events:read"], "Okafor")
    assert found.networks == ["203.0.113.0/24", "2001:db8::/32"]
    assert f'data-copies="{shown}"' in text
    secret = shown.split("_", 2)[2]
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())
    assert secret not in str(list(AuditEvent.objects.values()))
    for address in ("/clients/", f"/clients/{platform.pk}/", f"/clients/{platform.pk}/keys/", "/audit/"):
        assert secret not in office.get(address, follow=True).content.decode()


def test_makes_no_second_key_when_the_answer_is_loaded_again(office: Client, platform: ApiClient) -> None:
    form = {"newest": 0, "scopes": ["refunds:read"]}
    office.post(f"/clients/{platform.pk}/keys/", form)

    again = office.post(f"/clients/{platform.pk}/keys/", form)

    assert again.status_code == 409
    assert "The keys have changed" in again.content.decode()
    assert not WHOLE_KEY.search(again.content.decode())
    assert ApiKey.objects.count() == 1


def test_leads_back_whoever_asks_for_the_address_of_a_shown_key(office: Client, platform: ApiClient) -> None:
    assert office.get(f"/clients/{platform.pk}/keys/")["Location"] == f"/clients/{platform.pk}/"
    assert office.get("/clients/new/")["Location"] == "/clients/"


@pytest.mark.parametrize(
    ("field", "fields", "complaint"),
    [
        ("scopes", {"scopes": []}, "Name at least one scope"),
        ("scopes", {"scopes": ["everything"]}, "There is no scope everything"),
        ("networks", {"networks": "203.0.113.0/24 here"}, "here is no network"),
        ("expires", {"expires_at": "2020-01-01T00:00"}, "has to expire in the future"),
        ("expires", {"expires_at": "soon"}, "A time could not be read"),
        ("label", {"label": "x" * 121}, "120 characters at most"),
    ],
)
def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    office: Client, platform: ApiClient, field: str, fields: dict[str, object], complaint: str
) -> None:
    answer = ask(office, platform, **{"label": "my label", **fields})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="key-{field}-error">[^<]*{complaint}', text)
    assert 'value="my label"' in text or field == "label"
    assert ApiKey.objects.count() == 0


def test_offers_no_third_key_and_refuses_it(office: Client, platform: ApiClient, now: datetime) -> None:
    key_for(platform, now)
    key = key_for(platform, now)

    text = office.get(f"/clients/{platform.pk}/").content.decode()
    assert "Two keys are valid, as many as a client may have" in text
    assert "/rotate/" not in text
    assert ask(office, platform).status_code == 409
    rotated = office.post(f"/clients/keys/{key.pk}/rotate/", {"newest": key.pk, "old_ends_at": "2126-01-01T00:00"})
    assert rotated.status_code == 409
    assert ApiKey.objects.count() == 2


def test_rotates_with_the_old_key_valid_until_the_chosen_time(
    office: Client, platform: ApiClient, now: datetime
) -> None:
    old = key_for(platform, now, label="ERP")

    answer = office.post(f"/clients/keys/{old.pk}/rotate/", {"newest": old.pk, "old_ends_at": "2126-01-01T08:00"})

    (shown,) = set(WHOLE_KEY.findall(answer.content.decode()))
    new = api_key_presented(shown, now=now)
    old.refresh_from_db()
    assert new is not None
    assert new.label == "ERP"
    # In the person's time zone, eight hours ahead.
    assert old.expires_at is not None
    assert old.expires_at.isoformat() == "2126-01-01T00:00:00+00:00"


@pytest.mark.parametrize("ends", ["", "soon", "2020-01-01T00:00"])
def test_refuses_to_rotate_without_a_time_to_come(
    office: Client, platform: ApiClient, now: datetime, ends: str
) -> None:
    old = key_for(platform, now)

    answer = office.post(f"/clients/keys/{old.pk}/rotate/", {"newest": old.pk, "old_ends_at": ends})

    assert answer.status_code == 422
    assert ApiKey.objects.get().expires_at is None


def test_revokes_a_key_and_says_so(office: Client, platform: ApiClient, now: datetime) -> None:
    key = key_for(platform, now)

    answer = office.post(f"/clients/keys/{key.pk}/revoke/", follow=True)
    assert f"{key} is revoked." in answer.content.decode()
    assert "1 key that ended in the last 90 days" in answer.content.decode()
    again = office.post(f"/clients/keys/{key.pk}/revoke/", follow=True)
    assert "The key had ended already." in again.content.decode()
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_switches_a_client_off_and_on(office: Client, platform: ApiClient, now: datetime) -> None:
    key_for(platform, now)
    off = office.post(f"/clients/{platform.pk}/switch/", {"to": "off"}, follow=True)
    assert "Client switched off" in off.content.decode()
    assert not ApiClient.objects.get().is_active

    office.post(f"/clients/{platform.pk}/switch/", {"to": "on"})
    assert ApiClient.objects.get().is_active


def test_changes_the_language_of_a_client(office: Client, platform: ApiClient) -> None:
    assert office.post(f"/clients/{platform.pk}/language/", {"language": "fr"}).status_code == 422
    assert ApiClient.objects.get().language == "en"

    office.post(f"/clients/{platform.pk}/language/", {"language": "zh-hans"})
    assert ApiClient.objects.get().language == "zh-hans"


def test_answers_htmx_with_the_same_page(office: Client, platform: ApiClient) -> None:
    answer = office.post(f"/clients/{platform.pk}/keys/", {"newest": 0, "scopes": []}, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="page"' in answer.content.decode()


def test_leaves_no_sentence_in_english(supervisor: Person, platform: ApiClient, now: datetime) -> None:
    person_choose_language(person=supervisor, language="zh-hans")
    office = signed_in(supervisor)
    revoked = key_for(platform, now, label="标签", networks=["203.0.113.0/24"])
    office.post(f"/clients/keys/{revoked.pk}/revoke/")
    key_for(platform, now, expires_at=now + timedelta(days=2))

    for answer in (office.get(f"/clients/{platform.pk}/"), ask(office, platform), office.get("/audit/")):
        assert english_in(answer.content.decode()) == []
