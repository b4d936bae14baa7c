"""Texts for customers: what supervisors write, and where it comes up."""

import pytest
from django.test import Client

from apps.clients.models import ApiClient
from apps.reviews.models import CustomerText
from apps.risk.models import RiskOutcome
from apps.staff.models import Role
from tests.console.conftest import HTMX, signed_in
from tests.support.factories import Desk, Goods, make_order, make_person, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> Client:
    return signed_in(make_person("chen", role=Role.SUPERVISOR))


def write(browser: Client, about: str, text: str, language: str = "en") -> str:
    return browser.post(f"/texts/{about}/", {"language": language, "text": text}, follow=True).content.decode()


def test_are_for_supervisors(browser: Client) -> None:
    assert browser.get("/texts/").status_code == 403
    assert browser.post("/texts/consumed/", {"language": "en", "text": "x"}).status_code == 403
    assert not CustomerText.objects.exists()


def test_come_into_the_decision_with_what_is_true_of_the_refund(chief: Client, browser: Client, desk: Desk) -> None:
    shown = write(chief, "consumed", "No {amount} for {reference}.")
    assert "No CN¥648.00 for R-20260901-0042." in shown
    (option,) = [
        option
        for group in browser.get(f"/cases/{desk.case.pk}/").context["form"].reason_groups
        for option in group.options
        if option.value == "consumed"
    ]
    assert desk.refund.reference in option.text
    assert "{" not in option.text
    assert option.text.startswith("No CN¥")
    assert [row.own_in for row in chief.get("/texts/").context["rows"] if row.own_in] == [["English"]]


def test_keep_what_was_refused_and_say_why(chief: Client) -> None:
    answer = chief.post("/texts/consumed/", {"language": "en", "text": "Hello {nobody}"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "{nobody} would reach the customer as it is" in shown
    assert ">Hello {nobody}</textarea>" in shown
    assert chief.get("/texts/nothing/").status_code == 404


def test_show_a_preview_while_one_writes(chief: Client) -> None:
    told = chief.post("/texts/preview/", {"language": "en", "text": "<b>{shop}</b>\n{amount}"}, headers=HTMX)
    assert told.content.decode().strip() == "&lt;b&gt;Starlight Game Shop&lt;/b&gt;<br>CN¥648.00"


def test_show_per_case_what_deciding_together_would_do(browser: Client, desk: Desk, platform: ApiClient) -> None:
    other = submit(make_order(platform, Goods(100)), RiskOutcome.REVIEW)
    amounts = {f"No CN¥{each.amount / 100:.2f}." for each in (desk.refund, other)}
    fields = {
        "outcome": "deny",
        "reason_deny": "consumed",
        "customer_message": "No {amount}.",
        "case": [desk.case.pk, other.cases.get().pk],
        "preview": "1",
    }
    shown = browser.post(f"/cases/{desk.case.pk}/linked/", fields)
    assert shown.status_code == 200
    assert {row.message for row in shown.context["previews"]} == amounts
    desk.case.refresh_from_db()
    assert desk.case.status == "open"
    assert not hasattr(desk.case, "decision")
