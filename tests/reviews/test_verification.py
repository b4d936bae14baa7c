from datetime import timedelta

import pytest

from apps.audit.models import Action, AuditEvent
from apps.identity.models import VerificationFactor
from apps.identity.records import VerificationRecord
from apps.refunds.models import Refund
from apps.reviews.models import InformationItem, InformationRequest, ReviewCase
from apps.reviews.services.information import case_request_information
from apps.reviews.services.verification import AccountUnknown, verification_receive
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.support.factories import NOON, Goods, client_actor, make_client, make_order, open_desk, submit
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=3)


def waiting_refund(*items: InformationItem) -> Refund:
    refund = submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)
    desk = open_desk(refund)
    case_request_information(
        desk.case.id,
        items=list(items),
        message="Please verify.",
        due=NOON + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
    )
    return refund


def told(**statuses: str) -> VerificationRecord:
    return VerificationRecord.model_validate({kind: {"status": status} for kind, status in statuses.items()})


def receive(refund: Refund, verification: VerificationRecord) -> None:
    account_id = refund.order.account.external_id
    actor = client_actor(refund.client)
    verification_receive(account_id, verification, client_id=refund.client_id, actor=actor, now=LATER)


def test_refuses_an_account_that_was_never_sent() -> None:
    client = make_client()
    before = everything_that_moves()

    with pytest.raises(AccountUnknown):
        verification_receive("A-0", told(phone="verified"), client_id=client.pk, actor=client_actor(client), now=LATER)

    assert everything_that_moves() == before


def test_refuses_another_clients_account() -> None:
    refund = waiting_refund(InformationItem.PHONE)
    stranger = make_client()
    before = everything_that_moves()

    with pytest.raises(AccountUnknown):
        verification_receive(
            refund.order.account.external_id,
            told(phone="verified"),
            client_id=stranger.pk,
            actor=client_actor(stranger),
            now=LATER,
        )

    assert everything_that_moves() == before


@pytest.mark.parametrize("status", ["unverified", "pending"])
def test_lets_a_case_wait_for_a_check_that_has_only_begun(status: str) -> None:
    refund = waiting_refund(InformationItem.ID_DOCUMENT)

    receive(refund, told(id_document=status))

    refund.refresh_from_db()
    assert (refund.status, refund.version) == ("information_requested", 2)
    assert InformationRequest.objects.get().ended_at is None


def test_lets_a_case_wait_for_another_factor() -> None:
    refund = waiting_refund(InformationItem.ID_DOCUMENT, InformationItem.EXPLANATION)

    receive(refund, told(phone="verified"))

    refund.refresh_from_db()
    assert refund.status == "information_requested"


@pytest.mark.parametrize("status", ["verified", "failed", "expired"])
def test_returns_a_case_that_waits_for_the_factor_to_its_queue(status: str) -> None:
    refund = waiting_refund(InformationItem.ID_DOCUMENT, InformationItem.EXPLANATION)
    left = ReviewCase.objects.get().remaining_seconds
    assert left is not None

    receive(refund, told(id_document=status))

    refund.refresh_from_db()
    case = ReviewCase.objects.get()
    assert (refund.status, refund.information_request) == ("pending_review", None)
    assert (case.status, case.due_at, case.holder) == ("open", LATER + timedelta(seconds=left), None)
    assert InformationRequest.objects.get().answered is True
    assert VerificationFactor.objects.get().status == status
    assert Event.objects.order_by("position").last().type == "refund.pending_review"  # type: ignore[union-attr]
    audit = AuditEvent.objects.get(action=Action.INFORMATION_RECEIVED)
    assert audit.changes == {"verification": ["id_document"], "text": False}


def test_leaves_a_case_in_its_queue_where_it_is() -> None:
    refund = submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)
    due = ReviewCase.objects.get().due_at

    receive(refund, told(phone="verified"))

    refund.refresh_from_db()
    assert (refund.status, refund.version, ReviewCase.objects.get().due_at) == ("pending_review", 1, due)
