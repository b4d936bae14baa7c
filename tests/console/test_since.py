from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from apps.clients.models import ApiClient
from apps.console.presenters.since import since
from apps.marketplace.models import Account
from apps.refunds.models import Refund
from apps.risk.changes import Changes, FactorChange
from apps.risk.models import RiskOutcome
from apps.risk.policy import Level
from apps.staff.models import Person
from tests.console.conftest import take_in
from tests.support.factories import DENIAL, Desk, Goods, make_order, open_desk, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(platform: ApiClient, reviewer: Person, now: datetime) -> Desk:
    return open_desk(take_in(platform, now), reviewer, now=now)


def since_of(browser: Client, desk: Desk) -> object:
    return browser.get(f"/cases/{desk.case.pk}/").context["since"]


def test_says_that_nothing_has_changed(browser: Client, desk: Desk) -> None:
    text = browser.get(f"/cases/{desk.case.pk}/").content.decode()
    assert "nothing has changed" in text
    assert 'class="panel since" open' not in text


def test_says_what_came_with_both_scores(browser: Client, desk: Desk, now: datetime) -> None:
    Account.objects.filter(pk=desk.refund.account_id).update(is_minor=True)
    page = browser.get(f"/cases/{desk.case.pk}/")
    told = page.context["since"]
    assert told.is_same is False
    assert told.score_before == desk.refund.assessment.score
    rows = {row.title: row for row in told.rows}
    assert (rows["Purchase by a minor"].state.word, rows["Purchase by a minor"].points_after) == ("new", "0")
    assert rows["Refund after use"].state.word == "gone"
    assert rows["Refund after use"].was.startswith("100% of the goods")
    assert 'class="panel since" open' in page.content.decode()


def test_says_nothing_of_a_refund_that_is_decided(browser: Client, desk: Desk, now: datetime) -> None:
    desk.decide(DENIAL, now=now)
    assert "Since it came in" not in browser.get(f"/cases/{desk.case.pk}/").content.decode()


def test_looks_again_at_a_refund_that_waits_without_a_case(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund: Refund = submit(make_order(platform, Goods(64800)), RiskOutcome.HOLD, now=now - timedelta(hours=1))
    assert "Since it came in" in browser.get(f"/refunds/{refund.pk}/").content.decode()


def test_writes_heavier_and_lighter_in_chinese() -> None:
    was = {
        "code": "NEW_ACCOUNT",
        "rule": "days",
        "points": 5,
        "observed": 20,
        "unit": "days",
        "window_hours": 0,
        "numbers": {},
    }
    change = FactorChange("NEW_ACCOUNT", was, was | {"points": 20})
    lighter = FactorChange("NEW_ACCOUNT", was | {"points": 20}, was)
    with translation.override("zh-hans"):
        told = since(Changes(20, 35, "low", Level.MEDIUM, (change, lighter)))
    assert [row.state.word for row in told.rows] == ["加重", "减轻"]
    assert (told.rows[0].points_before, told.rows[0].points_after) == ("+5", "+20")
    assert (told.level_before.word, told.level_after.word) == ("低", "中")
