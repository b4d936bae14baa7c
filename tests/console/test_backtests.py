from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.clients.models import ApiClient
from apps.refunds.models import Refund
from apps.risk.models import PolicyVersion
from apps.staff.models import Person
from apps.trials.models import Backtest
from apps.trials.services.backtest import backtest_advance
from tests.console.conftest import HTMX, signed_in, take_in
from tests.support.factories import person_actor
from tests.trials.worlds import started, strictest

# session, person, backtests, versions, clients
LIST_QUERIES = 5
# session, person, backtest with its version, client and person
PAGE_QUERIES = 3


@pytest.fixture
def office(supervisor: Person) -> Client:
    return signed_in(supervisor)


@pytest.fixture
def draft(weighed: Refund) -> PolicyVersion:
    return strictest()


@pytest.fixture
def running(draft: PolicyVersion, supervisor: Person, now: datetime) -> Backtest:
    since = now - timedelta(days=30)
    until = now + timedelta(minutes=1)
    return started(draft, since=since, until=until, actor=person_actor(supervisor), now=until)


def form(draft: PolicyVersion, **changed: str) -> dict[str, str]:
    return {"version": draft.pk, "from": "2020-01-01", "to": "2999-01-01"} | changed


def test_is_not_for_reviewers(browser: Client, running: Backtest) -> None:
    assert browser.get("/backtests/").status_code == 403
    assert browser.get(f"/backtests/{running.pk}/").status_code == 403
    assert browser.get(f"/backtests/{running.pk}/export/").status_code == 403
    assert browser.post(f"/backtests/{running.pk}/cancel/").status_code == 403
    assert browser.post("/backtests/", form(running.version)).status_code == 403
    running.refresh_from_db()
    assert (Backtest.objects.count(), running.status) == (1, "running")


@pytest.mark.parametrize(
    "changed",
    [{"from": ""}, {"from": "2026-02-30"}, {"from": "2999-01-01"}, {"from": "2019-01-01", "to": "2019-02-01"}],
)
def test_refuses_a_period_that_is_none(office: Client, draft: PolicyVersion, changed: dict[str, str]) -> None:
    answer = office.post("/backtests/", form(draft, **changed))
    assert answer.status_code == 422
    assert not Backtest.objects.exists()


def test_knows_no_other_versions_and_backtests(office: Client, draft: PolicyVersion) -> None:
    assert office.post("/backtests/", form(draft, version="pol_none")).status_code == 404
    assert office.get("/backtests/btt_none/").status_code == 404
    assert office.post("/backtests/btt_none/cancel/").status_code == 404


def test_starts_one_and_goes_to_it(office: Client, draft: PolicyVersion, platform: ApiClient) -> None:
    answer = office.post("/backtests/", form(draft, client=str(platform.pk)))
    backtest = Backtest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/backtests/{backtest.pk}/")
    assert (backtest.version, backtest.client, backtest.total) == (draft, platform, 1)


def test_asks_again_for_its_region_until_it_has_ended(office: Client, running: Backtest, now: datetime) -> None:
    region = office.get(f"/backtests/{running.pk}/", headers=HTMX).content.decode()
    assert 'hx-trigger="every 2s"' in region
    assert "<html" not in region
    assert "0 of 1 refunds weighed" in region
    backtest_advance(running.pk, now=now)
    region = office.get(f"/backtests/{running.pk}/", headers=HTMX).content.decode()
    assert "hx-trigger" not in region
    assert "1 of 1 refunds weighed" in region


def test_shows_and_gives_away_what_would_change(
    office: Client, platform: ApiClient, supervisor: Person, now: datetime
) -> None:
    take_in(platform, now, amounts=(100,))
    since, until = now - timedelta(days=30), now + timedelta(minutes=1)
    backtest = started(strictest(), since=since, until=until, actor=person_actor(supervisor), now=until)
    backtest_advance(backtest.pk, now=now)
    page = office.get(f"/backtests/{backtest.pk}/").content.decode()
    assert "Reviewers&#x27; load per day" in page
    assert "Circular refund" in page
    written = office.get(f"/backtests/{backtest.pk}/export/")
    assert written["Content-Type"] == "text/csv; charset=utf-8"
    assert "Reviewers' load per day,Median day,1,1\r\n" in written.content.decode("utf-8-sig")


def test_is_cancelled_once(office: Client, running: Backtest) -> None:
    assert office.post(f"/backtests/{running.pk}/cancel/").status_code == 302
    page = office.post(f"/backtests/{running.pk}/cancel/", follow=True).content.decode()
    assert "This backtest has ended already." in page
    running.refresh_from_db()
    assert running.status == "cancelled"


def test_costs_as_many_statements_however_many_there_are(
    office: Client, running: Backtest, supervisor: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        Backtest.objects.create(
            version=running.version,
            revision=1,
            document=running.document,
            compared_with=1,
            since=running.since,
            until=running.until,
            total=1,
            started_by=supervisor,
            created_at=running.created_at,
        )
    office.get("/backtests/")  # the session is written once
    with django_assert_num_queries(LIST_QUERIES):
        office.get("/backtests/")
    with django_assert_num_queries(PAGE_QUERIES):
        office.get(f"/backtests/{running.pk}/")
