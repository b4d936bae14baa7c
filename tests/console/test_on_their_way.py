"""Undoing, second persons, handing on, drafts and who else looks, as the pages do it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.reviews.models import CaseStatus, CaseViewer, DecisionDraft, Proposal, ProposalState, ReviewCase
from apps.reviews.services.settle import proposals_settle_due
from apps.risk.policy import SecondReviewRule
from apps.staff.models import Person
from tests.console.conftest import HTMX, signed_in
from tests.support.factories import Desk, make_person, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def undo_window(settings: Any) -> timedelta:
    settings.REVIEWCONSOLE_UNDO_SECONDS = 5
    return timedelta(seconds=5)


def second_rule(monkeypatch: pytest.MonkeyPatch, *, blind: bool = False) -> None:
    rule = SecondReviewRule(when="", reason="Money goes far away", blind=blind)
    monkeypatch.setattr("apps.reviews.services.decide.second_review_rules", lambda *_a, **_n: [rule])


def post(browser: Client, desk: Desk, verb: str, **fields: Any) -> Any:
    return browser.post(f"/cases/{desk.case.pk}/{verb}/", {"token": desk.claim.token, **fields})


def deny(browser: Client, desk: Desk, **changed: Any) -> Any:
    fields = {"outcome": "deny", "reason_deny": "consumed", "customer_message": "You used it."} | changed
    return post(browser, desk, "decide", **fields)


def page(browser: Client, desk: Desk) -> str:
    return browser.get(f"/cases/{desk.case.pk}/").content.decode()


def status_of(desk: Desk) -> str:
    return Refund.objects.get(pk=desk.refund.pk).status


def test_offers_to_undo_and_opens_the_case_with_what_was_filled_in(
    browser: Client, desk: Desk, undo_window: timedelta
) -> None:
    answer = deny(browser, desk, internal_note="Log shows use.")
    shown = browser.get(answer["Location"]).content.decode()
    assert f"/cases/{desk.case.pk}/undo/" in shown
    assert status_of(desk) == Status.PENDING_REVIEW

    answer = browser.post(f"/cases/{desk.case.pk}/undo/", follow=True)

    again = answer.content.decode()
    assert "nothing was sent" in again
    assert "You used it." in again
    assert "Log shows use." in again
    assert proposals_settle_due(now=timezone.now() + undo_window) == 0


def test_says_so_when_it_is_too_late_to_undo(browser: Client, desk: Desk, undo_window: timedelta) -> None:
    deny(browser, desk)
    proposals_settle_due(now=timezone.now() + undo_window)

    answer = browser.post(f"/cases/{desk.case.pk}/undo/", follow=True)

    assert "can no longer be undone" in answer.content.decode()
    assert status_of(desk) == Status.DENIED


def test_shows_a_case_that_settles_with_its_undo_to_who_decided_alone(
    browser: Client, desk: Desk, supervisor: Person, undo_window: timedelta
) -> None:
    deny(browser, desk)
    assert "nothing has been sent yet" in page(browser, desk)
    assert f"/cases/{desk.case.pk}/undo/" in page(browser, desk)
    other = page(signed_in(supervisor), desk)
    assert "nothing has been sent yet" in other
    assert "/undo/" not in other


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "escalate", "escalation_note": "May we?"},
        {
            "outcome": "information",
            "items": ["id_document", "explanation"],
            "request_message": "Please send it.",
            "answer_due": f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}",
        },
    ],
    ids=["escalation", "information"],
)
def test_offers_to_undo_what_is_asked_of_others_too(
    browser: Client, desk: Desk, undo_window: timedelta, fields: dict[str, Any]
) -> None:
    answer = post(browser, desk, "decide", **fields)
    assert f"/cases/{desk.case.pk}/undo/" in browser.get(answer["Location"]).content.decode()
    assert "On its way; nothing has been sent yet." in page(browser, desk)

    again = browser.post(f"/cases/{desk.case.pk}/undo/", follow=True)

    form = again.context["form"]
    assert [each.value for each in form.outcomes if each.is_chosen] == [fields["outcome"]]
    assert form.escalation_note == fields.get("escalation_note", "")
    assert [item.value for item in form.items if item.is_chosen] == fields.get("items", [])
    assert not ReviewCase.objects.get().is_escalated
    assert status_of(desk) == Status.PENDING_REVIEW


def test_offers_no_undo_for_what_goes_out_at_once(browser: Client, desk: Desk) -> None:
    answer = post(browser, desk, "decide", outcome="escalate", escalation_note="May we?")
    assert "/undo/" not in browser.get(answer["Location"]).content.decode()
    assert ReviewCase.objects.get().is_escalated


def test_keeps_the_note_of_an_escalation_that_says_nothing(browser: Client, desk: Desk) -> None:
    answer = post(browser, desk, "decide", outcome="escalate", escalation_note=" ")
    assert answer.status_code == 422
    assert "Say what the supervisor shall decide" in answer.content.decode()


@pytest.mark.parametrize(("answer", "status"), [("confirm", Status.DENIED), ("disagree", Status.PENDING_REVIEW)])
def test_shows_the_second_person_what_the_first_decided(
    browser: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, status: Status
) -> None:
    second_rule(monkeypatch)
    deny(browser, desk, internal_note="Log shows use.")
    assert "somebody else has to confirm" in page(browser, desk)
    second = open_desk(desk.refund, make_person("wang"), now=timezone.now())
    shown = page(signed_in(second.person), second)
    for words in ("Money goes far away", "You used it.", "Log shows use.", str(desk.person)):
        assert words in shown

    told = post(signed_in(second.person), second, "second", answer=answer, second_note="I looked.")

    assert told.status_code == 302
    assert status_of(desk) == status


def test_hides_it_where_a_blind_look_is_asked(
    browser: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    second_rule(monkeypatch, blind=True)
    deny(browser, desk, internal_note="Log shows use.", customer_message="A text of my own.")
    second = open_desk(desk.refund, make_person("wang"), now=now)
    shown = page(signed_in(second.person), second)
    assert "Money goes far away" in shown
    assert "Log shows use." not in shown
    assert "A text of my own." not in shown

    deny(signed_in(second.person), second)

    assert status_of(desk) == Status.DENIED
    assert Proposal.objects.get().state == ProposalState.EFFECTIVE


def test_keeps_what_a_second_person_typed_who_gave_no_reason(
    browser: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    second_rule(monkeypatch)
    deny(browser, desk)
    second = open_desk(desk.refund, make_person("wang"), now=now)
    answer = post(signed_in(second.person), second, "second", answer="disagree", second_note="")
    assert answer.status_code == 422
    assert "Say what you see differently" in answer.content.decode()
    stale = post(signed_in(second.person), second, "second", answer="disagree", second_note="Mine.", token=1)
    assert stale.status_code == 409
    assert "Mine." in stale.content.decode()


def test_hands_the_case_to_a_colleague(browser: Client, desk: Desk) -> None:
    wang = make_person("wang")
    assert "Hand over" in page(browser, desk)

    answer = post(browser, desk, "hand-over", to=wang.pk, note="Look at the card.")

    assert answer.status_code == 302
    assert ReviewCase.objects.get().holder == wang


@pytest.mark.parametrize("to", ["", "x", "999999", "me"])
def test_refuses_to_hand_it_to_nobody(browser: Client, desk: Desk, to: str) -> None:
    answer = post(browser, desk, "hand-over", to=desk.person.pk if to == "me" else to)
    assert answer.status_code == 422
    assert ReviewCase.objects.get().holder == desk.person


def test_lets_a_supervisor_take_it_over_and_nobody_else(browser: Client, desk: Desk, supervisor: Person) -> None:
    wang = make_person("wang")
    assert "take-over" not in page(signed_in(wang), desk)
    assert post(signed_in(wang), desk, "take-over").status_code == 403
    assert "take-over" in page(signed_in(supervisor), desk)

    post(signed_in(supervisor), desk, "take-over")

    assert ReviewCase.objects.get().holder == supervisor
    stale = deny(browser, desk, customer_message="Typed before.")
    assert stale.status_code == 409
    assert "Typed before." in stale.content.decode()


def test_keeps_a_half_filled_decision_for_its_writer_alone(browser: Client, desk: Desk, supervisor: Person) -> None:
    answer = post(browser, desk, "draft", outcome="deny", customer_message="Half a sen", csrfmiddlewaretoken="x")
    assert answer.status_code == 204
    assert set(DecisionDraft.objects.get().fields) == {"outcome", "customer_message"}
    assert "Half a sen" in page(browser, desk)
    post(signed_in(supervisor), desk, "take-over")
    assert "Half a sen" not in page(signed_in(supervisor), desk)


def test_forgets_the_draft_when_the_decision_is_made(browser: Client, desk: Desk) -> None:
    post(browser, desk, "draft", outcome="deny", customer_message="Half a sen")
    deny(browser, desk)
    assert not DecisionDraft.objects.exists()


def test_refuses_a_draft_that_no_form_could_hold(browser: Client, desk: Desk) -> None:
    assert post(browser, desk, "draft", internal_note="x" * 20_001).status_code == 413
    assert not DecisionDraft.objects.exists()


def test_says_who_else_has_the_case_open(browser: Client, desk: Desk, supervisor: Person) -> None:
    assert "Also looking" not in post(browser, desk, "viewing").content.decode()
    shown = post(signed_in(supervisor), desk, "viewing").content.decode()
    assert f"Also looking: {desk.person}" in shown
    CaseViewer.objects.filter(person=desk.person).update(seen_at=timezone.now() - timedelta(minutes=1))
    assert "Also looking" not in post(signed_in(supervisor), desk, "viewing").content.decode()


@pytest.mark.parametrize("verb", ["viewing", "draft", "undo", "second", "take-over", "hand-over"])
def test_knows_no_case_that_does_not_exist(browser: Client, verb: str) -> None:
    assert browser.post(f"/cases/cas_nothing/{verb}/", headers=HTMX).status_code == 404


def test_counts_a_case_that_settles_as_nobodys_work(browser: Client, desk: Desk, undo_window: timedelta) -> None:
    deny(browser, desk)
    assert ReviewCase.objects.get().status == CaseStatus.SETTLING
    assert f'class="row-link reasons" href="/cases/{desk.case.pk}/"' not in browser.get("/queue/").content.decode()
