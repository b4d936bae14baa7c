"""The main job as people do it: sign in, claim, read, decide, hold, release, audit."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.refunds.models import Refund
from apps.reviews.models import Decision, ReviewCase
from tests.browser.conftest import Open, keep_picture, make_people, sign_in
from tests.support.bodies import suspect_refund
from tests.support.platform import Platform

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.loopback,
    pytest.mark.xdist_group("browser"),
    # A browser that leaves a page drops its requests, and the test server's threads their connections with them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_leads_from_the_queue_to_the_payout_with_keys(open_page: Open, now: datetime) -> None:
    make_people(now)
    platform = Platform()
    first = platform.post("/refunds", suspect_refund("1", now))
    second = platform.post("/refunds", suspect_refund("2", now))

    reviewer = open_page()
    sign_in(reviewer, "lin")
    expect(reviewer.locator("table.list tbody tr")).to_have_count(2)
    keep_picture(reviewer, "journey-queue")

    reviewer.keyboard.press("n")
    reviewer.wait_for_url("**/cases/*/")
    expect(reviewer.locator("#decide input[name=token]")).to_have_value("1")
    page_text = reviewer.inner_text("main")
    for told in ["648.00", "孩子误操作", "648 元礼品卡", "100", "O-1"]:
        assert told in page_text
    keep_picture(reviewer, "journey-case")

    reviewer.keyboard.press("h")
    reviewer.fill("#internal-note", "Known family; the shop confirmed.")
    reviewer.keyboard.press("Control+Enter")
    # The next case opens by itself.
    reviewer.wait_for_url(lambda address: ReviewCase.objects.get(refund_id=second["id"]).id in address)
    held = Refund.objects.get(pk=first["id"])
    assert (held.status, held.approved_amount) == ("held", 64800)
    assert Decision.objects.get().internal_note == "Known family; the shop confirmed."

    reviewer.keyboard.press("d")
    expect(reviewer.locator("#customer-message")).not_to_have_value("")
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url("**/queue/")
    denied = platform.get(f"/refunds/{second['id']}")
    assert denied["status"] == "denied"
    assert denied["decision"]["message"] != ""

    # Who placed the hold is not offered its early release; a colleague is.
    reviewer.goto("/holds/")
    expect(reviewer.locator(".row-actions").get_by_text("Release early")).to_have_count(0)
    colleague = open_page()
    sign_in(colleague, "emma")
    colleague.goto("/holds/")
    keep_picture(colleague, "journey-holds")
    colleague.locator(".row-actions").get_by_text("Release early").click()
    colleague.fill("textarea[id^=release-]", "The customer was called back.")
    colleague.get_by_role("button", name="Release now").click()
    expect(colleague.get_by_text("No money waits")).to_be_visible()
    assert platform.get(f"/refunds/{first['id']}")["status"] == "released"
    paid_at = (now + timedelta(minutes=1)).isoformat()
    report = {"result": "paid", "reference": "PO-1", "at": paid_at}
    assert platform.post(f"/refunds/{first['id']}/payout", report, status=200)["status"] == "paid"

    supervisor = open_page()
    sign_in(supervisor, "chen")
    supervisor.goto(f"/audit/?refund={first['reference']}")
    trail = supervisor.inner_text("main")
    for told in ["林晓", "Emma Novak", "Decision recorded", "Payout released early", "The customer was called back."]:
        assert told in trail
    keep_picture(supervisor, "journey-audit")


def test_speaks_chinese_in_the_dark(open_page: Open, now: datetime) -> None:
    make_people(now)
    Platform().post("/refunds", suspect_refund("1", now))
    page = open_page()
    sign_in(page, "lin")

    page.locator("header details", has_text="English").locator("summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("form[action='/theme/'] button[value=dark]").evaluate("button => button.click()")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("n")
    page.wait_for_url("**/cases/*/")
    assert "核销后退款" in page.inner_text("main")
    keep_picture(page, "journey-case-zh-dark")

    again = open_page()
    sign_in(again, "lin")
    expect(again.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_works_without_script(open_page: Open, now: datetime) -> None:
    make_people(now)
    refund = Platform().post("/refunds", suspect_refund("1", now))
    page = open_page(java_script_enabled=False)
    sign_in(page, "lin")

    page.locator("table.list tbody tr").get_by_role("button", name="Claim").click()
    page.wait_for_url("**/cases/*/")
    page.locator("input[name=outcome][value=deny]").check(force=True)
    page.fill("#customer-message", "The code was redeemed on server cn_gf01.")
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_url("**/queue/")

    stored = Refund.objects.get(pk=refund["id"])
    assert stored.status == "denied"
    assert stored.decision is not None
    assert stored.decision["message"] == "The code was redeemed on server cn_gf01."


def test_keeps_what_was_typed_when_the_claim_is_lost(open_page: Open, now: datetime) -> None:
    make_people(now)
    Platform().post("/refunds", suspect_refund("1", now))
    page = open_page()
    sign_in(page, "lin")
    page.keyboard.press("n")
    page.wait_for_url("**/cases/*/")
    page.keyboard.press("d")
    page.fill("#customer-message", "A text that took me five minutes.")
    ReviewCase.objects.update(leased_until=now - timedelta(seconds=1))

    page.keyboard.press("Control+Enter")

    expect(page.locator("#work [role=alert]")).to_be_visible()
    expect(page.locator("#work")).to_contain_text("A text that took me five minutes.")
    assert Decision.objects.count() == 0
