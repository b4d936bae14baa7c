"""From a platform's history to a released and paid refund, over the wire both ways."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.audit.models import AuditEvent
from apps.payouts.services.hold import holds_release_due
from apps.reviews.models import DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.webhooks.services.deliver import deliveries_send_due
from tests.support.bodies import suspect_refund
from tests.support.factories import make_person, person_actor
from tests.support.platform import Platform
from tests.support.receiver import listening, world_clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


def told(at: datetime) -> str:
    return at.isoformat()


def test_takes_a_refund_from_the_platform_through_a_person_and_a_hold_to_the_payout(settings: Settings) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["127.0.0.0/8"]
    now = timezone.now()
    platform, reviewer = Platform(), make_person("zhaoqian")
    with listening() as receiver:
        receiver.trust(platform.post("/webhook-endpoints", {"url": receiver.url})["secret"])

        refund = platform.post("/refunds", suspect_refund("17", now))
        assert refund["status"] == "pending_review"
        assert refund["risk"]["outcome"] == "review"
        assert refund["review"]["queue"] == "gift-cards"
        assert {factor["code"] for factor in refund["risk"]["factors"]} >= {
            "REFUND_AFTER_CONSUMPTION",
            "NEW_ACCOUNT",
            "WEAK_VERIFICATION",
            "DESTINATION_MISMATCH",
            "CREDIT_TO_CASH",
        }

        actor = person_actor(reviewer)
        claim = case_claim_next(reviewer, actor=actor, now=now)
        assert ReviewCase.objects.get(pk=claim.case_id).refund_id == refund["id"]
        verdict = Verdict(DecisionOutcome.APPROVE, DecisionReason.MERCHANT_FAULT, hold_until=now + timedelta(hours=48))
        case_decide(claim.case_id, verdict, person=reviewer, token=claim.token, actor=actor, now=now)
        held = platform.get(f"/refunds/{refund['id']}")
        assert (held["status"], held["approved_amount"], held["decision"]["outcome"]) == ("held", 64800, "approve")

        assert holds_release_due(now=now + timedelta(hours=47)) == 0
        assert holds_release_due(now=now + timedelta(hours=48)) == 1
        assert platform.get(f"/refunds/{refund['id']}")["status"] == "released"

        paid = platform.post(
            f"/refunds/{refund['id']}/payout",
            {"result": "paid", "reference": "PO-1", "at": told(now + timedelta(hours=49))},
            status=200,
        )
        assert paid["status"] == "paid"

        # Each later event of a refund waits for the one before it.
        world_clock.move_to(now + timedelta(hours=49))
        for _ in range(6):
            deliveries_send_due(now=now + timedelta(hours=49))
        documents = receiver.documents
        assert [(document["type"], document["sequence"]) for document in documents] == [
            ("refund.pending_review", 1),
            ("refund.held", 2),
            ("refund.released", 3),
            ("refund.paid", 4),
        ]
        assert documents[-1]["data"]["refund"]["payout"]["reference"] == "PO-1"
        assert all(reviewer.username not in received.body.decode() for received in receiver.received)

    events = platform.get("/events")["data"]
    assert [event["type"] for event in events] == [document["type"] for document in documents]
    assert list(AuditEvent.objects.filter(refund_id=refund["id"]).order_by("id").values_list("action", flat=True)) == [
        "case.opened",
        "refund.received",
        "case.claimed",
        "case.decided",
        "hold.placed",
        "refund.moved",
        "refund.moved",
        "hold.released",
        "refund.moved",
        "payout.reported",
    ]
