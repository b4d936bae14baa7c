from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from pytest_django.fixtures import Settings

from apps.attachments.models import Attachment
from apps.attachments.services.keep import attachment_storage, files_keep
from apps.audit.models import Action, AuditEvent
from apps.common.errors import Refusal
from apps.payouts.services.hold import holds_release_due
from apps.refunds.errors import AmountExceedsLine, AmountExceedsOrder, IllegalTransition, RefundUnknown, VersionStale
from apps.refunds.models import Refund, RefundLine
from apps.reviews.errors import AppealsUsedUp, AppealTextMissing, AppealTooLate, CaseNotForYou, QueueEmpty
from apps.reviews.models import Appeal, Decision, InformationItem, OpenedBecause, ReviewCase
from apps.reviews.services.appeal import refund_appeal
from apps.reviews.services.claim import case_claim, case_claim_next
from apps.reviews.services.information import case_request_information, information_receive
from apps.reviews.services.withdraw import refund_withdraw
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from apps.staff.models import Person, Role
from apps.webhooks.models import Event
from tests.attachments.test_keep import checked
from tests.support.factories import (
    APPROVAL,
    DENIAL,
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
    whole_lines,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


def denied(person: Person | None = None, *goods: Goods, **changed: Any) -> Refund:
    refund = submit(make_order(make_client(), *(goods or [Goods(5000)])), RiskOutcome.REVIEW, **changed)
    open_desk(refund, person).decide(DENIAL)
    refund.refresh_from_db()
    return refund


def appeal(refund: Refund, **changed: Any) -> Refund:
    asked: dict[str, Any] = {
        "client_id": refund.client_id,
        "text": "I never used the code.",
        "actor": client_actor(refund.client),
        "now": LATER,
    }
    return refund_appeal(refund.pk, **asked | changed)


def new_case(refund: Refund) -> ReviewCase:
    return ReviewCase.objects.get(refund=refund, closed_at__isnull=True)


def refused(refusal: type[Refusal], refund: Refund, **changed: Any) -> Refusal:
    before = everything_that_moves()
    with pytest.raises(refusal) as raised:
        appeal(refund, **changed)
    assert everything_that_moves() == before
    assert Attachment.objects.count() == 0
    return raised.value


def test_refuses_another_clients_refund() -> None:
    refused(RefundUnknown, denied(), client_id=make_client().pk)


def test_refuses_a_stale_version() -> None:
    refund = denied()

    refused(VersionStale, refund, expected_version=refund.version - 1)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_refuses_an_appeal_that_says_nothing(text: str) -> None:
    assert refused(AppealTextMissing, denied(), text=text).pointer == "/text"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(RiskOutcome.REVIEW, "pending_review"), (RiskOutcome.HOLD, "held"), (RiskOutcome.CLEAR, "released")],
)
def test_refuses_a_refund_that_is_not_denied_and_names_both_statuses(outcome: RiskOutcome, status: str) -> None:
    refund = submit(make_order(make_client(), Goods(5000)), outcome)

    refusal = refused(IllegalTransition, refund)

    assert refusal.extensions == {"current_status": status, "requested_status": "pending_review"}


def test_refuses_a_refund_whose_customer_was_asked_for_something() -> None:
    desk = open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))
    ask(desk)

    assert refused(IllegalTransition, desk.refund).extensions["current_status"] == "information_requested"


@pytest.mark.parametrize(("verdict", "status"), [(DENIAL, "denied"), (APPROVAL, "held")])
def test_remembers_that_a_refund_was_appealed_whatever_comes_of_it(verdict: Verdict, status: str) -> None:
    refund = denied()
    assert not Refund.objects.get(pk=refund.pk).is_appealed
    appeal(refund)

    open_desk(refund, now=LATER).decide(verdict, now=LATER)

    settled = Refund.objects.get(pk=refund.pk)
    assert (settled.status, settled.is_appealed) == (status, True)


def test_refuses_a_second_appeal() -> None:
    refund = denied()
    appeal(refund)
    open_desk(refund, now=LATER).decide(DENIAL, now=LATER)

    assert refused(AppealsUsedUp, refund).extensions == {"limit": 1}


def test_refuses_every_appeal_where_a_denial_is_final(settings: Settings) -> None:
    settings.APPEALS_PER_REFUND = 0

    refused(AppealsUsedUp, denied())


def test_refuses_an_appeal_that_comes_too_late_and_takes_one_that_just_does_not() -> None:
    refund = denied()
    last = NOON + timedelta(days=30)

    refusal = refused(AppealTooLate, refund, now=last + timedelta(microseconds=1))

    assert refusal.extensions == {"appealable_until": "2026-12-22T12:00:00Z"}
    assert appeal(refund, now=last).status == "pending_review"


def test_refuses_what_the_orders_payments_no_longer_leave() -> None:
    refund = denied()
    submit(refund.order, RiskOutcome.CLEAR, amount=1)

    refusal = refused(AmountExceedsOrder, refund)

    assert refusal.extensions == {"left_to_refund": 4999, "currency": "CNY"}


def test_refuses_what_a_line_no_longer_leaves() -> None:
    order = make_order(make_client(), Goods(3000), Goods(9000))
    refund = submit(order, RiskOutcome.REVIEW, amount=3000, lines=whole_lines(order)[:1])
    open_desk(refund).decide(DENIAL)
    submit(order, RiskOutcome.CLEAR, amount=2000, lines=[{"id": "1", "amount": 2000}])

    refusal = refused(AmountExceedsLine, refund)

    assert refusal.extensions == {"left_to_refund": 1000, "currency": "CNY"}


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR])
def test_gives_the_new_case_to_nobody_who_denied_it(role: Role) -> None:
    person = make_person(role=role)
    refund = denied(person)
    appeal(refund)
    case, before = new_case(refund), everything_that_moves()

    with pytest.raises(CaseNotForYou):
        case_claim(case.pk, person, actor=person_actor(person), now=LATER)
    with pytest.raises(QueueEmpty):
        case_claim_next(person, actor=person_actor(person), now=LATER)

    assert everything_that_moves() == before
    assert case.not_for == person
    other = make_person()
    assert case_claim_next(other, actor=person_actor(other), now=LATER).case_id == case.pk


def test_gives_a_second_appeal_to_nobody_who_denied_it_the_first_or_the_second_time(settings: Settings) -> None:
    settings.APPEALS_PER_REFUND = 2
    first, second = make_person(), make_person()
    refund = denied(first)
    appeal(refund)
    open_desk(refund, second, now=LATER).decide(DENIAL, now=LATER)
    appeal(refund)
    case = new_case(refund)

    for person in (first, second):
        with pytest.raises(CaseNotForYou):
            case_claim(case.pk, person, actor=person_actor(person), now=LATER)
        with pytest.raises(QueueEmpty):
            case_claim_next(person, actor=person_actor(person), now=LATER)
    assert open_desk(refund, now=LATER).claim.token == 1


def test_is_held_by_nobody_whom_it_is_not_for_says_the_database() -> None:
    person = make_person()
    refund = denied(person)
    appeal(refund)

    with pytest.raises(IntegrityError, match="case_not_held_by_whom_it_is_not_for"), transaction.atomic():
        ReviewCase.objects.filter(pk=new_case(refund).pk).update(holder=person, leased_until=LATER)


def test_stays_as_it_was_sent_says_the_database() -> None:
    refund = denied()
    appeal(refund)

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Appeal.objects.update(text="I take it back.")


def test_opens_a_case_of_its_own_with_the_customers_words() -> None:
    person = make_person()
    refund = denied(person)

    appealed = appeal(refund, text="  I never used the code.  ", expected_version=refund.version)

    case = new_case(refund)
    assert (case.opened_because, case.opened_at, case.queue.slug) == (OpenedBecause.APPEAL, LATER, "gift-cards")
    assert (case.appeal.text, case.appeal.against, case.appeal.appealed_at) == (
        "I never used the code.",
        Decision.objects.get(),
        LATER,
    )
    assert (appealed.status, appealed.version, appealed.decision) == ("pending_review", refund.version + 1, None)
    assert appealed.review == {"queue": "gift-cards", "due_at": case.due_at.isoformat().replace("+00:00", "Z")}
    event = Event.objects.filter(subject_id=refund.pk).order_by("sequence").last()
    assert event is not None
    assert (event.type, event.payload["refund"]["status"]) == ("refund.appealed", "pending_review")
    assert [each.action for each in AuditEvent.objects.filter(case_id=case.pk).order_by("pk")] == [
        Action.CASE_OPENED,
        Action.REFUND_MOVED,
        Action.APPEAL_RECEIVED,
    ]
    assert "never used" not in str(list(AuditEvent.objects.values()))


def test_asks_for_the_lines_again() -> None:
    order = make_order(make_client(), Goods(3000), Goods(5000))
    refund = submit(order, RiskOutcome.REVIEW, lines=whole_lines(order))
    open_desk(refund).decide(DENIAL)

    appeal(refund)

    assert set(RefundLine.objects.values_list("approved_amount", flat=True)) == {None}


def test_is_due_by_its_queue_though_the_clients_own_time_is_over() -> None:
    refund = denied(answer_by=(NOON + timedelta(hours=2)).isoformat())

    appeal(refund)

    case = new_case(refund)
    assert case.due_at == LATER + timedelta(minutes=case.queue.review_minutes)


def test_stays_due_by_its_queue_when_the_customer_is_asked_once_more() -> None:
    refund = denied(answer_by=(NOON + timedelta(hours=2)).isoformat())
    appeal(refund)
    desk = open_desk(refund, now=LATER)
    ask(desk, now=LATER)

    answered = LATER + timedelta(hours=5)
    information_receive(
        refund.pk,
        client_id=refund.client_id,
        text="Here.",
        verification=None,
        actor=client_actor(refund.client),
        now=answered,
    )

    case = new_case(refund)
    assert case.due_at == answered + timedelta(minutes=case.queue.review_minutes)


def test_brings_its_files_into_the_case() -> None:
    refund = denied()

    appeal(refund, files=files_keep([checked(b"one"), checked(b"two")]))

    case = new_case(refund)
    found = list(Attachment.objects.order_by("position"))
    assert [(each.case_id, each.source, each.source_id) for each in found] == [
        (case.pk, "appeal", case.appeal.pk),
        (case.pk, "appeal", case.appeal.pk),
    ]
    assert all(attachment_storage().exists(each.stored_as) for each in found)
    assert AuditEvent.objects.get(action=Action.APPEAL_RECEIVED).changes == {"attachments": 2}


def test_may_end_in_the_approval_that_was_denied_first() -> None:
    refund = denied()
    appeal(refund)

    open_desk(refund, now=LATER).decide(APPROVAL, now=LATER)
    holds_release_due(now=LATER + timedelta(days=2))

    refund.refresh_from_db()
    assert (refund.status, refund.approved_amount) == ("released", 5000)
    assert [decision.outcome for decision in Decision.objects.order_by("pk")] == ["deny", "approve"]


@pytest.mark.django_db(transaction=True)
def test_opens_one_case_however_many_appeals_come_at_once() -> None:
    refund = denied()

    results = at_once([lambda: str(appeal(refund).status)] * 6)

    assert sorted(results) == ["illegal_transition"] * 5 + ["pending_review"]
    assert (Appeal.objects.count(), ReviewCase.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_never_lets_an_appeal_and_a_new_refund_both_take_what_is_left() -> None:
    for _ in range(4):
        refund = denied()

        def ask_anew(order: Any = refund.order) -> str:
            submit(order, RiskOutcome.CLEAR)
            return "submitted"

        results = at_once([lambda refund=refund: str(appeal(refund).status), ask_anew])  # type: ignore[misc]  # inferred

        assert sorted(results) in (["amount_exceeds_order", "pending_review"], ["amount_exceeds_order", "submitted"])


@pytest.mark.django_db(transaction=True)
def test_agrees_with_a_withdrawal_at_the_same_moment() -> None:
    for _ in range(4):
        refund = denied()
        withdraw = partial(
            refund_withdraw,
            refund.pk,
            client_id=refund.client_id,
            reason="",
            actor=client_actor(refund.client),
            now=LATER,
        )

        results = at_once([partial(status_of, partial(appeal, refund)), partial(status_of, withdraw)])

        refund.refresh_from_db()
        open_cases = ReviewCase.objects.filter(refund=refund, closed_at__isnull=True).count()
        if "withdrawn" in results:
            assert (refund.status, open_cases) == ("withdrawn", 0)
        else:
            assert set(results) <= {"pending_review", "illegal_transition", "refund_busy"}
            assert (refund.status, open_cases) == ("pending_review", 1)
        assert "pending_review" in results


@pytest.mark.django_db(transaction=True)
def test_never_goes_to_the_person_who_denied_however_they_press() -> None:
    person, others = make_person(), [make_person() for _ in range(3)]
    refunds = [denied(person) for _ in range(4)]
    for refund in refunds:
        appeal(refund)
    cases = [new_case(refund).pk for refund in refunds]

    def press(who: Person) -> str:
        return f"{who.pk} {case_claim_next(who, actor=person_actor(who), now=LATER).case_id}"

    def click(who: Person, case_id: str) -> str:
        return f"{who.pk} {case_claim(case_id, who, actor=person_actor(who), now=LATER).case_id}"

    results = at_once(
        [partial(press, who) for who in (person, *others)] + [partial(click, person, case_id) for case_id in cases]
    )

    assert [result for result in results if result.startswith(f"{person.pk} ")] == []
    assert results.count("case_not_for_you") == 4
    assert ReviewCase.objects.filter(holder=person).count() == 0


def status_of(work: Any) -> str:
    return str(work().status)


def ask(desk: Desk, now: Any = NOON) -> None:
    case_request_information(
        desk.case.pk,
        items=[InformationItem.EXPLANATION],
        message="Tell us more.",
        due=now + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=now,
    )
