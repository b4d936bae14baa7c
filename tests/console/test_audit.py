from datetime import datetime, timedelta

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.console.presenters.audit_rows import ChangeRow, change_rows
from apps.staff.models import Person, Role
from tests.console.conftest import signed_in
from tests.support.factories import DENIAL, Desk, make_person

# session, person, events, references, people
QUERIES = 5


@pytest.fixture
def office(supervisor: Person) -> Client:
    return signed_in(supervisor)


def test_is_not_for_reviewers(browser: Client) -> None:
    answer = browser.get("/audit/")
    assert answer.status_code == 403
    assert "This page is not for your role" in answer.content.decode()


def test_is_not_offered_to_reviewers(browser: Client, office: Client) -> None:
    assert 'href="/audit/"' not in browser.get("/queue/").content.decode()
    assert 'href="/audit/"' in office.get("/queue/").content.decode()


def test_is_for_administrators(db: None) -> None:
    assert signed_in(make_person(role=Role.ADMINISTRATOR)).get("/audit/").status_code == 200


def test_finds_nothing_of_a_refund_that_nobody_knows(office: Client, desk: Desk) -> None:
    assert office.get("/audit/", {"refund": "RF-nothing"}).context["rows"] == []


def test_says_so_when_a_time_cannot_be_read(office: Client) -> None:
    assert "A time could not be read" in office.get("/audit/", {"from": "yesterday"}).content.decode()


def test_finds_by_person_action_refund_and_time(office: Client, desk: Desk, now: datetime) -> None:
    desk.decide(DENIAL, now=now)
    everything = office.get("/audit/").context["rows"]
    assert len(everything) == AuditEvent.objects.count()
    by_person = office.get("/audit/", {"person": desk.person.pk}).context["rows"]
    assert {row.actor for row in by_person} == {str(desk.person)}
    assert [row.action for row in office.get("/audit/", {"action": "case.decided"}).context["rows"]] == [
        "Decision recorded"
    ]
    for name in (desk.refund.reference, desk.refund.pk):
        assert len(office.get("/audit/", {"refund": name}).context["rows"]) == len(everything)
    tomorrow = f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert office.get("/audit/", {"from": tomorrow}).context["rows"] == []
    assert len(office.get("/audit/", {"to": tomorrow}).context["rows"]) == len(everything)


def test_walks_to_the_end_once(office: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.console.views.audit.ROWS", 2)
    seen, address = 0, "/audit/"
    while address:
        context = office.get(address).context
        seen += len(context["rows"])
        address = context["pager"].next
    assert seen == AuditEvent.objects.count()


def test_writes_changes_so_that_they_can_be_read() -> None:
    rows = change_rows(
        {
            "status": ["pending_review", "held"],
            "release_at": [None, "2026-11-23T10:00:00Z"],
            "amount": 64800,
            "currency": "CNY",
            "items": ["phone", "id_document"],
            "unknown": {"a": 1},
        }
    )
    assert rows == [
        ChangeRow("status", "Pending review", "Held"),
        ChangeRow("release", "", "23 Nov 2026, 10:00"),
        ChangeRow("amount", "", "CN¥648.00"),
        ChangeRow("asked for", "", "Phone verification, Identity document"),
        ChangeRow("unknown", "", "{'a': 1}"),
    ]


def test_asks_the_database_as_often_for_many_events_as_for_one(
    office: Client, desk: Desk, now: datetime, django_assert_num_queries: object
) -> None:
    desk.decide(DENIAL, now=now)
    office.get("/audit/")  # the session keeps the form token from now on
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]  # pytest-django does not export the type
        office.get("/audit/")
