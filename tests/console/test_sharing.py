"""Sorting, searching, sharing out and keeping views, as the pages do it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.identity.matching import number_hash
from apps.identity.models import FactorKind, FactorStatus, Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase, SavedView
from apps.reviews.pieces import pieces_of
from apps.reviews.ranking import review_value
from apps.reviews.services.settle import proposals_settle_due
from apps.staff.models import Person
from tests.console.conftest import signed_in, take_in
from tests.support.factories import APPROVAL, Desk, make_person, open_desk

pytestmark = pytest.mark.django_db

QUEUE = "/queue/"


def references(browser: Client, **asked: str) -> list[str]:
    return [row.reference for row in browser.get(QUEUE, asked).context["rows"]]


def rank(refund: Refund, *, worth: int, score: int, due_at: datetime) -> None:
    value = review_value(worth, score, due_at)
    ReviewCase.objects.filter(refund=refund).update(worth=worth, score=score, due_at=due_at, value=value)


@pytest.mark.parametrize(
    ("sort", "order"),
    [("deadline", "abc"), ("amount", "bca"), ("score", "cab"), ("value", "bca"), ("nonsense", "abc")],
)
def test_puts_first_what_is_asked_for_on_every_page(
    browser: Client, platform: ApiClient, monkeypatch: pytest.MonkeyPatch, sort: str, order: str
) -> None:
    now = timezone.now()
    refunds = {name: take_in(platform, now) for name in "abc"}
    rank(refunds["a"], worth=1_000, score=50, due_at=now + timedelta(hours=1))
    rank(refunds["b"], worth=900_000, score=40, due_at=now + timedelta(hours=2))
    rank(refunds["c"], worth=10_000, score=90, due_at=now + timedelta(hours=3))
    wanted = [refunds[name].reference for name in order]
    assert references(browser, sort=sort) == wanted

    monkeypatch.setattr("apps.console.views.queue.ROWS", 1)
    found, asked = [], {"sort": sort}
    while True:
        answer = browser.get(QUEUE, asked)
        found += [row.reference for row in answer.context["rows"]]
        address = answer.context["pager"].next
        if not address:
            break
        asked = dict(part.split("=", 1) for part in address.partition("?")[2].split("&"))
    assert found == wanted


def test_starts_anew_on_a_cursor_of_another_order(
    browser: Client, platform: ApiClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(2):
        take_in(platform, now)
    monkeypatch.setattr("apps.console.views.queue.ROWS", 1)
    address = browser.get(QUEUE, {"sort": "amount"}).context["pager"].next
    cursor = address.partition("cursor=")[2]
    assert references(browser, sort="score", cursor=cursor) == references(browser, sort="score")


def test_finds_a_case_by_whatever_one_has_in_hand(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, _other = take_in(platform, now), take_in(platform, now)
    case = ReviewCase.objects.get(refund=refund)
    account = Account.objects.get(pk=refund.account_id)
    Instrument.objects.filter(payments__order=refund.order).update(last4="4242")
    texts = [refund.reference, refund.pk, case.pk, refund.order.external_id, account.external_id, "4242"]
    for text in texts:
        assert references(browser, q=text) == [refund.reference], text


def test_finds_by_phone_however_it_is_typed(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, _other = take_in(platform, now), take_in(platform, now)
    account = Account.objects.get(pk=refund.account_id)
    subject = account.subject or Subject.objects.create()
    Account.objects.filter(pk=account.pk).update(subject=subject)
    VerificationFactor.objects.update_or_create(
        subject=subject,
        kind=FactorKind.PHONE,
        defaults={
            "status": FactorStatus.VERIFIED,
            "match_hash": number_hash("phone", "13800138000"),
            "updated_at": now,
        },
    )
    for text in ("13800138000", "+86 138-0013-8000"):
        assert references(browser, q=text) == [refund.reference]
    assert references(browser, q="13800138001") == []


def test_finds_by_words_of_the_customer(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, other = take_in(platform, now), take_in(platform, now)
    for each, text in ((refund, "孩子误操作，请退款"), (other, "My brother bought it")):
        Refund.objects.filter(pk=each.pk).update(reason_text=text)
        ReviewCase.objects.filter(refund=each).update(pieces=pieces_of(text))
    assert references(browser, q="误操作") == [refund.reference]
    assert references(browser, q="BROTHER bought") == [other.reference]
    # All pieces are there, but not one after the other.
    assert references(browser, q="bought brother") == []


def test_keeps_the_words_of_a_refund_with_its_case(browser: Client, weighed: Refund) -> None:
    case = ReviewCase.objects.get(refund=weighed)
    assert case.worth == weighed.amount
    assert case.score == weighed.assessment.score
    assert case.value == pytest.approx(review_value(case.worth, case.score, case.due_at))
    assert references(browser, q=weighed.reason_text[:8]) == [weighed.reference]


def test_does_one_thing_with_many_cases_and_says_what_was_refused(
    supervisor: Person, platform: ApiClient, now: datetime
) -> None:
    taken, free = take_in(platform, now), take_in(platform, now)
    open_desk(taken, make_person("wang"), now=now)
    emma = make_person("emma")
    ids = list(ReviewCase.objects.values_list("pk", flat=True))
    browser = signed_in(supervisor)

    answer = browser.post("/queue/bulk/", {"case": [*ids, "cas_nothing"], "do": "assign", "to": emma.pk}, follow=True)

    text = answer.content.decode()
    assert "1 case done." in text
    assert "wang is working on this case" in text.lower()
    assert "There is no such case" in text
    assert ReviewCase.objects.get(refund=free).holder == emma


@pytest.mark.parametrize(
    "sent", [{"do": "tag", "tag": "x"}, {"case": ["cas_x"], "do": "explode"}, {"case": ["cas_x"]}, {}]
)
def test_does_nothing_that_was_not_said(browser: Client, sent: dict[str, Any]) -> None:
    answer = browser.post("/queue/bulk/", sent, follow=True)
    assert "Choose cases, and what to do with them." in answer.content.decode()


def test_lets_reviewers_tag_and_not_share_out(browser: Client, weighed: Refund) -> None:
    case = ReviewCase.objects.get(refund=weighed)
    assert 'value="assign"' not in browser.get(QUEUE).content.decode()
    answer = browser.post("/queue/bulk/", {"case": case.pk, "do": "move", "queue": "general"}, follow=True)
    assert "Only a supervisor may do that." in answer.content.decode()

    browser.post("/queue/bulk/", {"case": case.pk, "do": "tag", "tag": "Ring A, 惯犯"})

    case.refresh_from_db()
    assert case.tags == ["ring a", "惯犯"]
    assert references(browser, tag="惯犯") == [weighed.reference]
    assert references(browser, tag="惯") == []
    browser.post(f"/cases/{case.pk}/tags/", {"do": "untag", "tag": "惯犯"})
    case.refresh_from_db()
    assert case.tags == ["ring a"]


def test_keeps_views_for_oneself_and_for_everybody(browser: Client, supervisor: Person) -> None:
    browser.post("/queue/views/", {"name": "Mine", "query": "level=high&sort=value"})
    browser.post("/queue/views/", {"name": "Ours", "query": "level=critical", "shared": "on"})
    browser.post("/queue/views/", {"name": "Mine", "query": "level=low"})
    assert SavedView.objects.get(name="Mine").query == "level=low"
    shown = browser.get(QUEUE).content.decode()
    assert "/queue/?level=low" in shown
    other = signed_in(supervisor).get(QUEUE).content.decode()
    assert "/queue/?level=critical" in other
    assert "/queue/?level=low" not in other
    shared = SavedView.objects.get(name="Ours")
    assert signed_in(supervisor).post(f"/queue/views/{shared.pk}/forget/").status_code == 404
    browser.post(f"/queue/views/{shared.pk}/forget/")
    assert not SavedView.objects.filter(pk=shared.pk).exists()


@pytest.mark.parametrize("sent", [{"name": " "}, {"name": "x" * 61}, {"name": "x", "query": "q=" + "x" * 500}])
def test_refuses_a_view_that_cannot_be_kept(browser: Client, sent: dict[str, str]) -> None:
    answer = browser.post("/queue/views/", sent, follow=True)
    assert "Give the view a name" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_leads_nowhere_else_by_a_view(browser: Client) -> None:
    answer = browser.post("/queue/views/", {"name": "Evil", "query": "//evil.example/?a=1"})
    assert answer["Location"].startswith("/queue/?")
    assert "//evil" not in answer["Location"]


def test_shows_the_columns_that_a_person_chose(browser: Client, weighed: Refund, reviewer: Person) -> None:
    browser.post("/queue/columns/", {"column": ["score", "tags", "nonsense"]})
    reviewer.refresh_from_db()
    assert reviewer.queue_columns == ["score", "tags"]
    shown = browser.get(QUEUE).content.decode()
    assert f'<td class="amount">{weighed.assessment.score}</td>' in shown
    assert "col-shop" not in shown
    browser.post("/queue/columns/", {"column": []})
    assert "col-shop" in browser.get(QUEUE).content.decode()


def test_lets_supervisors_say_who_works_in_a_queue(browser: Client, supervisor: Person, reviewer: Person) -> None:
    assert browser.get("/queues/").status_code == 403
    boss = signed_in(supervisor)
    assert boss.get("/queues/").status_code == 200
    boss.post("/queues/general/members/", {"member": [reviewer.pk, "x"]})
    assert list(reviewer.queues.values_list("slug", flat=True)) == ["general"]
    assert boss.post("/queues/nowhere/members/").status_code == 404


def test_refreshes_the_rows_that_are_shown_in_their_place(browser: Client, desk: Desk, supervisor: Person) -> None:
    other = signed_in(supervisor)
    address = other.get(QUEUE).context["arrivals"].address
    answer = other.get(f"{address}&shown={desk.case.pk}").content.decode()
    assert f'id="act-{desk.case.pk}" hx-swap-oob="true"' in answer
    assert str(desk.person) in answer
    desk.decide(APPROVAL, now=timezone.now())
    assert "Closed" in other.get(f"{address}&shown={desk.case.pk}").content.decode()


def test_shows_ones_day(browser: Client, desk: Desk, settings: Any) -> None:
    assert "Nothing decided yet today" in browser.get("/me/").content.decode()
    desk.decide(APPROVAL, now=timezone.now())
    proposals_settle_due(now=timezone.now())
    shown = browser.get("/me/")
    assert shown.context["decided"] == 1
    assert desk.refund.reference[:3] in shown.content.decode()


def test_keeps_how_the_console_is_shown(browser: Client, reviewer: Person) -> None:
    answer = browser.post("/me/screen/", {"time_zone": "Asia/Tokyo", "density": "compact"}, follow=True)
    reviewer.refresh_from_db()
    assert (reviewer.time_zone, reviewer.density) == ("Asia/Tokyo", "compact")
    assert 'data-density="compact"' in answer.content.decode()
    refused = browser.post("/me/screen/", {"time_zone": "Mars/Base", "density": "compact"}, follow=True)
    assert "There is no time zone Mars/Base." in refused.content.decode()
