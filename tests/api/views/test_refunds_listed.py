"""GET /refunds and GET /refunds/{id}."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from tests.api.callers import V1, Caller, content, make_caller, problem
from tests.support.factories import NOON, Goods, make_order, submit


def _submitted(caller: Caller, number: int = 1) -> list[Refund]:
    return [submit(make_order(caller.client, Goods(1000)), RiskOutcome.CLEAR) for _place in range(number)]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "too_small"),
        ("limit=201", "limit", "too_large"),
        ("limit=ten", "limit", "integer_expected"),
        ("limit=", "limit", "integer_expected"),
        ("limit=-1", "limit", "integer_expected"),
        ("limit=5.0", "limit", "integer_expected"),
        ("limit=1&limit=2", "limit", "integer_expected"),
        ("status=lost", "status", "choice"),
        ("status=held&status=paid", "status", "choice"),
        ("created_after=yesterday", "created_after", "instant"),
        ("reference=%00", "reference", "control_character"),
        ("acount_id=A-1", "acount_id", "unknown_field"),
        ("format=xml", "format", "unknown_field"),
    ],
)
def test_refuses_a_query_that_it_does_not_understand(caller: Caller, query: str, parameter: str, code: str) -> None:
    document = problem(caller.get(f"/refunds?{query}"), 422, "query_invalid")

    assert [(error["pointer"], error["parameter"], error["code"]) for error in document["errors"]] == [
        ("", parameter, code)
    ]


@pytest.mark.parametrize("cursor", ["x", "WzFd", "%00", "W10", "eyJhIjoxfQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"])
def test_refuses_a_cursor_that_it_never_gave(caller: Caller, cursor: str) -> None:
    document = content(caller.get(f"/refunds?cursor={cursor}"))

    assert document["code"] in ("cursor_unreadable", "query_invalid")
    assert [(error["pointer"], error["parameter"]) for error in document["errors"]] == [("", "cursor")]


def test_lists_nothing_of_another_client(caller: Caller, stranger: Caller) -> None:
    _submitted(stranger, 2)

    assert content(caller.get("/refunds")) == {"data": [], "next_cursor": None}


def test_lists_refunds_as_they_are_read_newest_first(caller: Caller) -> None:
    older, newer = _submitted(caller, 2)

    response = caller.get("/refunds")

    assert response.status_code == 200
    assert "Link" not in response
    assert content(response) == {
        "data": [content(caller.get(f"/refunds/{newer.pk}")), content(caller.get(f"/refunds/{older.pk}"))],
        "next_cursor": None,
    }


def test_walks_each_refund_once_while_others_come_in(caller: Caller) -> None:
    there = [refund.pk for refund in _submitted(caller, 7)]
    walked: list[str] = []
    response = caller.get("/refunds?limit=2&status=released")
    while True:
        walked += [refund["id"] for refund in content(response)["data"]]
        _submitted(caller)
        if content(response)["next_cursor"] is None:
            break
        link = re.fullmatch(rf'<{V1}(/refunds\?[^>]*)>; rel="next"', response["Link"])
        assert link is not None
        assert "limit=2&status=released&cursor=" in link[1]
        response = caller.get(link[1])

    assert walked == there[::-1]
    assert "Link" not in response


@pytest.mark.parametrize(
    "query",
    [
        "status=released",
        "account_id={account}",
        "order_id={order}",
        "reference={reference}",
        "created_after={before}",
        "created_before={after}",
        "created_before={unescaped}",
        "status=released&order_id={order}&reference={reference}",
    ],
)
def test_narrows_the_list_by_each_filter(caller: Caller, query: str) -> None:
    wanted = submit(make_order(caller.client, Goods(1000)), RiskOutcome.CLEAR)
    late = timedelta(hours=5) if "created_before" in query else timedelta(hours=-5)
    submit(make_order(caller.client, Goods(1000)), RiskOutcome.REVIEW, now=NOON + late, requested_at=NOON.isoformat())

    facts = {
        "account": wanted.account.external_id,
        "order": wanted.order.external_id,
        "reference": wanted.reference,
        "before": quote((NOON - timedelta(hours=1)).isoformat()),
        "unescaped": (NOON + timedelta(hours=1)).isoformat(),
        "after": quote((NOON + timedelta(hours=1)).isoformat()),
    }
    response = caller.get(f"/refunds?{query.format(**facts)}")

    assert [refund["id"] for refund in content(response)["data"]] == [wanted.pk]


def test_asks_the_database_twice_for_a_page(caller: Caller) -> None:
    _submitted(caller, 3)
    # The first use of a key is noted.
    caller.get("/refunds")

    with CaptureQueriesContext(connection) as asked:
        caller.get("/refunds")

    assert len(asked) == 2


def test_spares_the_body_when_the_page_is_known(caller: Caller) -> None:
    _submitted(caller)
    first = caller.get("/refunds")

    assert caller.get("/refunds", If_None_Match=first["ETag"]).status_code == 304
    _submitted(caller)
    assert caller.get("/refunds", If_None_Match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("identifier", ["rfd_0", "evt_01m82b6mm8dpb6fywswnjrey45", "孩子", "%2e%2e", "a" * 65, "%00"])
def test_finds_no_refund_that_does_not_exist(caller: Caller, identifier: str) -> None:
    assert caller.get(f"/refunds/{identifier}").status_code == 404


def test_finds_no_refund_of_another_client(caller: Caller, stranger: Caller) -> None:
    (refund,) = _submitted(stranger)

    document = problem(caller.get(f"/refunds/{refund.pk}"), 404, "refund_unknown")

    assert document["detail"] == f"There is no refund {refund.pk}."


def test_reads_a_refund_with_its_version_as_tag(caller: Caller) -> None:
    (refund,) = _submitted(caller)

    response = caller.get(f"/refunds/{refund.pk}")

    assert (response.status_code, response["ETag"]) == (200, '"1"')
    assert content(response)["id"] == refund.pk
    assert caller.get(f"/refunds/{refund.pk}", If_None_Match='"1"').status_code == 304
    assert caller.call("HEAD", f"/refunds/{refund.pk}")["ETag"] == '"1"'


def test_wants_the_scope_for_reading(caller: Caller) -> None:
    writer = make_caller("refunds:write", name=caller.client.name)

    assert problem(writer.get("/refunds"), 403, "scope_missing")["scope"] == "refunds:read"
