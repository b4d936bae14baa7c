import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import Action, AuditEvent
from apps.common.actors import system
from apps.refunds.errors import IllegalTransition, RefundUnknown, VersionStale
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked, refund_of_client
from apps.refunds.services.door import refund_move
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.support.factories import NOON, Goods, make_client, make_order, submit
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

ACTOR = system("test")


def released() -> Refund:
    return submit(make_order(make_client(), Goods(5000)), RiskOutcome.CLEAR)


def test_refuses_a_move_that_the_table_forbids_and_moves_nothing() -> None:
    refund = released()
    before = everything_that_moves()

    with pytest.raises(IllegalTransition) as refusal:
        refund_move(refund, Status.DENIED, actor=ACTOR, now=NOON, parts={})

    assert refusal.value.extensions == {"current_status": "released", "requested_status": "denied"}
    assert everything_that_moves() == before


def test_is_repeated_by_the_database() -> None:
    refund = released()

    with pytest.raises(IntegrityError, match="a refund may not go from released to withdrawn"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(status="withdrawn", approved_amount=None)

    refund.refresh_from_db()
    assert refund.status == "released"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("amount = 0", "refund_amount_positive"),
        ("approved_amount = NULL", "refund_approved_when_promised"),
        ("approved_amount = 5001", "refund_approved_within_asked"),
    ],
)
def test_cannot_be_circumvented_with_sql(change: str, constraint: str) -> None:
    refund = released()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE refunds_refund SET {change} WHERE id = %s", [refund.pk])  # noqa: S608  # ours


def test_writes_row_audit_and_event_together() -> None:
    refund = released()

    refund_move(refund, Status.PAID, actor=ACTOR, now=NOON, parts={"payout": {"reference": "P1"}})

    stored = Refund.objects.get(pk=refund.pk)
    assert (stored.status, stored.version, stored.event_sequence, stored.approved_amount) == ("paid", 2, 2, 5000)
    told = list(Event.objects.filter(subject_id=refund.pk).order_by("sequence").values_list("sequence", "type"))
    assert told == [(1, "refund.released"), (2, "refund.paid")]
    payload = Event.objects.get(subject_id=refund.pk, sequence=2).payload["refund"]
    assert (payload["status"], payload["version"], payload["payout"]) == ("paid", 2, {"reference": "P1"})
    moved = AuditEvent.objects.get(refund_id=refund.pk, action=Action.REFUND_MOVED)
    assert moved.changes == {"status": ["released", "paid"]}
    assert (moved.actor_kind, moved.actor_name) == ("system", "test")


def test_forgets_the_approved_amount_when_money_is_no_longer_promised() -> None:
    refund = released()
    refund_move(refund, Status.PAYOUT_FAILED, actor=ACTOR, now=NOON, parts={})

    refund_move(refund, Status.WITHDRAWN, actor=ACTOR, now=NOON, parts={})

    assert Refund.objects.get(pk=refund.pk).approved_amount is None


def test_does_not_know_another_clients_refund() -> None:
    refund = released()
    stranger = make_client()

    with pytest.raises(RefundUnknown):
        refund_of_client(refund.pk, client_id=stranger.pk)
    with pytest.raises(RefundUnknown):
        refund_locked(refund.pk, client_id=stranger.pk)


def test_refuses_a_stale_version() -> None:
    refund = released()

    with pytest.raises(VersionStale) as refusal:
        refund_locked(refund.pk, expected_version=2)

    assert refusal.value.extensions == {"version": 1}


def test_keeps_every_refund() -> None:
    refund = released()

    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM refunds_refund WHERE id = %s", [refund.pk])

    assert Refund.objects.filter(pk=refund.pk).exists()
