"""Checks by the operator's service: one at a time, again until answered, and back into the case by themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from apps.audit.models import Action, AuditEvent
from apps.common.ciphers import encrypted
from apps.identity.errors import CheckUnderWay, NoProvider, NumberUnknown
from apps.identity.models import CheckState, FactorKind, FactorStatus, Subject, VerificationCheck, VerificationFactor
from apps.identity.providers.service import Question, ServiceAnswer, ServiceFault, ServiceUnanswered
from apps.identity.records import VerificationRecord
from apps.identity.services.checks import GAPS, LEASE, AskedFor, check_request, check_take_due
from apps.refunds.models import Refund
from apps.reviews.models import CaseStatus, InformationItem, ReviewCase
from apps.reviews.services import checks
from apps.reviews.services.checks import checks_run_due
from apps.reviews.services.information import case_request_information
from apps.reviews.services.verification import verification_receive
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.support.factories import (
    NOON,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
Say = Callable[..., list[Question]]


@pytest.fixture(autouse=True)
def set_up(settings: Settings) -> None:
    settings.REVIEWCONSOLE_VERIFICATION_URL = "https://verify.example.com/"


@pytest.fixture
def refund() -> Refund:
    refund = submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)
    account = refund.order.account
    account.subject = Subject.objects.create(display_name="王伟", phone_encrypted=encrypted("13800138000"))
    account.save(update_fields=["subject"])
    return refund


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Let the service give these answers, one after the other; gives what it was asked."""

    def set_answers(*answers: ServiceFault | dict[str, Any]) -> list[Question]:
        asked: list[Question] = []
        left = list(answers)

        def ask(question: Question, *, now: datetime) -> ServiceAnswer:
            asked.append(question)
            said = left.pop(0)
            if isinstance(said, ServiceFault):
                raise ServiceUnanswered(said)
            return ServiceAnswer.model_validate(said)

        monkeypatch.setattr(checks, "service_ask", ask)
        return asked

    return set_answers


def request(refund: Refund, kind: FactorKind = FactorKind.PHONE, now: datetime = NOON) -> VerificationCheck:
    account = refund.order.account
    asked_for = AskedFor(account.client_id, account.external_id, refund.pk, "")
    return check_request(account.subject, kind, asked_for=asked_for, actor=person_actor(make_person()), now=now)


def factor(refund: Refund) -> VerificationFactor:
    return VerificationFactor.objects.get(subject=refund.order.account.subject, kind=FactorKind.PHONE)


def test_refuses_what_cannot_be_asked(refund: Refund, settings: Settings) -> None:
    with pytest.raises(NumberUnknown):
        request(refund, FactorKind.BANK_CARD)
    request(refund)
    with pytest.raises(CheckUnderWay):
        request(refund)
    settings.REVIEWCONSOLE_VERIFICATION_URL = ""
    with pytest.raises(NoProvider):
        request(refund)
    assert VerificationCheck.objects.count() == 1
    assert AuditEvent.objects.filter(action=Action.CHECK_REQUESTED).count() == 1


def test_what_the_service_says_becomes_the_state_of_the_factor(refund: Refund, says: Say) -> None:
    asked = says({"status": "verified", "name_match": True, "expires_at": "2027-01-01T00:00:00Z"})
    check = request(refund)
    assert checks_run_due(now=NOON) == 1
    assert asked[0].number == "13800138000"
    assert (asked[0].name, asked[0].check_id) == ("王伟", check.pk)
    found = factor(refund)
    assert (found.status, found.name_match, found.verified_at) == (FactorStatus.VERIFIED, True, NOON)
    assert (found.provider, found.expires_at) == ("verification-service", datetime.fromisoformat("2027-01-01T00:00Z"))
    check.refresh_from_db()
    assert (check.state, check.answer, check.ended_at) == (CheckState.ANSWERED, FactorStatus.VERIFIED, NOON)
    (told,) = AuditEvent.objects.filter(action=Action.VERIFICATION_TOLD)
    assert told.changes == {"factor": "phone", "status": "verified", "name_match": True}
    assert checks_run_due(now=NOON + LEASE) == 0


def test_the_answer_brings_a_case_that_waits_for_it_back(refund: Refund, says: Say) -> None:
    desk = open_desk(refund)
    case_request_information(
        desk.case.id,
        items=[InformationItem.PHONE],
        message="Please verify.",
        due=NOON + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
    )
    assert Event.objects.filter(type="refund.information_requested").count() == 1
    says({"status": "failed"})
    request(refund)
    checks_run_due(now=NOON + SECOND)
    assert ReviewCase.objects.get(pk=desk.case.pk).status == CaseStatus.OPEN
    assert factor(refund).status == FactorStatus.FAILED


def test_asks_again_with_growing_gaps_under_the_same_id_and_gives_up(refund: Refund, says: Say) -> None:
    asked = says(*[ServiceFault.TIMED_OUT, {"status": "pending"}] * 5)
    check = request(refund)
    now, gaps = NOON, []
    while True:
        assert checks_run_due(now=now) == 0
        check.refresh_from_db()
        if check.due_at is None:
            break
        gaps.append(check.due_at - now)
        # Not before it is due.
        assert checks_run_due(now=check.due_at - SECOND) == 0
        now = check.due_at
    assert tuple(gaps) == GAPS
    assert {question.check_id for question in asked} == {check.pk}
    assert (check.state, check.error, check.ended_at) == (CheckState.FAILED, "timed_out", now)
    assert not VerificationFactor.objects.exists()
    # Another one can be asked for.
    says({"status": "verified"})
    request(refund, now=now)
    assert checks_run_due(now=now) == 1


def test_a_process_that_dies_while_it_asks_leaves_the_check_to_a_later_run(
    refund: Refund, says: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_question: Question, *, now: datetime) -> ServiceAnswer:
        raise KeyboardInterrupt

    request(refund)
    with monkeypatch.context() as dying:
        dying.setattr(checks, "service_ask", die)
        with pytest.raises(KeyboardInterrupt):
            checks_run_due(now=NOON)
    says({"status": "verified"})
    assert checks_run_due(now=NOON + LEASE - SECOND) == 0
    assert checks_run_due(now=NOON + LEASE) == 1


def test_of_two_answers_to_one_check_the_second_changes_nothing(
    refund: Refund, says: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    says({"status": "verified"})
    request(refund)
    check = check_take_due(now=NOON)
    assert check is not None
    assert checks_run_due(now=NOON + LEASE) == 1
    # The first process was only slow.
    says({"status": "failed"})
    assert not checks._run(check, NOON + 2 * LEASE)
    assert factor(refund).status == FactorStatus.VERIFIED
    assert AuditEvent.objects.filter(action=Action.VERIFICATION_TOLD).count() == 1


def test_a_number_that_was_erased_meanwhile_is_not_asked_about(refund: Refund, says: Say) -> None:
    asked = says()
    check = request(refund)
    Subject.objects.update(phone_encrypted=b"")
    assert checks_run_due(now=NOON) == 0
    check.refresh_from_db()
    assert (asked, check.state) == ([], CheckState.FAILED)


def test_an_answer_about_a_number_that_was_replaced_says_nothing_of_the_new_one(
    refund: Refund, says: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = request(refund)

    def ask(_question: Question, *, now: datetime) -> ServiceAnswer:
        Subject.objects.update(phone_encrypted=encrypted("13900139000"))
        return ServiceAnswer(status=FactorStatus.VERIFIED)

    monkeypatch.setattr(checks, "service_ask", ask)
    assert checks_run_due(now=NOON) == 0
    assert not VerificationFactor.objects.exists()
    check.refresh_from_db()
    assert (check.state, check.error) == (CheckState.FAILED, "number_gone")
    # Nor is it asked about any more.
    again = request(refund)
    Subject.objects.update(phone_encrypted=encrypted("13700137000"))
    asked = says()
    assert checks_run_due(now=NOON) == 0
    again.refresh_from_db()
    assert (asked, again.error) == ([], "number_gone")


def test_that_the_service_cannot_tell_leaves_the_factor_as_it_is(refund: Refund, says: Say) -> None:
    subject = Subject.objects.get()
    VerificationFactor.objects.create(
        subject=subject, kind=FactorKind.PHONE, status=FactorStatus.VERIFIED, updated_at=NOON
    )
    says({"status": "unverified", "provider_reference": "S-1"})
    check = request(refund)
    assert checks_run_due(now=NOON) == 1
    assert factor(refund).status == FactorStatus.VERIFIED
    check.refresh_from_db()
    assert (check.answer, check.reference) == (FactorStatus.UNVERIFIED, "S-1")


def test_one_check_that_cannot_be_put_does_not_hold_up_the_others(
    refund: Refund, says: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = request(refund)
    other = submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)
    account = other.order.account
    account.subject = Subject.objects.create(phone_encrypted=encrypted("13900139000"))
    account.save(update_fields=["subject"])
    request(other, now=NOON + SECOND)
    Subject.objects.filter(pk=spoilt.subject_id).update(phone_encrypted=b"not encrypted by any key")
    says({"status": "verified"})
    assert checks_run_due(now=NOON + SECOND) == 1
    spoilt.refresh_from_db()
    assert (spoilt.error, spoilt.due_at) == ("failed", NOON + SECOND + GAPS[0])


def test_of_client_and_service_whoever_tells_last_counts(refund: Refund, says: Say) -> None:
    says({"status": "verified"})
    request(refund)
    checks_run_due(now=NOON)
    told = VerificationRecord.model_validate({"phone": {"status": "failed"}})
    account = refund.order.account
    verification_receive(
        account.external_id, told, client_id=account.client_id, actor=client_actor(refund.client), now=NOON + SECOND
    )
    assert (factor(refund).status, factor(refund).provider) == (FactorStatus.FAILED, "")


def test_the_database_keeps_one_check_at_a_time(refund: Refund) -> None:
    check = request(refund)
    check.pk = "vch_second"
    with pytest.raises(IntegrityError, match="check_one_at_a_time"), transaction.atomic():
        check.save(force_insert=True)
