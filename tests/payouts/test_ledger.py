from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from apps.marketplace.models import Order
from apps.payouts.ledger import Disagreement, ledger_disagreements, ledger_totals
from apps.payouts.models import Hold
from apps.payouts.services.hold import hold_release_early, holds_release_due
from apps.refunds.models import Refund
from apps.reviews.services.recall import hold_recall_to_review
from apps.reviews.services.withdraw import refund_withdraw
from apps.webhooks.models import Event
from tests.support.factories import (
    NOON,
    Goods,
    client_actor,
    held_refund,
    make_client,
    make_order,
    make_person,
    person_actor,
)

pytestmark = pytest.mark.django_db

DUE = NOON + timedelta(hours=24)


@pytest.fixture
def refund() -> Refund:
    """Of five holds one each was released, released early, recalled, cancelled, and waits; that one is returned."""
    client = make_client()
    boss = person_actor(make_person("chen"))
    made = [held_refund(make_order(client, Goods(1000 * number))) for number in range(1, 6)]
    hold_release_early(made[1][1].pk, reason="Called back.", actor=boss, now=NOON)
    hold_recall_to_review(made[2][1].pk, reason="Look again.", actor=boss, now=NOON)
    refund_withdraw(made[3][0].pk, client_id=client.pk, reason="", actor=client_actor(client), now=NOON)
    Hold.objects.filter(pk=made[4][1].pk).update(release_at=DUE + timedelta(hours=1))
    assert holds_release_due(now=DUE) == 1
    return Refund.objects.get(pk=made[4][0].pk)


def check() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_ledger", stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def without_triggers(statement: str, *values: str) -> None:
    """Do by hand what the product cannot."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_reconciles_what_was_held_released_recalled_and_cancelled(refund: Refund) -> None:
    totals = {total.way: (total.count, total.amount, total.agrees) for total in ledger_totals()}
    assert totals == {
        "placed": (5, 15_000, True),
        "released": (1, 1000, True),
        "released_early": (1, 2000, True),
        "recalled": (1, 3000, True),
        "cancelled": (1, 4000, True),
    }
    code, said = check()
    assert (code, said.splitlines()[-1]) == (0, "The ledger reconciles.")
    assert "CNY released: 1 holds, 1000 minor units, agrees" in said


def test_says_nothing_of_an_empty_installation() -> None:
    assert check() == (0, "The ledger reconciles.\n")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE payouts_hold SET amount = 4999 WHERE refund_id = %s", "an open hold has a held refund of its amount"),
        ("DELETE FROM payouts_hold WHERE refund_id = %s", "a held refund has one open hold"),
        ("UPDATE refunds_refund SET status = 'released' WHERE id = %s", "an open hold has a held refund"),
        (
            "UPDATE marketplace_order o SET paid_amount = 9 FROM refunds_refund r WHERE order_id = o.id AND r.id = %s",
            "no order gives back more than was paid",
        ),
        ("DELETE FROM webhooks_event WHERE subject_id = %s", "events of a refund count up without a gap"),
        ("UPDATE refunds_refund SET event_sequence = 9 WHERE id = %s", "events of a refund count up without a gap"),
    ],
)
def test_names_the_row_that_does_not_agree(refund: Refund, statement: str, rule: str) -> None:
    without_triggers(statement, refund.pk)
    code, said = check()
    assert code == 1
    (found,) = [line for line in said.splitlines() if line.startswith(f"NOT SO: {rule}")]
    order = Order.objects.get(pk=refund.order_id)
    assert refund.pk in found or f"order {order.pk}" in found


def test_sees_what_the_audit_log_does_not_tell(refund: Refund) -> None:
    without_triggers("DELETE FROM audit_auditevent WHERE action = 'hold.recalled'")
    code, said = check()
    assert code == 1
    assert "CNY recalled: 1 holds, 3000 minor units, AUDIT LOG SAYS 0" in said


def test_sees_what_no_hold_tells(refund: Refund) -> None:
    without_triggers("DELETE FROM payouts_hold WHERE status = 'recalled'")
    code, said = check()
    assert code == 1
    assert "CNY recalled: 0 holds, 0 minor units, AUDIT LOG SAYS 3000" in said


def test_names_a_refund_that_was_paid_twice(refund: Refund) -> None:
    for sequence in (2, 3):
        Event.objects.create(
            client=refund.client,
            subject_id=refund.pk,
            type="refund.paid",
            sequence=refund.event_sequence + sequence,
            timestamp=NOON,
            payload={},
        )
    assert Disagreement("no refund was paid twice", refund.pk) in list(ledger_disagreements())
