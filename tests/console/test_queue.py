from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase
from tests.console.conftest import take_in
from tests.support.factories import APPROVAL, Desk, open_desk

QUEUE = "/queue/"


def test_sends_a_stranger_to_the_door_and_back(db: None) -> None:
    answer = Client().get("/queue/?level=high")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Fqueue%2F%3Flevel%3Dhigh"


def test_sends_the_whole_page_of_a_stranger_to_the_door(db: None) -> None:
    answer = Client().get("/queue/arrivals/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/")


def test_starts_anew_on_a_cursor_that_is_not_its_own(browser: Client, weighed: Refund) -> None:
    answer = browser.get(QUEUE, {"cursor": "nonsense"})
    assert [row.reference for row in answer.context["rows"]] == [weighed.reference]


@pytest.mark.parametrize("parameter", ["level", "category", "age"])
def test_leaves_out_a_filter_that_it_does_not_know(browser: Client, weighed: Refund, parameter: str) -> None:
    answer = browser.get(QUEUE, {parameter: "\x00nonsense"})
    assert [row.reference for row in answer.context["rows"]] == [weighed.reference]


def test_finds_nothing_in_a_queue_that_does_not_exist(browser: Client, weighed: Refund) -> None:
    assert browser.get(QUEUE, {"queue": "nowhere"}).context["rows"] == []


def test_puts_the_nearest_deadline_first(browser: Client, platform: ApiClient, now: datetime) -> None:
    later, sooner = take_in(platform, now), take_in(platform, now)
    ReviewCase.objects.filter(refund=sooner).update(due_at=now + timedelta(minutes=5))
    answer = browser.get(QUEUE)
    assert [row.reference for row in answer.context["rows"]] == [sooner.reference, later.reference]


def test_says_what_is_asked_why_and_until_when(browser: Client, weighed: Refund, now: datetime) -> None:
    ReviewCase.objects.filter(refund=weighed).update(due_at=now - timedelta(minutes=30))
    (row,) = browser.get(QUEUE).context["rows"]
    assert row.amount == "CN¥648.00"
    assert row.reasons[0] == "Refund after use"
    assert row.because == "100% of the goods, by value, was used before the request for CN¥648.00."
    assert (row.time_left.words, row.time_left.tone, row.time_left.percent) == ("30 min late", "bad", 0)
    assert row.asked == "Goods 1"
    assert not row.holder


def test_names_who_has_a_case(browser: Client, weighed: Refund, now: datetime) -> None:
    other = open_desk(weighed, now=now).person
    (row,) = browser.get(QUEUE).context["rows"]
    assert (row.holder, row.is_mine) == (str(other), False)


def test_offers_a_case_whose_lease_has_ended(browser: Client, weighed: Refund, now: datetime) -> None:
    open_desk(weighed, now=now - timedelta(hours=1))
    (row,) = browser.get(QUEUE).context["rows"]
    assert not row.holder


def test_narrows_by_level_and_category(browser: Client, weighed: Refund) -> None:
    level = ReviewCase.objects.get(refund=weighed).level
    other = "low" if level != "low" else "high"
    assert len(browser.get(QUEUE, {"level": level, "category": "gift_card"}).context["rows"]) == 1
    assert browser.get(QUEUE, {"level": other}).context["rows"] == []
    assert browser.get(QUEUE, {"category": "voucher"}).context["rows"] == []


def test_narrows_by_how_long_a_case_waits(browser: Client, weighed: Refund, now: datetime) -> None:
    ReviewCase.objects.filter(refund=weighed).update(opened_at=now - timedelta(hours=2))
    assert len(browser.get(QUEUE, {"age": "1h"}).context["rows"]) == 1
    assert browser.get(QUEUE, {"age": "4h"}).context["rows"] == []


@pytest.mark.parametrize("name", ["reference", "order", "account", "id"])
def test_finds_a_case_by_what_it_is_called(browser: Client, weighed: Refund, platform: ApiClient, name: str) -> None:
    take_in(platform, timezone.now())
    texts = {
        "reference": weighed.reference,
        "order": weighed.order.external_id,
        "account": weighed.account.external_id,
        "id": weighed.pk,
    }
    answer = browser.get(QUEUE, {"q": f" {texts[name]} "})
    assert [row.reference for row in answer.context["rows"]] == [weighed.reference]


def test_finds_closed_cases_too(browser: Client, desk: Desk, now: datetime) -> None:
    desk.decide(APPROVAL, now=now)
    (row,) = browser.get(QUEUE, {"q": desk.refund.reference}).context["rows"]
    assert row.is_closed
    assert browser.get(QUEUE).context["rows"] == []


def test_counts_each_queue(browser: Client, weighed: Refund) -> None:
    case = ReviewCase.objects.select_related("queue").get(refund=weighed)
    tabs = {tab.name: tab.count for tab in browser.get(QUEUE).context["tabs"]}
    assert tabs["All"] == 1
    assert tabs[case.queue.name_en] == 1
    assert sum(tabs.values()) == 2


def test_counts_what_is_late(browser: Client, weighed: Refund, now: datetime) -> None:
    assert browser.get(QUEUE).context["late"] == 0
    ReviewCase.objects.filter(refund=weighed).update(due_at=now)
    assert browser.get(QUEUE).context["late"] == 1


def test_walks_to_the_end_once(
    browser: Client, platform: ApiClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.console.views.queue.ROWS", 2)
    taken = [take_in(platform, now).reference for _ in range(5)]
    seen, address = [], QUEUE
    while address:
        context = browser.get(address).context
        seen += [row.reference for row in context["rows"]]
        address = context["pager"].next
    assert sorted(seen) == sorted(taken)


def test_announces_what_came_since_and_moves_no_row(browser: Client, platform: ApiClient, now: datetime) -> None:
    drawn = browser.get(QUEUE).context["arrivals"]
    assert drawn.count == 0
    take_in(platform, timezone.now())
    answer = browser.get(drawn.address, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "1 new case – show it" in text
    assert f'<a href="{reverse("console:queue")}">' in text
    assert "<table" not in text


def test_announces_nothing_for_a_moment_that_it_cannot_read(browser: Client, weighed: Refund) -> None:
    text = browser.get("/queue/arrivals/", {"since": "yesterday"}).content.decode()
    assert 'id="arrivals"' in text
    assert "<a " not in text


def test_asks_the_database_as_often_for_many_rows_as_for_one(
    browser: Client, platform: ApiClient, now: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(3):
        take_in(platform, now, amounts=(3000, 5000))
    browser.get(QUEUE)  # the session keeps the form token from now on
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]  # pytest-django does not export the type
        browser.get(QUEUE)


# session, person, rows, refund lines, order lines, counts
QUERIES = 7
