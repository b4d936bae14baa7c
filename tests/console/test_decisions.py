from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.clients.models import ApiClient
from apps.console import wording
from apps.payouts.models import Hold
from apps.reviews.models import Decision, InformationRequest, ReviewCase
from apps.risk.policy import HoldBounds
from apps.risk.selectors.policies import policy_in_force
from apps.staff.models import Person
from apps.webhooks.models import Event
from tests.console.conftest import HTMX, take_in
from tests.support.factories import APPROVAL, Desk, open_desk


def form(desk: Desk, outcome: str, **changed: Any) -> dict[str, Any]:
    filled = {
        "token": desk.claim.token,
        "outcome": outcome,
        "reason_approve": "explained",
        "reason_partial": "part_consumed",
        "reason_deny": "consumed",
        "customer_message": "The code was redeemed.",
        "internal_note": "Seen before.",
    }
    return filled | changed


def decide(browser: Client, desk: Desk, outcome: str, **changed: Any) -> Any:
    return browser.post(f"/cases/{desk.case.pk}/decide/", form(desk, outcome, **changed), headers=HTMX)


def assert_nothing_moved(desk: Desk) -> None:
    desk.refund.refresh_from_db()
    assert desk.refund.status == "pending_review"
    assert Decision.objects.count() == 0
    assert Event.objects.filter(subject_id=desk.refund.pk).count() == 1
    assert not AuditEvent.objects.filter(action="case.decided").exists()


def test_refuses_a_stale_claim_and_keeps_what_was_typed(browser: Client, desk: Desk) -> None:
    answer = decide(browser, desk, "deny", token=desk.claim.token + 1, customer_message="A long explanation.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was changed" in text
    assert "A long explanation." in text
    assert text.lstrip().startswith('<section class="panel" id="work"')
    assert_nothing_moved(desk)


def test_refuses_when_somebody_else_took_the_case(browser: Client, desk: Desk) -> None:
    late = timezone.now() + timedelta(seconds=0)
    ReviewCase.objects.filter(pk=desk.case.pk).update(leased_until=late - timedelta(seconds=1))
    open_desk(desk.refund, now=late)
    answer = decide(browser, desk, "deny", internal_note="My own note.")
    assert answer.status_code == 409
    assert "My own note." in answer.content.decode()
    assert_nothing_moved(desk)


def test_keeps_only_what_belongs_to_the_chosen_outcome(browser: Client, desk: Desk, now: datetime) -> None:
    desk.decide(APPROVAL, now=now)
    shown = decide(browser, desk, "information", request_message="Send the card.", answer_due="2099-01-01T00:00")
    assert "Send the card." in shown.content.decode()
    assert "The code was redeemed." not in shown.content.decode()


def test_refuses_a_second_decision(browser: Client, desk: Desk, now: datetime) -> None:
    desk.decide(APPROVAL, now=now)
    answer = decide(browser, desk, "deny")
    assert answer.status_code == 409
    assert "This case is closed." in answer.content.decode()
    assert Decision.objects.get().outcome == "approve"


@pytest.mark.parametrize(
    ("outcome", "changed", "field"),
    [
        ("", {}, "outcome"),
        ("nonsense", {}, "outcome"),
        ("deny", {"reason_deny": "nonsense"}, "reason"),
        ("deny", {"reason_deny": "explained"}, "reason"),
        ("deny", {"customer_message": "  "}, "customer_message"),
        ("hold", {"hold_until": "soon"}, "hold_until"),
        ("hold", {"hold_until": "2020-01-01T00:00"}, "hold_until"),
        ("partial", {}, "parts"),
        ("information", {"answer_due": "", "request_message": "Please."}, "answer_due"),
        (
            "information",
            {"answer_due": "2020-01-01T00:00", "items": ["phone"], "request_message": "Please."},
            "answer_due",
        ),
        ("information", {"answer_due": "2099-01-01T00:00", "items": [], "request_message": "Please."}, "request_items"),
        (
            "information",
            {"answer_due": "2099-01-01T00:00", "items": ["phone"], "request_message": ""},
            "request_message",
        ),
    ],
)
def test_refuses_what_is_filled_in_wrongly(
    browser: Client, desk: Desk, outcome: str, changed: dict[str, Any], field: str
) -> None:
    answer = decide(browser, desk, outcome, **changed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.content.decode().count('class="field-error"') == 1
    assert 'aria-invalid="true"' in answer.content.decode() or field in ("outcome", "request_items", "parts")
    assert "Seen before." in answer.content.decode()
    assert_nothing_moved(desk)
    assert InformationRequest.objects.count() == 0


@pytest.mark.parametrize("amount", ["-1", "1.234", "NaN", "abc", "9" * 40])
def test_refuses_an_amount_that_is_none(browser: Client, desk: Desk, amount: str) -> None:
    part = desk.refund.lines.get()
    answer = decide(browser, desk, "partial", **{f"part-{part.line_id}": amount})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"part-{part.line_id}"]
    assert_nothing_moved(desk)


def test_gives_the_standard_text_when_a_denial_has_none(browser: Client, desk: Desk) -> None:
    answer = decide(browser, desk, "deny", customer_message="")
    assert answer.context["form"].customer_message.startswith("We cannot refund this purchase.")
    assert_nothing_moved(desk)


def test_answers_a_wrong_form_with_a_whole_page_without_script(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/decide/", form(desk, "deny", customer_message=""))
    assert answer.status_code == 422
    assert answer.content.decode().startswith("<!doctype html>")
    assert "Seen before." in answer.content.decode()


def test_approves_and_opens_the_next_case(
    browser: Client, desk: Desk, reviewer: Person, platform: ApiClient, now: datetime
) -> None:
    following = take_in(platform, now)
    answer = decide(browser, desk, "approve")
    next_case = ReviewCase.objects.get(refund=following)
    assert answer["HX-Redirect"] == f"/cases/{next_case.pk}/"
    assert next_case.holder == reviewer
    decision = Decision.objects.get()
    assert (decision.outcome, decision.reason_code, decision.customer_message) == ("approve", "explained", "")
    assert decision.internal_note == "Seen before."


def test_goes_to_the_queue_when_no_case_is_left(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/decide/", form(desk, "approve"), follow=True)
    assert answer.redirect_chain == [("/queue/", 302)]
    assert f"{desk.refund.reference}: CN¥648.00 approved." in answer.content.decode()


def test_holds_until_the_time_that_was_chosen(browser: Client, desk: Desk, now: datetime) -> None:
    until = (now + timedelta(days=3)).replace(second=0, microsecond=0)
    with timezone.override("Asia/Shanghai"):
        text = wording.local_input(until)
    assert "HX-Redirect" in decide(browser, desk, "hold", hold_until=text)
    assert Hold.objects.get().release_at == until


def test_denies_with_reason_and_text(browser: Client, desk: Desk) -> None:
    decide(browser, desk, "deny")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.reason_code) == ("deny", "consumed")
    assert decision.customer_message == "The code was redeemed."
    desk.refund.refresh_from_db()
    assert desk.refund.status == "denied"


def test_approves_in_part_by_line(browser: Client, platform: ApiClient, reviewer: Person, now: datetime) -> None:
    desk = open_desk(take_in(platform, now, amounts=(3000, 5000)), reviewer, now=now)
    first, second = desk.refund.lines.order_by("line__position")
    decide(browser, desk, "partial", **{f"part-{first.line_id}": "12.50", f"part-{second.line_id}": ""})
    assert Decision.objects.get().approved_amount == 1250


def test_asks_for_information(browser: Client, desk: Desk, now: datetime) -> None:
    due = (now + timedelta(days=2)).replace(second=0, microsecond=0)
    with timezone.override("Asia/Shanghai"):
        text = wording.local_input(due)
    answer = decide(
        browser, desk, "information", items=["phone", "id_document"], request_message="Please send it.", answer_due=text
    )
    assert answer["HX-Redirect"] == "/queue/"
    request = InformationRequest.objects.get()
    assert (request.items, request.message, request.due_at) == (["phone", "id_document"], "Please send it.", due)


def test_offers_holds_within_the_bounds_of_the_policy(
    browser: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    force = policy_in_force()
    narrow = force.policy.model_copy(update={"hold_bounds": HoldBounds(least_hours=30, most_hours=48)})
    monkeypatch.setattr("apps.console.presenters.decision_form.policy_in_force", lambda: replace(force, policy=narrow))
    form = browser.get(f"/cases/{desk.case.pk}/").context["form"]
    least, most, usual = (datetime.fromisoformat(text) for text in (form.hold_least, form.hold_most, form.hold_until))
    assert most - least == timedelta(hours=18, minutes=-1)
    assert usual == least
