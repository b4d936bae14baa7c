"""Linked cases, seen and decided together."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.refunds.models import Refund
from apps.reviews.models import Proposal, ReviewCase
from apps.staff.models import Person
from tests.console.conftest import signed_in, take_in
from tests.support.factories import DENIAL, make_person, open_desk

pytestmark = pytest.mark.django_db

DENY = {"outcome": "deny", "reason_deny": "suspected_cash_out", "customer_message": "Paid by somebody else."}


@pytest.fixture
def linked(platform: ApiClient) -> list[ReviewCase]:
    """Three cases: two of one account, and a third of its shop."""
    now = timezone.now()
    refunds = [take_in(platform, now) for _number in range(3)]
    first = refunds[0]
    Refund.objects.filter(pk=refunds[1].pk).update(account=first.account_id)
    Refund.objects.filter(pk=refunds[2].pk).update(shop=first.shop_id)
    return [ReviewCase.objects.get(refund=refund) for refund in refunds]


def address(cases: list[ReviewCase]) -> str:
    return f"/cases/{cases[0].pk}/linked/"


def test_shows_them_on_the_case_and_chooses_what_has_much_in_common(browser: Client, linked: list[ReviewCase]) -> None:
    page = browser.get(f"/cases/{linked[0].pk}/").content.decode()
    assert "Linked cases" in page
    assert f'href="/cases/{linked[1].pk}/"' in page
    assert f'href="/cases/{linked[2].pk}/"' not in page

    shown = browser.get(address(linked))

    assert {row.case_id for row in shown.context["rows"]} == {case.pk for case in linked}
    assert set(shown.context["chosen"]) == {linked[0].pk, linked[1].pk}


def test_decides_those_that_were_chosen_and_undoes_them(
    browser: Client, linked: list[ReviewCase], settings: Any
) -> None:
    settings.REVIEWCONSOLE_UNDO_SECONDS = 5
    wang = make_person("wang")
    open_desk(linked[2].refund, wang, now=timezone.now())

    answer = browser.post(address(linked), {**DENY, "case": [case.pk for case in linked]}, follow=True)

    text = answer.content.decode()
    assert "2 cases decided." in text
    assert f"{linked[2].refund.reference}: Wang is working on this case." in text
    batch = Proposal.objects.values_list("batch", flat=True)[0]
    assert f"/decisions/{batch}/undo/" in text
    undone = browser.post(f"/decisions/{batch}/undo/", follow=True)
    assert "2 decisions undone; the cases are yours." in undone.content.decode()
    assert set(Refund.objects.values_list("status", flat=True)) == {"pending_review"}
    assert "can no longer be undone" in browser.post(f"/decisions/{batch}/undo/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"case": []}, "Choose the cases that this decision is for."),
        ({"outcome": "partial"}, "Choose what to decide."),
        ({"outcome": "information"}, "Choose what to decide."),
        ({"outcome": "escalate"}, "Choose what to decide."),
        ({"outcome": ""}, "Choose what to decide."),
        ({"customer_message": " "}, "Tell the customer the reason"),
        ({"reason_deny": "nonsense"}, "Choose a reason."),
    ],
)
def test_refuses_what_is_not_filled_in_and_keeps_what_was(
    browser: Client, linked: list[ReviewCase], changed: dict[str, Any], words: str
) -> None:
    sent = {**DENY, "internal_note": "My words.", "case": [linked[1].pk]} | changed
    answer = browser.post(address(linked), sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert "My words." in text
    assert not Proposal.objects.exists()


def test_offers_nothing_to_decide_where_all_is_decided(linked: list[ReviewCase], supervisor: Person) -> None:
    now = timezone.now()
    for place, case in enumerate(linked):
        open_desk(case.refund, make_person(f"p{place}"), now=now).decide(DENIAL, now=now)
    shown = signed_in(supervisor).get(address(linked)).content.decode()
    assert "Decide the chosen cases together" not in shown
    assert "Deny" in shown


def test_asks_the_database_as_often_for_many_linked_cases(
    browser: Client, linked: list[ReviewCase], platform: ApiClient, django_assert_max_num_queries: Any
) -> None:
    browser.get(address(linked))
    for _number in range(6):
        more = take_in(platform, timezone.now())
        Refund.objects.filter(pk=more.pk).update(account=linked[0].refund.account_id)
    with django_assert_max_num_queries(24):
        browser.get(address(linked))
