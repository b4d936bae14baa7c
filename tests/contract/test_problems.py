"""Problem details on every 4xx and 5xx: all routes × methods × causes. `Caller` holds each against the schema."""

import re

import pytest
from django.conf import LazySettings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from apps.api.views.base import ApiView
from tests.api.callers import Caller, content, make_caller, problem
from tests.contract.operations import make_world
from tests.contract.routes import METHODS, ROUTES, operations
from tests.support.tables import every_row

pytestmark = pytest.mark.django_db

LANGUAGES = [("en", "en"), ("zh-Hans", "zh-Hans")]
CHINESE = re.compile("[\u4e00-\u9fff]")
BODIES = ("POST", "PUT", "PATCH")


def test_knows_all_routes() -> None:
    assert len(ROUTES) >= 23
    assert sum(1 for _operation in operations()) >= 32


def test_names_the_methods_that_there_are_to_who_uses_another(caller: Caller, subtests: pytest.Subtests) -> None:
    before = every_row()
    for route in ROUTES:
        for method in METHODS:
            if method in route.methods:
                continue
            with subtests.test(f"{method} {route.path}"):
                response = caller.call(method, route.path)
                assert response.status_code == 405
                assert sorted(response["Allow"].split(", ")) == sorted(route.methods)
    assert every_row() == before


def test_tells_the_methods_that_there_are(caller: Caller, subtests: pytest.Subtests) -> None:
    for route in ROUTES:
        with subtests.test(route.path):
            response = caller.call("OPTIONS", route.path)
            assert (response.status_code, sorted(response["Allow"].split(", "))) == (204, sorted(route.methods))


@pytest.mark.parametrize(("accepted", "language"), LANGUAGES)
def test_asks_every_operation_for_a_key(
    caller: Caller, subtests: pytest.Subtests, accepted: str, language: str
) -> None:
    for route, method in operations():
        for key, code in (("", "credentials_missing"), ("Basic eA==", "credentials_missing")):
            with subtests.test(f"{method} {route.path} {key}"):
                response = caller.call(method, route.path, Authorization=key, Accept_Language=accepted)
                _is_problem(response, method, 401, code, language)
                assert response["WWW-Authenticate"].startswith('Bearer realm="refund-review"')


@pytest.mark.parametrize(("accepted", "language"), LANGUAGES)
def test_asks_every_operation_for_its_scope(
    caller: Caller, subtests: pytest.Subtests, accepted: str, language: str
) -> None:
    before = every_row()
    for route, method in operations():
        needed = route.view.required_scopes["GET" if method == "HEAD" else method]
        scopes = ["refunds:read", "webhooks:manage"]
        bare = make_caller(scopes[scopes[0] == needed], name=f"{caller.client.name} {method} {route.path}"[:80])
        with subtests.test(f"{method} {route.path}"):
            response = bare.call(method, route.path, Accept_Language=accepted)
            _is_problem(response, method, 403, "scope_missing", language)
    assert {name: rows for name, rows in every_row().items() if name not in _KEYS} == {
        name: rows for name, rows in before.items() if name not in _KEYS
    }


_KEYS = {"clients_apiclient", "audit_auditevent"}


@pytest.mark.parametrize(("accepted", "language"), LANGUAGES)
def test_knows_nothing_by_an_unknown_name(
    caller: Caller, subtests: pytest.Subtests, accepted: str, language: str
) -> None:
    for route, method in operations():
        if not route.names_something or method == "PUT":
            continue
        with subtests.test(f"{method} {route.path}"):
            body: dict[str, str] | None = {} if method in BODIES else None
            response = caller.call(method, route.path, body, Accept_Language=accepted)
            if response.status_code != 422:
                assert response.status_code == 404
                _speaks(response, method, language)


# Enough to be read, so that what is asked for is looked for.
BODIES_OF: dict[str, dict[str, str]] = {
    "payout": {"result": "paid", "reference": "PAY-1", "at": "2026-11-22T08:00:00Z"},
    "appeal": {"text": "x"},
    "replay": {"after": "evt_1"},
}


def test_knows_nothing_of_another_client(caller: Caller, stranger: Caller, subtests: pytest.Subtests) -> None:
    world = make_world(stranger)
    before = every_row()
    for route, method in operations():
        if not re.search("refund_id|endpoint_id", route.template):
            continue
        path = "/" + re.sub(
            "<our:refund_id>", world.released.pk, re.sub("<our:endpoint_id>", world.endpoint, route.template)
        )
        body = BODIES_OF.get(path.rpartition("/")[2], {})
        with subtests.test(f"{method} {path}"):
            response = caller.call(method, path, body if method in BODIES else None)
            assert response.status_code == 404
            if method != "HEAD":
                assert content(response)["code"] in ("refund_unknown", "endpoint_unknown")
    assert every_row() == before


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Accept": "text/html"}, 406, "not_acceptable"),
        ({"Host": "evil.example"}, 400, "host_unknown"),
    ],
)
def test_refuses_what_no_operation_takes(
    caller: Caller, subtests: pytest.Subtests, headers: dict[str, str], status: int, code: str
) -> None:
    for route, method in operations():
        for accepted, language in LANGUAGES:
            with subtests.test(f"{method} {route.path} {language}"):
                response = caller.call(method, route.path, Accept_Language=accepted, **headers)
                _is_problem(response, method, status, code, language)


FAULTS = {
    ZeroDivisionError("a word of the code"): (500, "unexpected"),
    RecursionError("a word of the code"): (500, "unexpected"),
    OperationalError("a word of the database"): (503, "temporarily_unavailable"),
    InterfaceError("a word of the database"): (503, "temporarily_unavailable"),
}


@pytest.fixture(params=[False, True], ids=["production", "debugging"])
def _debugging(request: pytest.FixtureRequest, settings: LazySettings) -> None:
    settings.DEBUG = request.param


@pytest.mark.usefixtures("_debugging")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_tells_nothing_of_a_fault(
    caller: Caller, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    status, code = FAULTS[fault]

    def fail(_view: ApiView, *_arguments: object, **_named: object) -> None:
        raise fault

    monkeypatch.setattr(ApiView, "initial", fail)
    for route, method in operations():
        for accepted, language in LANGUAGES:
            with subtests.test(f"{method} {route.path} {language}"):
                response = caller.call(method, route.path, Accept_Language=accepted)
                _is_problem(response, method, status, code, language)
                assert b"a word of" not in response.content


@pytest.mark.parametrize(("accepted", "language"), LANGUAGES)
@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/refunds/", "//refunds", "/refunds/a/b/c", "/%00", "/%ff", "/孩子"]
)
def test_knows_no_other_address(caller: Caller, path: str, accepted: str, language: str) -> None:
    response = caller.get(path, Accept_Language=accepted)

    problem(response, 404, "address_unknown")
    _speaks(response, "GET", language)


def test_keeps_codes_types_and_pointers_whatever_the_language(caller: Caller) -> None:
    bodies = [caller.post("/refunds", {"amount": "x", "x": 1}, Accept_Language=accepted) for accepted, _ in LANGUAGES]

    english, chinese = (content(response) for response in bodies)
    assert [english["type"], english["code"], english["status"]] == [
        chinese["type"],
        chinese["code"],
        chinese["status"],
    ]
    assert [(error["pointer"], error["code"]) for error in english["errors"]] == [
        (error["pointer"], error["code"]) for error in chinese["errors"]
    ]
    assert all(CHINESE.search(error["detail"]) for error in chinese["errors"])
    assert not any(CHINESE.search(error["detail"]) for error in english["errors"])


def _is_problem(response: HttpResponse, method: str, status: int, code: str, language: str) -> None:
    if method != "HEAD":
        problem(response, status, code)
    _speaks(response, method, language)


def _speaks(response: HttpResponse, method: str, language: str) -> None:
    assert response["Content-Language"] == language
    if method != "HEAD":
        document = content(response)
        for text in (document["title"], document["detail"]):
            assert bool(CHINESE.search(text)) is (language == "zh-Hans"), text
