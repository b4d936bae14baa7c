"""Bodies that nobody should have sent: each refused by name and place, and nothing stored."""

import pytest

from tests.api.callers import Caller, content
from tests.contract.flaws import UNREADABLE, WRONG, Flaw
from tests.contract.operations import OPERATIONS, Operation, World, make_world
from tests.support.tables import every_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(caller: Caller) -> World:
    """Return what stands before something bad comes."""
    return make_world(caller)


@pytest.mark.parametrize("name", OPERATIONS)
def test_accepts_the_bodies_that_the_others_are_made_of(world: World, name: str) -> None:
    operation = OPERATIONS[name]

    response = world.send(operation, operation.body())

    assert response.status_code in (200, 201, 202), response.content


@pytest.mark.parametrize("name", OPERATIONS)
def test_refuses_what_cannot_be_read(world: World, name: str, subtests: pytest.Subtests) -> None:
    _refuses_each(world, OPERATIONS[name], UNREADABLE, subtests)


@pytest.mark.parametrize("name", OPERATIONS)
def test_refuses_what_is_no_object_of_the_contract(world: World, name: str, subtests: pytest.Subtests) -> None:
    _refuses_each(world, OPERATIONS[name], WRONG, subtests)


def _refuses_each(world: World, operation: Operation, flaws: dict[str, Flaw], subtests: pytest.Subtests) -> None:
    body = operation.body()
    before = every_row()
    for name, flaw in flaws.items():
        with subtests.test(name):
            response = world.send(operation, flaw.spoil(body))
            problem = content(response)
            found = [(error["code"], error["pointer"]) for error in problem["errors"]]
            pointer = f"/{next(iter(body))}" if name == "a member twice" else flaw.pointer
            assert response.status_code == flaw.status
            assert (flaw.code, pointer) in found
    assert every_row() == before


HEADERS: list[tuple[dict[str, str], int, str]] = [
    ({"content_type": ""}, 415, "unsupported_media_type"),
    ({"content_type": "text/json"}, 415, "unsupported_media_type"),
    ({"content_type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
    ({"content_type": "multipart/form-data; boundary=x"}, 415, "unsupported_media_type"),
    ({"content_type": "application/json; charset=gbk"}, 415, "unsupported_media_type"),
    ({"content_type": "application/json; charset=utf-16"}, 415, "unsupported_media_type"),
    ({"content_type": "\xff\xfe"}, 415, "unsupported_media_type"),
    ({"Content_Encoding": "gzip"}, 415, "unsupported_content_encoding"),
    ({"Content_Encoding": "br"}, 415, "unsupported_content_encoding"),
    ({"Content_Encoding": "identity, gzip"}, 415, "unsupported_content_encoding"),
    ({"Accept": "text/html"}, 406, "not_acceptable"),
    ({"Accept": "application/json;q=0"}, 406, "not_acceptable"),
    ({"Accept": ",;=/\x7f" * 100}, 406, "not_acceptable"),
    ({"Authorization": "Bearer " + "x" * 10_000}, 401, "credentials_invalid"),
    ({"Authorization": "Bearer a b"}, 401, "credentials_invalid"),
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_refuses_headers_that_do_not_fit(world: World, name: str, subtests: pytest.Subtests) -> None:
    operation, before = OPERATIONS[name], every_row()
    body = operation.body()
    for headers, status, code in HEADERS:
        with subtests.test(str(headers)[:60]):
            response = world.send(operation, body, **headers)
            assert (response.status_code, content(response)["code"]) == (status, code)
    assert every_row() == before


KEYS = [
    '""',
    '"',
    '"a',
    "a b",
    '"a\tb"',
    '"\x00"',
    "\x7f",
    '"' + "x" * 10_000 + '"',
    "x" * 256,
    "键",
    '"é"',
    "1.5.2 ;",
    "?1 x",
]


def test_refuses_an_idempotency_key_that_is_none(world: World, subtests: pytest.Subtests) -> None:
    before = every_row()
    for key in KEYS:
        with subtests.test(key[:20]):
            response = world.send(OPERATIONS["submit"], OPERATIONS["submit"].body(), Idempotency_Key=key)
            assert (response.status_code, content(response)["code"]) == (400, "idempotency_key_malformed")
    assert every_row() == before


TAGS = ["x", '"', '"x', 'W/"1"', '"1', "1", ",", ' , ""', '"9"' + ', "9"' * 2000, "\x00", "**"]


@pytest.mark.parametrize("name", ["withdraw", "inform", "pay", "appeal"])
def test_takes_no_garbage_for_the_present_version(world: World, name: str, subtests: pytest.Subtests) -> None:
    before = every_row()
    for tag in TAGS:
        with subtests.test(tag[:20]):
            response = world.send(OPERATIONS[name], OPERATIONS[name].body(), If_Match=tag)
            assert (response.status_code, content(response)["code"]) == (412, "version_stale")
    assert every_row() == before
