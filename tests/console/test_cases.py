from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from apps.clients.models import ApiClient
from apps.identity.models import Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument, InstrumentType, Order, Payment, Shop
from apps.refunds.models import Refund
from apps.reviews.models import Note
from apps.risk.models import RiskOutcome
from apps.staff.models import Person
from tests.console.conftest import HTMX, signed_in, take_in
from tests.support.factories import DENIAL, Desk, Goods, make_order, make_person, open_desk, submit

# session, person, case, order lines, lines asked for, payments, factors, sharers, orders, refunds, notes, cases,
# information requests, attachments, holds; its rings with members; to weigh it again: policy, order, lines, facts then
# and now; for its holder the texts for customers
QUERIES = 32


def test_knows_no_case_that_does_not_exist(browser: Client) -> None:
    answer = browser.get("/cases/cas_nothing/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_knows_no_refund_that_does_not_exist(browser: Client) -> None:
    assert browser.get("/refunds/rfd_nothing/").status_code == 404


def test_opens_a_refund_under_its_case(browser: Client, desk: Desk) -> None:
    assert browser.get(f"/refunds/{desk.refund.pk}/")["Location"] == f"/cases/{desk.case.pk}/"


def test_shows_the_evidence_of_a_refund_that_no_person_saw(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund = submit(make_order(platform, Goods(64800)), RiskOutcome.CLEAR, now=now)
    text = browser.get(f"/refunds/{refund.pk}/", follow=True).content.decode()
    assert refund.reference in text
    assert "The policy decided; no person had to." in text
    # Nothing is to be decided or noted; of the account somebody may still report something.
    assert text.count("<textarea") == 1
    assert 'id="report-text"' in text


def test_says_what_is_asked_and_how_far_it_was_used(browser: Client, desk: Desk) -> None:
    page = browser.get(f"/cases/{desk.case.pk}/").context["page"]
    assert (page.ask.amount, page.ask.is_whole_order) == ("CN¥648.00", True)
    assert page.ask.after_payment == "1 h 55 min after payment"
    (line,) = page.lines
    assert (line.title, line.asked, line.used_words, line.used_tone) == ("Goods 1", "CN¥648.00", "100% used", "bad")
    assert page.said.text == "没有使用"


def test_orders_factors_by_points_and_says_the_innocent_cause(browser: Client, desk: Desk) -> None:
    factors = browser.get(f"/cases/{desk.case.pk}/").context["page"].factors
    assert factors[0].code == "REFUND_AFTER_CONSUMPTION"
    assert factors[0].observed == "100%"
    assert factors[0].share == 100
    assert factors[0].innocent.startswith("Faulty or wrong goods")
    points = [int(factor.points.replace("−", "-")) for factor in factors]
    assert points == sorted(points, reverse=True)


def test_masks_every_number_and_shows_three_equal_factors(browser: Client, desk: Desk, now: datetime) -> None:
    subject = Subject.objects.create(display_name="林晓峰", phone_last4="8000")
    Account.objects.filter(pk=desk.refund.account_id).update(subject=subject)
    VerificationFactor.objects.create(
        subject=subject,
        kind="id_document",
        status="verified",
        verified_at=now - timedelta(days=800),
        expires_at=now - timedelta(days=1),
        name_match=False,
        last4="002X",
        updated_at=now,
    )
    phone, document, card = browser.get(f"/cases/{desk.case.pk}/").context["page"].account.proofs
    assert (phone.state.word, phone.masked) == ("Not given", "•••• 8000")
    assert (document.state.word, document.state.tone) == ("Expired", "warn")
    assert (document.age, document.masked) == ("2 years ago", "•••• 002X")
    assert (document.agreement.word, document.agreement.tone) == ("name differs", "bad")
    assert (card.state.word, card.masked) == ("Not given", "")


def test_counts_who_else_uses_a_document(browser: Client, desk: Desk, platform: ApiClient, now: datetime) -> None:
    for account_id in (desk.refund.account_id, make_order(platform, Goods(1)).account_id):
        subject = Subject.objects.create()
        Account.objects.filter(pk=account_id).update(subject=subject)
        VerificationFactor.objects.create(
            subject=subject, kind="id_document", status="verified", match_hash=b"same", updated_at=now
        )
    shared = browser.get(f"/cases/{desk.case.pk}/").context["page"].account.proofs[1].shared
    assert (shared.word, shared.tone) == ("1 more account", "bad")


def test_warns_of_a_destination_that_somebody_else_holds(browser: Client, desk: Desk, platform: ApiClient) -> None:
    other = Account.objects.create(client=platform, external_id="A-other")
    wallet = Instrument.objects.create(
        client=platform, type=InstrumentType.WALLET, fingerprint="w", last4="8821", holder_account=other
    )
    Refund.objects.filter(pk=desk.refund.pk).update(destination=wallet)
    paid, to = browser.get(f"/cases/{desk.case.pk}/").context["page"].money
    assert not paid.warning
    assert (to.instrument, to.holder, to.warning) == ("Wallet ·8821", "A-other", "held by somebody else")


def money(browser: Client, desk: Desk) -> list[tuple[str, str, str]]:
    page = browser.get(f"/cases/{desk.case.pk}/").context["page"]
    return [(end.label, end.holder, end.warning) for end in page.money]


def test_follows_the_money_to_the_owner_of_the_shop(browser: Client, desk: Desk, platform: ApiClient) -> None:
    refund = desk.refund
    paid = refund.order.payments.get()
    owner = Account.objects.create(client=platform, external_id="OWNER", described_at=refund.created_at)
    assert [label for label, _holder, _warning in money(browser, desk)] == ["paid by", "refund to"]

    Shop.objects.filter(pk=refund.shop_id).update(owner_account=owner)
    Payment.objects.filter(pk=paid.pk).update(payer_account=owner)
    Instrument.objects.filter(pk=paid.instrument_id).update(holder_account=owner)
    Refund.objects.filter(pk=refund.pk).update(destination=paid.instrument)
    assert money(browser, desk) == [
        ("paid by", "OWNER", "the shop’s owner"),
        ("shop of", "OWNER", ""),
        ("refund to", "OWNER", "the shop’s owner"),
    ]
    Shop.objects.filter(pk=refund.shop_id).update(owner_account=refund.account)
    assert money(browser, desk)[1][2] == "the account owns the shop"
    assert money(browser, desk)[0][2] == "paid by somebody else"


def test_sums_up_what_moved_between_account_and_shop(browser: Client, desk: Desk, now: datetime) -> None:
    assert browser.get(f"/cases/{desk.case.pk}/").context["page"].between is None
    refund = desk.refund
    earlier = make_order(
        refund.client, Goods(1000), account=refund.account, shop=refund.shop, placed_at=now - timedelta(days=40)
    )
    make_order(refund.client, Goods(7777), account=refund.account)
    denied = submit(earlier, RiskOutcome.REVIEW, now=now)
    Refund.objects.filter(pk=denied.pk).update(status="denied")
    between = browser.get(f"/cases/{desk.case.pk}/").context["page"].between
    assert (between.orders, between.paid, between.refunds, between.returned) == (2, "CN¥658.00", 1, "CN¥648.00")
    assert between.since == now - timedelta(days=40)


def test_draws_the_history_and_tells_the_same_as_a_table(browser: Client, desk: Desk, now: datetime) -> None:
    make_order(
        desk.refund.client, Goods(1000), account=desk.refund.account, placed_at=now - timedelta(days=40), currency="CNY"
    )
    picture = browser.get(f"/cases/{desk.case.pk}/").context["timeline"]
    # Two orders, a refund, and when the account was registered.
    assert (picture.orders, picture.refunds, len(picture.rows)) == (2, 1, 4)
    assert sum(mark.is_here for mark in picture.marks) == 2


def test_draws_what_befell_the_account(browser: Client, desk: Desk, now: datetime) -> None:
    account = desk.refund.account
    for days, device in [(9, "phone-1"), (6, "phone-1"), (3, "tablet-22"), (2, "phone-1"), (1, "")]:
        made = make_order(desk.refund.client, Goods(100), account=account, placed_at=now - timedelta(days=days))
        Order.objects.filter(pk=made.pk).update(device_id=device)
    rows = browser.get(f"/cases/{desk.case.pk}/").context["timeline"].rows
    events = [(row.label, row.at) for row in rows if row.kind == "event"]
    assert ("First order from device tablet-22", now - timedelta(days=3)) in events
    assert [label for label, _at in events if "phone-1" in label] == []
    assert ("Registered", account.registered_at) in events


def test_answers_another_span_with_the_picture_alone(browser: Client, desk: Desk) -> None:
    text = browser.get(f"/cases/{desk.case.pk}/", {"span": "30d"}, headers=HTMX).content.decode()
    assert text.lstrip().startswith('<section class="panel" id="timeline"')
    assert "<html" not in text


def test_shows_the_panel_to_the_holder_alone(browser: Client, desk: Desk) -> None:
    assert 'id="decide"' in browser.get(f"/cases/{desk.case.pk}/").content.decode()
    text = signed_in(make_person()).get(f"/cases/{desk.case.pk}/").content.decode()
    assert 'id="decide"' not in text
    assert f"{desk.person} is working on this case." in text


def test_shows_what_was_decided_before(browser: Client, desk: Desk, now: datetime) -> None:
    desk.decide(DENIAL, now=now)
    page = browser.get(f"/cases/{desk.case.pk}/").context["page"]
    (done,) = page.past
    assert (done.state.word, done.by, done.message) == ("Deny", str(desk.person), "The code was redeemed.")
    assert page.work.is_closed


def test_refuses_an_empty_note(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/notes/", {"text": "  "}, headers=HTMX)
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert Note.objects.count() == 0


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_adds_a_note(browser: Client, desk: Desk, headers: dict[str, str]) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/notes/", {"text": "Call <b>first</b>"}, headers=headers, follow=True)
    assert "Call &lt;b&gt;first&lt;/b&gt;" in answer.content.decode()
    assert Note.objects.get().author == desk.person


def test_asks_the_database_as_often_for_a_long_history_as_for_a_short_one(
    browser: Client, platform: ApiClient, reviewer: Person, now: datetime, django_assert_num_queries: object
) -> None:
    desk = open_desk(take_in(platform, now, amounts=(3000, 5000, 7000)), reviewer, now=now)
    Account.objects.filter(pk=desk.refund.account_id).update(subject=Subject.objects.create())
    for days in range(10):
        order = make_order(platform, Goods(1000), account=desk.refund.account, placed_at=now - timedelta(days=days + 1))
        submit(order, RiskOutcome.CLEAR, now=now)
    browser.get(f"/cases/{desk.case.pk}/")  # the session keeps the form token from now on
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]  # pytest-django does not export the type
        browser.get(f"/cases/{desk.case.pk}/")


def test_shows_both_lines_of_a_refund_of_two(browser: Client, platform: ApiClient, now: datetime) -> None:
    refund = take_in(platform, now, amounts=(3000, 5000))
    case = refund.cases.get()
    assert [line.asked for line in browser.get(f"/cases/{case.pk}/").context["page"].lines] == ["CN¥30.00", "CN¥50.00"]


def test_shows_an_account_as_of_a_request_that_lies_years_back(
    browser: Client, platform: ApiClient, now: datetime
) -> None:
    asked_at = datetime(2010, 2, 18, 18, 36, tzinfo=UTC)
    account = Account.objects.create(
        client=platform, external_id="cust-1", registered_at=asked_at - timedelta(days=3), described_at=now
    )
    order = make_order(platform, Goods(4740), account=account, placed_at=asked_at - timedelta(days=2))
    refund = submit(order, RiskOutcome.REVIEW, requested_at=asked_at.isoformat(), now=now)

    page = browser.get(f"/refunds/{refund.pk}/", follow=True).content.decode()

    assert "19 Feb 2010, 02:36" in page
    assert "registered 3 days ago" in page
    figures = page.split("Orders</")[1].split("Bought</")[0]
    assert ">1<" in figures


def test_keeps_an_adverse_report_and_shows_it_with_every_refund_of_the_account(
    browser: Client, platform: ApiClient, now: datetime
) -> None:
    refund = take_in(platform, now)
    address = f"/refunds/{refund.pk}/report/"
    wrong = browser.post(address, {"source": "issuer", "text": " "}, follow=True).content.decode()
    assert "Say who reported it, and what." in wrong
    told = browser.post(address, {"source": "issuer", "text": "The <card> was stolen."}, follow=True).content.decode()
    assert "Report kept" in told
    assert "The &lt;card&gt; was stolen." in told
    other = submit(make_order(platform, Goods(1000), account=refund.account), RiskOutcome.REVIEW, now=now)
    shown = browser.get(f"/refunds/{other.pk}/", follow=True).content.decode()
    assert "The &lt;card&gt; was stolen." in shown
    assert "Card issuer or payment service" in shown
    assert browser.post("/refunds/rfd_nothing/report/", {}).status_code == 404
