"""How much a key may ask."""

from typing import Any, cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from http_sf import parse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from apps.api.checks import check_rate_limit
from apps.api.errors import TooManyWrongKeys
from apps.api.limits import guesses
from apps.api.limits.guesses import forget_guesses
from apps.api.limits.memory import Remembered
from apps.api.limits.requests import forget_exhausted_keys
from apps.clients.models import ApiClient, ApiKey, KeyQuota
from apps.clients.services import api_key_create
from tests.api.callers import Caller, content, problem

pytestmark = pytest.mark.urls("tests.api.addresses")
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_exhausted_keys()
    forget_guesses()


@pytest.fixture
def limited(settings: Settings, caller: Caller) -> Caller:
    """A caller who may ask once in a hundred seconds."""
    settings.REVIEWCONSOLE_RATE_LIMIT = 0.01
    ApiKey.objects.update(last_used_at="2126-01-01T00:00:00Z")
    return caller


@pytest.fixture
def hurried(settings: Settings, caller: Caller) -> Caller:
    """A caller with the limit that holds unless another is set."""
    settings.REVIEWCONSOLE_RATE_LIMIT = 50
    return caller


def test_refuses_with_the_registered_type_once_nothing_is_left(limited: Caller) -> None:
    assert limited.get("/notes").status_code == 200
    answer = limited.get("/notes", Accept_Language="zh-Hans")

    document = content(answer)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert (document["type"], document["code"]) == (QUOTA_EXCEEDED, "quota_exceeded")
    assert document["violated-policies"] == ["default"]
    assert document["title"] == "请求过于频繁"
    assert answer["RateLimit-Policy"] == '"default";q=1;w=100'
    assert answer["RateLimit"] == '"default";r=0;t=100'
    assert answer["Retry-After"] == "100"


def test_refuses_again_without_asking_the_database_or_looking_into_the_body(
    limited: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    limited.get("/notes")
    limited.get("/notes")

    with django_assert_num_queries(0):
        answer = limited.call("POST", "/notes", b"\xff not even JSON")
    assert (answer.status_code, content(answer)["code"]) == (429, "quota_exceeded")
    assert 95 <= int(answer["Retry-After"]) <= 100


def test_refuses_no_other_key_of_the_same_client(limited: Caller) -> None:
    second = api_key_create(client_name=limited.client.name, scopes=["all"], now=limited.client.created_at)
    limited.get("/notes")
    assert limited.get("/notes").status_code == 429

    assert limited.get("/notes", Authorization=f"Bearer {second}").status_code == 200


def test_refuses_nothing_for_a_key_that_only_begins_like_an_exhausted_one(limited: Caller) -> None:
    limited.get("/notes")
    limited.get("/notes")

    answer = limited.get("/notes", Authorization=f"Bearer {limited.key[:-3]}xyz")
    problem(answer, 401, "credentials_invalid")


def test_lets_through_again_when_the_time_has_come(limited: Caller) -> None:
    limited.get("/notes")
    assert limited.get("/notes").status_code == 429

    KeyQuota.objects.update(full_at="2020-01-01T00:00:00Z")
    forget_exhausted_keys()

    assert limited.get("/notes").status_code == 200


def test_tells_the_quota_with_every_answer_to_a_valid_key(hurried: Caller) -> None:
    reader = api_key_create(client_name=hurried.client.name, scopes=["refunds:write"], now=hurried.client.created_at)
    answers = [
        hurried.get("/notes"),
        hurried.post("/notes", {"name": "a"}),
        hurried.post("/notes", {"unknown": "a"}),
        hurried.call("DELETE", "/notes"),
        hurried.call("OPTIONS", "/notes"),
        hurried.get("/nowhere"),
        hurried.get("/notes", Accept="text/html"),
        hurried.get("/notes", Authorization=f"Bearer {reader}"),
    ]

    assert [answer.status_code for answer in answers] == [200, 201, 422, 405, 204, 404, 406, 403]
    for answer in answers:
        assert field(answer["RateLimit-Policy"]) == ("default", {"q": 100, "w": 2})
        name, rest = field(answer["RateLimit"])
        assert (name, rest["t"]) == ("default", 2)
        assert 90 <= rest["r"] <= 99


def field(text: str) -> tuple[str, dict[str, Any]]:
    """Return name and parameters of the one item of a structured list."""
    (item,) = cast(list[tuple[str, dict[str, Any]]], parse(text.encode(), tltype="list"))
    return item


def test_tells_no_quota_to_whoever_has_no_valid_key(hurried: Caller) -> None:
    for authorization in ("", "Basic abc", "Bearer ", "Bearer rck_000000000000_unknown"):
        answer = hurried.get("/notes", Authorization=authorization)
        assert answer.status_code == 401
        assert "RateLimit" not in answer
        assert "RateLimit-Policy" not in answer


def test_adds_neither_header_nor_statement_when_nothing_is_limited(settings: Settings, caller: Caller) -> None:
    settings.REVIEWCONSOLE_RATE_LIMIT = 0
    caller.get("/notes")

    with CaptureQueriesContext(connection) as asked:
        answer = caller.get("/nowhere")
    assert len(asked) == 1
    assert "INSERT" not in asked[0]["sql"]
    assert "RateLimit" not in answer
    assert KeyQuota.objects.count() == 0


def test_asks_once_for_key_and_quota_together(hurried: Caller) -> None:
    hurried.get("/notes")

    with CaptureQueriesContext(connection) as asked:
        assert hurried.get("/nowhere").status_code == 404
    assert len(asked) == 1


def test_refuses_a_key_that_comes_from_another_network(hurried: Caller) -> None:
    ApiKey.objects.update(networks=["203.0.113.0/24"])

    document = problem(hurried.get("/notes"), 403, "network_not_allowed")

    assert document["address"] == "127.0.0.1"
    assert KeyQuota.objects.count() == 0
    ApiKey.objects.update(networks=["203.0.113.0/24", "127.0.0.0/8"])
    assert hurried.get("/notes").status_code == 200


def test_turns_an_address_away_that_came_with_too_many_wrong_keys(
    hurried: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wrong = "Bearer rck_000000000000_unknown"
    for _ in range(guesses.MOST_WRONG_KEYS):
        problem(hurried.get("/notes", Authorization=wrong), 401, "credentials_invalid")

    with django_assert_num_queries(0):
        answer = hurried.get("/notes", Authorization=wrong)
    problem(answer, 429, "too_many_wrong_keys")
    assert 1 <= int(answer["Retry-After"]) <= 3
    assert "RateLimit" not in answer


def test_shuts_nobody_out_whose_key_was_right_of_late(hurried: Caller, stranger: Caller) -> None:
    hurried.get("/notes")
    for _ in range(guesses.MOST_WRONG_KEYS):
        hurried.get("/notes", Authorization="Bearer rck_000000000000_unknown")

    assert hurried.get("/notes").status_code == 200
    problem(stranger.get("/notes"), 429, "too_many_wrong_keys")


def test_knows_a_revoked_key_no_longer_as_right(hurried: Caller) -> None:
    hurried.get("/notes")
    for _ in range(guesses.MOST_WRONG_KEYS):
        hurried.get("/notes", Authorization="Bearer rck_000000000000_unknown")
    ApiKey.objects.update(revoked_at="2026-01-01T00:00:00Z")

    problem(hurried.get("/notes"), 401, "credentials_invalid")
    problem(hurried.get("/notes"), 429, "too_many_wrong_keys")


def test_forgives_one_wrong_key_every_few_seconds() -> None:
    for _ in range(guesses.MOST_WRONG_KEYS):
        guesses.note_wrong_key("203.0.113.7", b"wrong", now=100.0)

    for late, is_refused in ((0.0, True), (2.9, True), (3.1, False)):
        try:
            guesses.refuse_guesses("203.0.113.7", b"another", now=100.0 + late)
        except TooManyWrongKeys:
            assert is_refused
        else:
            assert not is_refused
    guesses.refuse_guesses("203.0.113.8", b"another", now=100.0)


def test_counts_the_addresses_of_one_ipv6_network_as_one() -> None:
    for number in range(guesses.MOST_WRONG_KEYS):
        guesses.note_wrong_key(f"2001:db8:1:2::{number:x}", b"wrong", now=100.0)

    with pytest.raises(TooManyWrongKeys):
        guesses.refuse_guesses("2001:db8:1:2:ffff::1", b"another", now=100.0)
    guesses.refuse_guesses("2001:db8:1:3::1", b"another", now=100.0)


def test_remembers_in_bounded_room() -> None:
    remembered = Remembered(most=3)
    for number in range(5):
        remembered.write(str(number).encode(), number + 1.0)

    assert len(remembered) == 3
    assert [remembered.moment(str(number).encode()) for number in range(5)] == [0.0, 0.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(("limit", "wrong"), [(0, 0), (0.5, 0), (50, 0), (-1, 1), (float("nan"), 1), (float("inf"), 1)])
def test_reports_a_limit_that_means_nothing(settings: Settings, limit: float, wrong: int) -> None:
    settings.REVIEWCONSOLE_RATE_LIMIT = limit

    assert [error.id for error in check_rate_limit()] == ["api.E001"] * wrong


def test_keeps_a_switched_off_client_out(limited: Caller) -> None:
    ApiClient.objects.update(is_active=False)

    problem(limited.get("/notes"), 401, "credentials_invalid")
