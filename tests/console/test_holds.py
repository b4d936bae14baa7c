from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.console import wording
from apps.payouts.models import Hold
from apps.payouts.services.payout import PayoutResult, payout_report
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase
from apps.risk.models import RiskOutcome
from apps.staff.models import Person
from tests.support.factories import Goods, client_actor, held_refund, make_order, submit

# session, person, holds, totals, calendar, failed payouts
QUERIES = 6


def failed_payout(platform: ApiClient, now: datetime) -> Refund:
    refund = submit(make_order(platform, Goods(64800)), RiskOutcome.CLEAR, now=now)
    return payout_report(
        refund.pk,
        client_id=platform.pk,
        result=PayoutResult.FAILED,
        reference="P-1",
        at=now,
        failure_reason="Card closed",
        actor=client_actor(platform),
        now=now,
    )


def local(at: datetime) -> str:
    with timezone.override("Asia/Shanghai"):
        return wording.local_input(at)


def test_refuses_to_release_early_what_one_placed(
    browser: Client, platform: ApiClient, reviewer: Person, now: datetime
) -> None:
    refund, hold = held_refund(make_order(platform, Goods(64800)), reviewer, now=now)
    answer = browser.post(f"/holds/{hold.pk}/release/", {"reason": "Customer called."})
    assert answer.status_code == 403
    assert "Customer called." in answer.content.decode()
    refund.refresh_from_db()
    assert refund.status == "held"


def test_refuses_to_act_without_a_reason(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    release_at = hold.release_at
    for verb in ("release", "extend", "recall"):
        answer = browser.post(
            f"/holds/{hold.pk}/{verb}/", {"reason": " ", "release_at": local(release_at + timedelta(days=1))}
        )
        assert answer.status_code == 422
    refund.refresh_from_db()
    hold.refresh_from_db()
    assert (refund.status, hold.status, hold.release_at) == ("held", "open", release_at)


def test_refuses_a_time_that_is_earlier_or_unreadable(browser: Client, platform: ApiClient, now: datetime) -> None:
    _refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    for text in ("", "soon", local(now), local(now + timedelta(days=400))):
        answer = browser.post(f"/holds/{hold.pk}/extend/", {"reason": "Wait.", "release_at": text})
        assert answer.status_code == 422
    assert Hold.objects.get().release_at == hold.release_at


def test_refuses_a_hold_that_has_ended(browser: Client, platform: ApiClient, now: datetime) -> None:
    _refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    browser.post(f"/holds/{hold.pk}/release/", {"reason": "Clear."})
    assert browser.post(f"/holds/{hold.pk}/recall/", {"reason": "Too late."}).status_code == 409
    assert ReviewCase.objects.count() == 0


def test_knows_no_hold_that_does_not_exist(browser: Client) -> None:
    assert browser.post("/holds/1/release/", {"reason": "x"}).status_code == 404


def test_releases_early(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    answer = browser.post(f"/holds/{hold.pk}/release/", {"reason": "Clear."})
    assert answer["Location"] == "/holds/"
    refund.refresh_from_db()
    hold.refresh_from_db()
    assert (refund.status, hold.status, hold.end_reason) == ("released", "released_early", "Clear.")


def test_extends_in_the_persons_own_time(browser: Client, platform: ApiClient, now: datetime) -> None:
    _refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    later = (hold.release_at + timedelta(days=2)).replace(second=0, microsecond=0)
    browser.post(f"/holds/{hold.pk}/extend/", {"reason": "Wait.", "release_at": local(later)})
    assert Hold.objects.get().release_at == later


def test_recalls_to_review(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    browser.post(f"/holds/{hold.pk}/recall/", {"reason": "Linked account denied."})
    refund.refresh_from_db()
    assert refund.status == "pending_review"
    assert ReviewCase.objects.get().opened_because == "recalled"


def test_asks_to_pay_again(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund = failed_payout(platform, now)
    (row,) = browser.get("/holds/").context["failed"]
    assert (row.reference, row.why, row.amount) == (refund.reference, "Card closed", "CN¥648.00")
    browser.post(f"/refunds/{refund.pk}/pay-again/", {"reason": "New card."})
    refund.refresh_from_db()
    assert refund.status == "released"
    assert browser.get("/holds/").context["failed"] == []


def test_sums_by_currency_and_puts_the_next_release_first(browser: Client, platform: ApiClient, now: datetime) -> None:
    _later, second = held_refund(make_order(platform, Goods(64800)), now=now)
    _sooner, first = held_refund(make_order(platform, Goods(1200), currency="JPY"), now=now - timedelta(hours=3))
    context = browser.get("/holds/").context
    assert [row.hold_id for row in context["rows"]] == [first.pk, second.pk]
    assert [(each.currency, each.amount, each.count) for each in context["sums"]] == [
        ("CNY", "CN¥648.00", 1),
        ("JPY", "¥1,200", 1),
    ]


def test_asks_the_database_as_often_for_many_holds_as_for_one(
    browser: Client, platform: ApiClient, now: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(4):
        held_refund(make_order(platform, Goods(64800)), now=now)
    browser.get("/holds/")  # the session keeps the form token from now on
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]  # pytest-django does not export the type
        browser.get("/holds/")


def test_lays_out_by_day_what_is_released(browser: Client, platform: ApiClient, now: datetime) -> None:
    today = timezone.localdate(now, ZoneInfo("Asia/Shanghai"))
    made = [held_refund(make_order(platform, Goods(3000)), now=now)[1] for _number in range(3)]
    noon = datetime.combine(today + timedelta(days=2), time(12), tzinfo=ZoneInfo("Asia/Shanghai"))
    for hold, release_at in zip(made, (noon, noon, noon + timedelta(days=1)), strict=True):
        Hold.objects.filter(pk=hold.pk).update(release_at=release_at, latest_release_at=noon + timedelta(days=30))

    shown = browser.get("/holds/").context["calendar"]

    days = {day.day: day for week in shown.weeks for day in week}
    assert len(days) == 35
    assert {day: each.count for day, each in days.items() if each.count} == {
        today + timedelta(days=2): 2,
        today + timedelta(days=3): 1,
    }
    assert days[today + timedelta(days=2)].amounts == ["CN¥60.00"]
    assert days[today + timedelta(days=3)].share == 50
    narrowed = browser.get(days[today + timedelta(days=2)].address)
    assert {row.hold_id for row in narrowed.context["rows"]} == {made[0].pk, made[1].pk}
    assert len(browser.get("/holds/", {"day": "nonsense"}).context["rows"]) == 3


def test_counts_what_is_due_from_before_to_today(browser: Client, platform: ApiClient, now: datetime) -> None:
    _refund, hold = held_refund(make_order(platform, Goods(3000)), now=now)
    early = now - timedelta(days=3)
    Hold.objects.filter(pk=hold.pk).update(placed_at=early, release_at=early + timedelta(hours=1))
    weeks = browser.get("/holds/").context["calendar"].weeks
    (today,) = [day for week in weeks for day in week if day.count]
    assert today.is_today
    assert [row.hold_id for row in browser.get(today.address).context["rows"]] == [hold.pk]


@pytest.mark.parametrize(("do", "status"), [("release", "released"), ("recall", "pending_review"), ("extend", "held")])
def test_does_one_thing_with_many_holds_and_says_what_was_refused(
    browser: Client, platform: ApiClient, reviewer: Person, do: str, status: str
) -> None:
    now = timezone.now()
    by_policy, _hold = held_refund(make_order(platform, Goods(3000)), now=now)
    own, _hold = held_refund(make_order(platform, Goods(3000)), reviewer, now=now)
    ids = list(Hold.objects.values_list("pk", flat=True))
    until = (now + timedelta(days=9)).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")

    sent = {"hold": [*ids, 999_999, "x"], "do": do, "reason": "Looked at.", "release_at": until}
    text = browser.post("/holds/bulk/", sent, follow=True).content.decode()

    by_policy.refresh_from_db()
    own.refresh_from_db()
    assert by_policy.status == status
    # Who placed a hold does not cut it short, one by one or in bulk.
    assert own.status == ("held" if do == "release" else status)
    assert ("1 hold done." if do == "release" else "2 holds done.") in text
    assert "hold not:" in text or "holds not:" in text


@pytest.mark.parametrize("sent", [{}, {"do": "release"}, {"hold": ["1"], "do": "explode"}])
def test_does_nothing_with_holds_that_was_not_said(browser: Client, sent: dict[str, object]) -> None:
    assert "Choose holds, and what to do with them." in browser.post("/holds/bulk/", sent, follow=True).content.decode()
