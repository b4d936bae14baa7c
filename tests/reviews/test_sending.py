from datetime import timedelta
from typing import Any

import pytest

from apps.audit.models import AuditEvent
from apps.notifications.models import Notice
from apps.refunds.lifecycle import Status
from apps.reviews.errors import CaseNotOpen, DecisionSettled
from apps.reviews.models import CaseStatus, Escalation, InformationItem, InformationRequest, Note
from apps.reviews.services import sending
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information, information_expire_due, information_send
from apps.reviews.services.pass_on import case_escalate
from apps.reviews.services.sending import case_undo, sendings_due
from apps.reviews.services.withdraw import refund_withdraw
from apps.risk.models import RiskOutcome
from apps.staff.models import Role
from apps.webhooks.models import Event
from tests.support.factories import (
    APPROVAL,
    NOON,
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=5)
AFTER = NOON + WINDOW
JUST_BEFORE = AFTER - timedelta(milliseconds=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))


def ask(desk: Desk) -> InformationRequest:
    return case_request_information(
        desk.case.pk,
        items=[InformationItem.ID_DOCUMENT],
        message="请上传证件",
        due=NOON + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
        undo_for=WINDOW,
    )


def escalate(desk: Desk) -> Escalation:
    return case_escalate(
        desk.case.pk,
        note="Two accounts, one card.",
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
        undo_for=WINDOW,
    )


WAYS = pytest.mark.parametrize("act", [ask, escalate])


def told(desk: Desk) -> list[str]:
    return list(Event.objects.filter(subject_id=desk.refund.pk).order_by("sequence").values_list("type", flat=True))


def fresh(desk: Desk) -> tuple[str, str, bool, Any]:
    desk.case.refresh_from_db()
    desk.refund.refresh_from_db()
    return desk.case.status, desk.refund.status, desk.case.is_escalated, desk.case.holder


@WAYS
def test_tells_nobody_while_it_can_be_undone(desk: Desk, act: Any) -> None:
    make_person("chen", role=Role.SUPERVISOR)
    before = told(desk)
    act(desk)
    assert sendings_due(now=JUST_BEFORE) == 0
    assert fresh(desk) == (CaseStatus.SETTLING, Status.PENDING_REVIEW, False, None)
    assert told(desk) == before
    assert not Notice.objects.exists()
    assert not Note.objects.exists()


def test_asks_the_customer_once_when_the_time_is_over(desk: Desk) -> None:
    ask(desk)
    due = desk.case.due_at
    assert (sendings_due(now=AFTER), sendings_due(now=AFTER)) == (1, 0)
    assert fresh(desk)[:2] == (CaseStatus.WAITING, Status.INFORMATION_REQUESTED)
    assert told(desk)[-1] == "refund.information_requested"
    # The review clock went on until the customer was asked.
    assert desk.case.remaining_seconds == int((due - AFTER).total_seconds())
    assert InformationRequest.objects.get().sent_at == AFTER


def test_tells_the_supervisors_once_when_the_time_is_over(desk: Desk) -> None:
    chen = make_person("chen", role=Role.SUPERVISOR)
    escalate(desk)
    assert (sendings_due(now=AFTER), sendings_due(now=AFTER)) == (1, 0)
    assert fresh(desk) == (CaseStatus.OPEN, Status.PENDING_REVIEW, True, None)
    assert list(Notice.objects.values_list("person_id", flat=True)) == [chen.pk]
    assert Note.objects.get().text == "Two accounts, one card."


@WAYS
def test_gives_the_case_back_to_who_undoes_in_time(desk: Desk, act: Any) -> None:
    act(desk)
    case_undo(desk.case.pk, desk.person, actor=desk.actor, now=JUST_BEFORE)
    assert sendings_due(now=AFTER) == 0
    assert fresh(desk) == (CaseStatus.OPEN, Status.PENDING_REVIEW, False, desk.person)
    assert desk.case.fence == desk.claim.token + 1
    assert AuditEvent.objects.filter(action="decision.undone").count() == 1
    assert information_expire_due(now=NOON + timedelta(days=2)) == 0
    # The page that sent it is stale; a fresh one can do it again.
    act(open_desk(desk.refund, desk.person))
    assert sendings_due(now=AFTER) == 1


def test_undoes_a_decision_by_the_same_door(desk: Desk) -> None:
    case_decide(
        desk.case.pk,
        APPROVAL,
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
        undo_for=WINDOW,
    )
    case_undo(desk.case.pk, desk.person, actor=desk.actor, now=JUST_BEFORE)
    assert fresh(desk)[0] == CaseStatus.OPEN


@WAYS
def test_refuses_to_undo_too_late_or_for_another_person(desk: Desk, act: Any) -> None:
    act(desk)
    with pytest.raises(DecisionSettled):
        case_undo(desk.case.pk, desk.person, actor=desk.actor, now=AFTER)
    wang = make_person("wang")
    with pytest.raises(DecisionSettled):
        case_undo(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    with pytest.raises(CaseNotOpen):
        case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON)
    assert fresh(desk)[0] == CaseStatus.SETTLING


@WAYS
def test_sends_nothing_of_a_refund_that_was_withdrawn(desk: Desk, act: Any) -> None:
    act(desk)
    refund = desk.refund
    refund_withdraw(refund.pk, client_id=refund.client_id, reason="", actor=client_actor(refund.client), now=NOON)
    assert sendings_due(now=AFTER) == 0
    assert fresh(desk)[:3] == (CaseStatus.CLOSED, Status.WITHDRAWN, False)
    assert not Note.objects.exists()


def test_goes_on_with_the_others_when_one_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = open_desk(submit(make_order(desk.refund.client, Goods(100)), RiskOutcome.REVIEW), make_person("wang"))
    ask(desk)
    ask(other)
    really = information_send

    def fails_once(request: InformationRequest, *args: Any, **named: Any) -> None:
        if request.case_id == desk.case.pk:
            raise RuntimeError("no")
        really(request, *args, **named)

    monkeypatch.setattr(sending, "information_send", fails_once)
    assert sendings_due(now=AFTER) == 1
    assert fresh(other)[0] == CaseStatus.WAITING
    assert fresh(desk)[0] == CaseStatus.SETTLING
    monkeypatch.undo()
    assert sendings_due(now=AFTER) == 0
    assert sendings_due(now=AFTER + timedelta(minutes=1)) == 1


@pytest.mark.django_db(transaction=True)
@WAYS
def test_sends_or_undoes_but_not_both(act: Any) -> None:
    desk = open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))
    act(desk)

    def undo() -> str:
        case_undo(desk.case.pk, desk.person, actor=desk.actor, now=JUST_BEFORE)
        return "undone"

    results = set(at_once([lambda: f"{sendings_due(now=AFTER)} sent", undo]))
    assert results in [{"1 sent", "decision_settled"}, {"0 sent", "undone"}]
    is_out = fresh(desk)[0] == CaseStatus.WAITING or desk.case.is_escalated
    assert is_out == ("1 sent" in results)
