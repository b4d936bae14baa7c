"""Which queue a case goes to: the one that the policy names, else the one of its category."""

import pytest

from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.reviews.models import ReviewCase
from apps.reviews.services.intake import refund_intake
from apps.risk.models import RiskAssessment
from apps.risk.policy import policy_from
from apps.risk.policy.shipped import shipped_policy
from apps.risk.services.policies import policy_draft, policy_propose, policy_publish
from apps.staff.models import Role
from tests.support.factories import (
    NOON,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    person_actor,
    refund_body,
)

pytestmark = pytest.mark.django_db


def publish(*rules: tuple[str, str]) -> None:
    """Publish a policy that routes by these conditions, each with the slug of its queue."""
    document = shipped_policy().model_dump(mode="json", exclude_none=True)
    document["queues"] = [{"when": when, "queue": slug} for when, slug in rules]
    slugs = {slug for _when, slug in rules}
    author, second = (person_actor(make_person(role=Role.SUPERVISOR)) for _ in range(2))
    version = policy_draft(policy_from(document), reason="Routing", based_on=None, actor=author, now=NOON)
    policy_propose(version.pk, seen=1, queues=slugs, actor=author, now=NOON)
    policy_publish(version.pk, reason="Good", seen=2, queues=slugs, actor=second, now=NOON)


def take_in() -> Refund:
    """Take in a used-up gift card, which the policy sends to a person."""
    client = make_client()
    order = make_order(client, Goods(64800, consumed_percent=100))
    record = RefundRecord.model_validate(refund_body(order))
    return refund_intake(record, client=client, actor=client_actor(client), now=NOON)


@pytest.mark.parametrize(
    ("rules", "queue"),
    [
        ([], "gift-cards"),
        ([("amount > 64800", "standard"), ("verdict.score >= 45", "game-goods"), ("", "standard")], "game-goods"),
        ([("amount / (past.denied) > 1", "standard")], "gift-cards"),
        ([("", "closed-since")], "gift-cards"),
    ],
)
def test_goes_to_the_queue_of_the_first_condition_that_holds(rules: list[tuple[str, str]], queue: str) -> None:
    publish(*rules)
    refund = take_in()
    assert ReviewCase.objects.get(refund=refund).queue.slug == queue
    assert refund.review is not None
    assert refund.review["queue"] == queue
    assessment = RiskAssessment.objects.get(refund=refund)
    assert assessment.policy_version == 2
    assert assessment.queue == next((slug for when, slug in rules if when in ("", "verdict.score >= 45")), "")
