"""GET /events."""

import pytest

from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.api.callers import V1, Caller, content, make_caller, problem
from tests.support.factories import Goods, make_order, submit


def _submitted(caller: Caller, outcome: RiskOutcome = RiskOutcome.CLEAR) -> Refund:
    return submit(make_order(caller.client, Goods(1000)), outcome)


@pytest.mark.parametrize(
    ("query", "parameter"), [("type=refund.lost", "type"), ("limit=201", "limit"), ("since=evt_1", "since")]
)
def test_refuses_a_query_that_it_does_not_understand(caller: Caller, query: str, parameter: str) -> None:
    document = problem(caller.get(f"/events?{query}"), 422, "query_invalid")

    assert [error["parameter"] for error in document["errors"]] == [parameter]


def test_refuses_an_event_that_does_not_exist_or_is_anothers(caller: Caller, stranger: Caller) -> None:
    _submitted(stranger)
    anothers = Event.objects.get().pk

    problem(caller.get("/events?after=evt_0"), 422, "event_unknown")
    problem(caller.get(f"/events?after={anothers}"), 422, "event_unknown")


def test_wants_the_scope_for_events(caller: Caller) -> None:
    other = make_caller("refunds:read", name=caller.client.name)

    assert problem(other.get("/events"), 403, "scope_missing")["scope"] == "events:read"


@pytest.mark.django_db(transaction=True)
def test_lists_events_in_their_order_and_nobody_elses(caller: Caller, stranger: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.REVIEW)
    _submitted(stranger)
    withdrawn = content(caller.post(f"/refunds/{refund.pk}/withdraw", {}))

    document = content(caller.get("/events"))

    assert [(event["type"], event["sequence"]) for event in document["data"]] == [
        ("refund.pending_review", 1),
        ("refund.withdrawn", 2),
    ]
    last = document["data"][1]
    assert set(last) == {"id", "type", "timestamp", "sequence", "data"}
    assert (last["data"], last["timestamp"]) == ({"refund": withdrawn}, withdrawn["status_at"])
    assert document["next_cursor"] is None


@pytest.mark.django_db(transaction=True)
def test_goes_on_after_the_last_event_that_was_read(caller: Caller) -> None:
    _submitted(caller)
    first = content(caller.get("/events"))["data"][0]
    second = _submitted(caller)

    document = content(caller.get(f"/events?after={first['id']}"))

    assert [event["data"]["refund"]["id"] for event in document["data"]] == [second.pk]
    assert content(caller.get(f"/events?after={document['data'][0]['id']}"))["data"] == []


@pytest.mark.django_db(transaction=True)
def test_walks_pages_and_narrows_by_type(caller: Caller) -> None:
    refunds = [_submitted(caller) for _number in range(3)]
    _submitted(caller, RiskOutcome.HOLD)

    first = caller.get("/events?limit=2&type=refund.released")
    link = first["Link"].removeprefix(f"<{V1}").removesuffix('>; rel="next"')
    second = caller.get(link)

    told = [event["data"]["refund"]["id"] for page in (first, second) for event in content(page)["data"]]
    assert told == [refund.pk for refund in refunds]
    assert "Link" not in second
