"""Lists, entity tags and HEAD, the same on every address that can be read."""

import base64
from typing import Any

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from apps.webhooks.models import WebhookDelivery
from tests.api.callers import V1, Caller, content, problem
from tests.contract.operations import World, make_world
from tests.support.factories import Goods, make_order, submit
from tests.support.tables import every_row
from tests.support.wire import next_address

pytestmark = pytest.mark.django_db

LISTS = ["refunds", "events", "webhook-endpoints", "webhook-endpoints/{endpoint}/deliveries"]
READABLE = [*LISTS, "refunds/{refund}", "webhook-endpoints/{endpoint}", "deliveries/{delivery}", "openapi.json"]


@pytest.fixture
def world(caller: Caller) -> World:
    """Return something to read everywhere, and three of everything that is listed."""
    world = make_world(caller)
    for _more in range(3):
        _submitted(caller)
        caller.post("/webhook-endpoints", {"url": "https://shop.example/hooks"})
    return world


def _submitted(caller: Caller) -> str:
    return str(submit(make_order(caller.client, Goods(1000)), RiskOutcome.CLEAR).pk)


def _path(world: World, template: str) -> str:
    delivery = WebhookDelivery.objects.order_by("pk").values_list("pk", flat=True)[0]
    return "/" + template.format(endpoint=world.endpoint, refund=world.pending.pk, delivery=delivery)


QUERIES = [
    ("limit=0", "limit", "too_small"),
    ("limit=201", "limit", "too_large"),
    ("limit=-1", "limit", "integer_expected"),
    ("limit=1e2", "limit", "integer_expected"),
    ("limit=٣", "limit", "integer_expected"),
    (f"limit={'9' * 5000}", "limit", "integer_expected"),
    ("limit=", "limit", "integer_expected"),
    ("limit=1&limit=1", "limit", "integer_expected"),
    ("cursor=", "cursor", "too_short"),
    (f"cursor={'x' * 401}", "cursor", "too_long"),
    ("cursor=a&cursor=b", "cursor", "string_expected"),
    ("offset=3", "offset", "unknown_field"),
    ("Limit=3", "Limit", "unknown_field"),
    ("%F0%9F%98%80=1", "😀", "unknown_field"),
]


@pytest.mark.parametrize("template", LISTS)
def test_refuses_a_parameter_by_its_name(world: World, template: str, subtests: pytest.Subtests) -> None:
    for query, parameter, code in QUERIES:
        with subtests.test(query[:40]):
            document = problem(world.caller.get(f"{_path(world, template)}?{query}"), 422, "query_invalid")
            assert [(error["parameter"], error["code"]) for error in document["errors"]] == [(parameter, code)]


@pytest.mark.parametrize("template", LISTS)
def test_refuses_the_cursors_of_other_lists_and_spoilt_ones(
    world: World, template: str, subtests: pytest.Subtests
) -> None:
    paths = {other: _path(world, other) for other in LISTS}
    cursors = {other: content(world.caller.get(f"{path}?limit=1"))["next_cursor"] for other, path in paths.items()}
    own = cursors.pop(template)
    spoilt = [own[:-1], own + "A", own[::-1], own.swapcase(), f"{own}=", f"!{own}", own[:4] + "\n" + own[4:]]
    made = [
        base64.urlsafe_b64encode(text).decode() for text in (b'["\\ud800"]', b"[1e400]", b"[[[]]]", b"\xff", b'[""]')
    ]
    for cursor in [*cursors.values(), *spoilt, *made, "0", "null", "../..", "%27%20OR%201=1"]:
        with subtests.test(cursor):
            response = world.caller.get(f"{paths[template]}?cursor={cursor.replace(chr(10), '%0A')}")
            document = content(response)
            assert response.status_code == 422
            assert [error["parameter"] for error in document["errors"]] == ["cursor"]


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(more=st.integers(0, 3), limit=st.integers(1, 4), added=st.lists(st.integers(0, 2), max_size=8))
def test_visits_each_once_however_many_are_added_on_the_way(
    caller: Caller, more: int, limit: int, added: list[int]
) -> None:
    for _place in range(more):
        _submitted(caller)
    there = sorted(Refund.objects.values_list("pk", flat=True), reverse=True)
    # A walk forward meets what is added while it lasts, and each of it once as well.
    for path, is_backward in (("/refunds?status=released", True), ("/events?type=refund.released", False)):
        walked: list[str] = []
        growth = iter(added)
        response = caller.get(f"{path}&limit={limit}")
        while True:
            walked += [_refund_in(row) for row in content(response)["data"]]
            for _more in range(next(growth, 0)):
                _submitted(caller)
            if "Link" not in response:
                break
            address = next_address(response["Link"]).removeprefix(V1)
            assert address.startswith(f"{path}&limit={limit}&cursor=")
            response = caller.get(address)
        assert content(response)["next_cursor"] is None
        assert len(walked) == len(set(walked))
        assert set(walked) >= set(there)
        assert not is_backward or walked == there


def _refund_in(row: dict[str, Any]) -> str:
    """Return which refund a row of either list is about."""
    return str(row["data"]["refund"]["id"] if "data" in row else row["id"])


@pytest.mark.parametrize("template", READABLE)
def test_answers_head_with_the_headers_of_get(world: World, template: str) -> None:
    whole, head = (world.caller.call(method, _path(world, template)) for method in ("GET", "HEAD"))

    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert _stable(whole) == _stable(head)
    assert head["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize("template", READABLE)
def test_spares_the_body_of_what_is_known(world: World, template: str, subtests: pytest.Subtests) -> None:
    path = _path(world, template)
    whole = world.caller.get(path)
    tag = whole["ETag"]
    known = [tag, f"W/{tag}", f'"x", {tag}', f'"x",W/{tag},"y"', "*"]
    for condition in known:
        for method in ("GET", "HEAD"):
            with subtests.test(f"{method} {condition}"):
                response = world.caller.call(method, path, If_None_Match=condition)
                assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
                assert response["Cache-Control"] == whole["Cache-Control"]
    for condition in ['"x"', tag.strip('"'), 'W/"x"', '""', "garbage", f"x{tag}", ""]:
        with subtests.test(condition):
            assert world.caller.get(path, If_None_Match=condition).status_code == 200


def test_changes_a_refund_under_the_version_that_was_read(world: World, subtests: pytest.Subtests) -> None:
    path = f"/refunds/{world.pending.pk}"
    tag = world.caller.get(path)["ETag"]
    before = every_row()
    for condition in (f"W/{tag}", '"99"', '"98", "99"', tag.strip('"'), '"01"', '"1.0"', '"-1"', '"²"'):
        with subtests.test(condition):
            stale = world.caller.post(f"{path}/withdraw", {}, If_Match=condition)
            assert problem(stale, 412, "version_stale")["version"] == 1
    assert every_row() == before

    changed = world.caller.post(f"{path}/withdraw", {}, If_Match=f'"7", {tag}')

    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert world.caller.get(path)["ETag"] == '"2"'


def test_changes_a_refund_whatever_its_version_when_any_will_do(world: World) -> None:
    assert world.caller.post(f"/refunds/{world.pending.pk}/withdraw", {}, If_Match="*").status_code == 200


def _stable(response: HttpResponse) -> dict[str, str]:
    changing = {"X-Request-Id", "RateLimit"}
    return {name: value for name, value in response.headers.items() if name not in changing}
