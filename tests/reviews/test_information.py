from datetime import timedelta

import pytest

from apps.common.errors import Refusal
from apps.identity.models import VerificationFactor
from apps.identity.records import VerificationRecord
from apps.refunds.errors import IllegalTransition, RefundUnknown
from apps.refunds.models import Refund
from apps.reviews.errors import (
    CaseNotOpen,
    ClaimLost,
    InformationDueOutOfBounds,
    InformationMessageMissing,
    ItemsMissing,
)
from apps.reviews.models import InformationItem, InformationRequest, ReviewCase
from apps.reviews.services.claim import LEASE
from apps.reviews.services.information import case_request_information, information_expire_due, information_receive
from apps.risk.models import RiskOutcome
from tests.support.factories import (
    NOON,
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    open_desk,
    submit,
)
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

TOMORROW = NOON + timedelta(days=1)


def a_desk() -> Desk:
    return open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))


def ask(desk: Desk, **changed: object) -> InformationRequest:
    wanted: dict[str, object] = {
        "items": [InformationItem.ID_DOCUMENT],
        "message": "请上传证件",
        "due": TOMORROW,
        "now": NOON,
        **changed,
    }
    return case_request_information(
        desk.case.id,
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        **wanted,  # type: ignore[arg-type]  # a table of bad values
    )


def answer(refund: Refund, verification: VerificationRecord | None = None, *, client_id: int | None = None) -> Refund:
    return information_receive(
        refund.pk,
        client_id=refund.client_id if client_id is None else client_id,
        text="here it is",
        verification=verification,
        actor=client_actor(refund.client),
        now=NOON + timedelta(hours=3),
    )


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"items": []}, ItemsMissing),
        ({"message": "  "}, InformationMessageMissing),
        ({"due": NOON + timedelta(minutes=59)}, InformationDueOutOfBounds),
        ({"due": NOON + timedelta(days=14, seconds=1)}, InformationDueOutOfBounds),
        ({"now": NOON + LEASE}, ClaimLost),
    ],
)
def test_refuses_a_request_that_does_not_hold_together(changed: dict[str, object], refusal: type[Refusal]) -> None:
    desk = a_desk()
    before = everything_that_moves()

    with pytest.raises(refusal):
        ask(desk, **changed)

    assert everything_that_moves() == before


def test_lets_the_case_wait_and_tells_the_client_what_is_needed() -> None:
    desk = a_desk()

    ask(desk, items=[InformationItem.ID_DOCUMENT, InformationItem.PHONE, InformationItem.PHONE])

    refund, case = Refund.objects.get(), ReviewCase.objects.get()
    assert refund.status == "information_requested"
    assert refund.information_request == {
        "items": ["id_document", "phone"],
        "message": "请上传证件",
        "due_at": "2026-11-23T12:00:00Z",
    }
    assert (case.status, case.holder, case.remaining_seconds) == ("waiting", None, 240 * 60)
    with pytest.raises(CaseNotOpen):
        open_desk(desk.refund, desk.person)


def test_returns_the_case_with_the_time_that_was_left() -> None:
    desk = a_desk()
    ask(desk)

    refund = answer(desk.refund)

    case = ReviewCase.objects.get()
    assert refund.status == "pending_review"
    assert refund.information_request is None
    assert (case.status, case.due_at) == ("open", NOON + timedelta(hours=7))
    assert refund.review == {"queue": "gift-cards", "due_at": "2026-11-22T19:00:00Z"}
    assert InformationRequest.objects.get().answer_text == "here it is"


def test_takes_new_verification_into_the_case() -> None:
    desk = a_desk()
    ask(desk)

    answer(desk.refund, VerificationRecord.model_validate({"phone": {"status": "verified", "last4": "8000"}}))

    factor = VerificationFactor.objects.get()
    assert (factor.kind, factor.status, factor.last4) == ("phone", "verified", "8000")


def test_refuses_an_answer_that_nobody_asked_for() -> None:
    desk = a_desk()
    before = everything_that_moves()

    with pytest.raises(IllegalTransition):
        answer(desk.refund)

    assert everything_that_moves() == before


def test_refuses_another_clients_answer() -> None:
    desk = a_desk()
    ask(desk)

    with pytest.raises(RefundUnknown):
        answer(desk.refund, client_id=make_client().pk)

    assert Refund.objects.get().status == "information_requested"


def test_goes_on_without_an_answer_when_the_time_runs_out() -> None:
    desk = a_desk()
    ask(desk)

    assert information_expire_due(now=TOMORROW - timedelta(microseconds=1)) == 0
    assert information_expire_due(now=TOMORROW) == 1
    assert information_expire_due(now=TOMORROW) == 0

    request, refund = InformationRequest.objects.get(), Refund.objects.get()
    assert (request.answered, request.ended_at) == (False, TOMORROW)
    assert refund.status == "pending_review"
    assert ReviewCase.objects.get().due_at == TOMORROW + timedelta(hours=4)
