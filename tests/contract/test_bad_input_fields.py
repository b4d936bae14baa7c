"""Members that say what cannot be: named by a pointer, and nothing stored; and what only looks odd."""

import copy
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api.callers import Caller, content, problem
from tests.api.refund_bodies import order_body, refund_body
from tests.contract.operations import OPERATIONS, World, fresh_refund, make_world
from tests.contract.pointers import NothingThere, names_a_missing_member, resolve, steps_of
from tests.contract.wrong_fields import wrong_fields_of_a_refund
from tests.support.tables import every_row

pytestmark = pytest.mark.django_db

# One world serves all examples of a test: refusals leave it as it was, and what is accepted is new each time.
IN_ONE_WORLD = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def world(caller: Caller) -> World:
    """Return what stands before something bad comes."""
    return make_world(caller)


def test_refuses_each_wrong_member_of_a_refund_where_it_stands(world: World, subtests: pytest.Subtests) -> None:
    before = every_row()
    for pointer, value, code in wrong_fields_of_a_refund():
        with subtests.test(f"{pointer} {str(value)[:40]}"):
            document = content(world.caller.post("/refunds", _with(fresh_refund(), pointer, value)))
            assert document["status"] == 422, document
            assert (code, pointer) in [(error["code"], error["pointer"]) for error in document["errors"]], document
    assert every_row() == before


def test_refuses_an_amount_beyond_what_the_payments_leave(world: World) -> None:
    before = every_row()
    body = fresh_refund() | {"amount": 15_001, "lines": None}

    document = problem(world.caller.post("/refunds", body), 422, "amount_exceeds_order")

    assert (document["errors"][0]["pointer"], document["left_to_refund"]) == ("/amount", 15_000)
    assert every_row() == before


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code"),
    [
        ("/orders/O-1", order_body("O-2"), "/id", "id_differs"),
        ("/orders/O-1", order_body("O-1", lines=[]), "/lines", "too_few"),
        ("/orders/O-1", order_body("O-1", currency="DEM"), "/currency", "currency"),
        ("/accounts/A-9", {"phone": 13800000000}, "/phone", "string_expected"),
        ("/accounts/A-9", {"registered_at": "0000-01-01T00:00:00Z"}, "/registered_at", "instant"),
        ("/shops/S-9", {"name": "x" * 201}, "/name", "too_long"),
        ("/transfers/T-9", {"amount": 0}, "/amount", "too_small"),
    ],
)
def test_refuses_wrong_members_of_what_is_put(
    world: World, path: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    before = every_row()

    document = content(world.caller.call("PUT", path, body))

    assert document["status"] == 422
    assert pointer in [error["pointer"] for error in document["errors"]]
    assert code in [error["code"] for error in document["errors"]] + [document["code"]]
    assert every_row() == before


@pytest.mark.parametrize("identifier", ["x" * 129, "a\x00", "a\x1f", "a\x7f"])
@pytest.mark.parametrize("kind", ["accounts", "shops", "orders", "transfers"])
def test_knows_no_address_with_an_impossible_identifier(world: World, kind: str, identifier: str) -> None:
    problem(world.caller.call("PUT", f"/{kind}/{quote(identifier)}", {}), 404, "address_unknown")


@pytest.mark.parametrize(
    "identifier",
    [
        "x" * 128,
        "键" * 128,
        "a/b",
        "..",
        "a b",
        " ",
        "a%2Fb",
        "'; DROP TABLE x; --",
        "{}",
        "😀",
        "\u202eabc",
        "é",
        "NULL",
    ],
)
def test_takes_any_identifier_that_is_text(world: World, identifier: str) -> None:
    body = refund_body(identifier)
    body["order"]["id"] = identifier

    created = world.caller.post("/refunds", body)

    assert created.status_code == 201, created.content
    assert (content(created)["reference"], content(created)["order_id"]) == (identifier, identifier)


def test_reads_minus_nought_as_nought(world: World) -> None:
    raw = json.dumps({"percent": 0}).replace("0", "-0")
    body = order_body("O-zero")
    body["lines"][0]["consumption"] = {"percent": 7}
    sent = json.dumps(body).replace('{"percent": 7}', raw).encode()

    answered = world.caller.call("PUT", "/orders/O-zero", sent)

    assert answered.status_code == 201
    assert content(answered)["lines"][0]["consumption"]["percent"] == 0


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.just("x" * 3000),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_never_breaks_on_a_body_with_one_member_changed(world: World, name: str) -> None:
    operation = OPERATIONS[name]

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=IN_ONE_WORLD,
    )
    @given(chosen=st.data())
    def mutated(chosen: st.DataObject) -> None:
        body = _mutated(operation.body(), chosen)
        before = every_row()
        response = world.send(operation, body)
        if response.status_code < 300:
            return
        document = content(response)
        assert document["status"] in (400, 409, 422), document
        for error in document.get("errors", []):
            assert _leads_somewhere(body, error["pointer"]), (error, body)
        assert document["status"] == 409 or document["errors"], document
        assert every_row() == before

    mutated()


def _leads_somewhere(body: Any, pointer: str) -> bool:
    try:
        resolve(body, pointer)
    except NothingThere:
        return names_a_missing_member(body, pointer)
    return True


def _mutated(body: dict[str, Any], chosen: st.DataObject) -> dict[str, Any]:
    """Drop, retype or add one member, or item, anywhere in the body."""
    spoilt = copy.deepcopy(body)
    pointer = chosen.draw(st.sampled_from(sorted(_pointers(spoilt))))
    parent = resolve(spoilt, pointer.rpartition("/")[0])
    step: Any = steps_of(pointer)[-1]
    if isinstance(parent, list):
        step = int(step)
    match chosen.draw(st.sampled_from(["drop", "retype", "add"])):
        case "drop":
            del parent[step]
        case "retype":
            parent[step] = chosen.draw(_ODD)
        case _ if isinstance(parent, list):
            parent.append(chosen.draw(_ODD))
        case _:
            parent[chosen.draw(st.text(min_size=1, max_size=5))] = chosen.draw(_ODD)
    return spoilt


def _pointers(value: Any, before: str = "") -> list[str]:
    found = []
    if isinstance(value, dict):
        inner = [(name.replace("~", "~0").replace("/", "~1"), part) for name, part in value.items()]
    else:
        inner = [(str(index), part) for index, part in enumerate(value)] if isinstance(value, list) else []
    for step, part in inner:
        found += [f"{before}/{step}", *_pointers(part, f"{before}/{step}")]
    return found


def _with(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return the body with one member set, made if need be."""
    parent = resolve(body, pointer.rpartition("/")[0])
    step = steps_of(pointer)[-1]
    if isinstance(parent, list):
        parent[int(step)] = value
    else:
        parent[step] = value
    return body
