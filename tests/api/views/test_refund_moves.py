"""POST /refunds/{id}/withdraw, /information and /payout."""

from typing import Any

import pytest

from apps.identity.models import VerificationFactor
from apps.refunds.models import Refund
from apps.reviews.models import InformationRequest
from apps.risk.models import RiskOutcome
from tests.api.asking import asked_refund
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.refund_bodies import ago
from tests.api.standing import standing
from tests.support.factories import DENIAL, Goods, make_order, open_desk, submit

PAID = {"result": "paid", "reference": "PAY-1", "at": ago(minutes=1)}
MOVES: list[tuple[str, dict[str, Any]]] = [
    ("withdraw", {"reason": "kept it"}),
    ("information", {"text": "see above"}),
    ("payout", PAID),
]


def _submitted(caller: Caller, outcome: RiskOutcome) -> Refund:
    return submit(make_order(caller.client, Goods(1000)), outcome)


def _denied(caller: Caller) -> Refund:
    refund = _submitted(caller, RiskOutcome.REVIEW)
    open_desk(refund).decide(DENIAL)
    return refund


@pytest.mark.parametrize(("move", "body"), MOVES)
def test_moves_no_refund_of_another_client(caller: Caller, stranger: Caller, move: str, body: dict[str, Any]) -> None:
    refund = _submitted(stranger, RiskOutcome.CLEAR)
    before = standing()

    problem(caller.post(f"/refunds/{refund.pk}/{move}", body), 404, "refund_unknown")

    assert standing() == before


@pytest.mark.parametrize(("move", "body"), MOVES)
def test_moves_nothing_for_a_key_that_may_only_read(caller: Caller, move: str, body: dict[str, Any]) -> None:
    reader = make_caller("refunds:read", name=caller.client.name)
    refund = _submitted(caller, RiskOutcome.CLEAR)
    before = standing()

    problem(reader.post(f"/refunds/{refund.pk}/{move}", body), 403, "scope_missing")

    assert standing() == before


@pytest.mark.parametrize(("move", "body"), MOVES)
def test_refuses_an_unknown_field_by_name(caller: Caller, move: str, body: dict[str, Any]) -> None:
    refund = _submitted(caller, RiskOutcome.CLEAR)
    before = standing()

    document = problem(caller.post(f"/refunds/{refund.pk}/{move}", body | {"x/y": 1}), 422, "content_invalid")

    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [("/x~1y", "unknown_field")]
    assert standing() == before


@pytest.mark.parametrize(
    ("move", "body", "outcome", "statuses"),
    [
        ("withdraw", {}, RiskOutcome.CLEAR, ("released", "withdrawn")),
        ("information", {"text": "t"}, RiskOutcome.REVIEW, ("pending_review", "pending_review")),
        ("information", {"text": "t"}, RiskOutcome.HOLD, ("held", "pending_review")),
        ("payout", PAID, RiskOutcome.HOLD, ("held", "paid")),
        ("payout", PAID | {"result": "failed"}, RiskOutcome.REVIEW, ("pending_review", "payout_failed")),
    ],
)
def test_refuses_a_move_that_the_table_forbids_and_names_both_statuses(
    caller: Caller, move: str, body: dict[str, Any], outcome: RiskOutcome, statuses: tuple[str, str]
) -> None:
    refund = _submitted(caller, outcome)
    stood = standing()

    document = problem(caller.post(f"/refunds/{refund.pk}/{move}", body), 409, "illegal_transition")

    assert (document["current_status"], document["requested_status"]) == statuses
    assert document["detail"] == "A refund that is {} cannot become {}.".format(*statuses)
    assert standing() == stood


@pytest.mark.parametrize("tag", ['"2"', 'W/"1"', '"abc"', '"2", "3"'])
@pytest.mark.parametrize(("move", "body"), MOVES)
def test_refuses_a_stale_version_and_keeps_no_answer_of_it(
    caller: Caller, move: str, body: dict[str, Any], tag: str
) -> None:
    refund = _submitted(caller, RiskOutcome.CLEAR)
    before = standing()

    response = caller.post(f"/refunds/{refund.pk}/{move}", body, If_Match=tag, Idempotency_Key='"k"')

    assert problem(response, 412, "version_stale")["version"] == 1
    assert standing() == before
    again = caller.post(f"/refunds/{refund.pk}/{move}", body, If_Match='"1"', Idempotency_Key='"k"')
    assert "Idempotent-Replayed" not in again


def test_withdraws_a_queued_refund(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.REVIEW)

    response = caller.post(f"/refunds/{refund.pk}/withdraw", {"reason": "kept it"}, If_Match='"1"')

    document = content(response)
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert (document["status"], document["version"], document["review"]) == ("withdrawn", 2, None)
    assert content(caller.get(f"/refunds/{refund.pk}")) == document


def test_withdraws_without_any_body_or_key(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.HOLD)

    response = caller.post(f"/refunds/{refund.pk}/withdraw", Idempotency_Key="")

    assert (response.status_code, content(response)["status"], content(response)["hold"]) == (200, "withdrawn", None)


def test_repeats_the_answer_to_a_withdrawal_under_its_key(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.REVIEW)
    first = caller.post(f"/refunds/{refund.pk}/withdraw", {}, Idempotency_Key='"k"')
    before = standing()

    second = caller.post(f"/refunds/{refund.pk}/withdraw", {}, Idempotency_Key='"k"')

    assert (second.status_code, second.content, second["Idempotent-Replayed"]) == (200, first.content, "true")
    assert standing() == before


def test_tells_two_addresses_apart_under_one_key(caller: Caller) -> None:
    one, other = _submitted(caller, RiskOutcome.REVIEW), _submitted(caller, RiskOutcome.REVIEW)
    caller.post(f"/refunds/{one.pk}/withdraw", {}, Idempotency_Key='"k"')
    before = standing()

    response = caller.post(f"/refunds/{other.pk}/withdraw", {}, Idempotency_Key='"k"')

    problem(response, 422, "idempotency_key_reused")
    assert standing() == before


def test_records_a_payout(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.CLEAR)
    body = PAID | {"at": "2026-11-22T20:00:00+08:00"}

    document = content(caller.post(f"/refunds/{refund.pk}/payout", body))

    assert document["status"] == "paid"
    assert document["payout"] == {"reference": "PAY-1", "result": "paid", "at": "2026-11-22T12:00:00Z"}


def test_records_a_failed_payout_with_its_reason(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.CLEAR)
    body = PAID | {"result": "failed", "failure_reason": "account closed"}

    document = content(caller.post(f"/refunds/{refund.pk}/payout", body))

    assert document["status"] == "payout_failed"
    assert document["payout"]["failure_reason"] == "account closed"


def test_refuses_a_second_payout_report(caller: Caller) -> None:
    refund = _submitted(caller, RiskOutcome.CLEAR)
    caller.post(f"/refunds/{refund.pk}/payout", PAID)
    before = standing()

    problem(caller.post(f"/refunds/{refund.pk}/payout", PAID), 409, "illegal_transition")

    assert standing() == before


def test_takes_the_customers_answer_and_its_verification(caller: Caller) -> None:
    refund = asked_refund(caller)
    body = {
        "text": "Here it is.",
        "verification": {"id_document": {"status": "verified", "number": "11010519491231002X", "name_match": True}},
    }

    response = caller.post(f"/refunds/{refund.pk}/information", body)

    document = content(response)
    assert (response.status_code, document["status"], document["information_request"]) == (200, "pending_review", None)
    assert document["review"] is not None
    request = InformationRequest.objects.get()
    assert (request.answered, request.answer_text) == (True, "Here it is.")
    factor = VerificationFactor.objects.get(subject=refund.order.account.__class__.objects.get().subject)
    assert (factor.kind, factor.status, factor.last4) == ("id_document", "verified", "002X")
    assert b"11010519491231002X" not in response.content


def test_refuses_an_answer_after_a_denial(caller: Caller) -> None:
    refund = _denied(caller)
    before = standing()

    document = problem(caller.post(f"/refunds/{refund.pk}/information", {"text": "but"}), 409, "illegal_transition")

    assert document["detail"] == "A refund that is denied cannot become pending_review."
    assert standing() == before
