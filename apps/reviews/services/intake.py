"""A refund comes in: written down, weighed, and put where it belongs, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.models import ApiClient
from apps.common.actors import Actor, system
from apps.common.instants import written_instant
from apps.marketplace.services.absorb import absorb
from apps.payouts.models import HoldCause
from apps.payouts.services.hold import hold_insert, hold_part
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.services.create import refund_create
from apps.refunds.services.door import Parts, refund_begin
from apps.reviews.deadlines import due_at
from apps.reviews.models import CaseStatus, OpenedBecause, Queue, ReviewCase
from apps.reviews.selectors import queue_for
from apps.risk.models import RiskAssessment, RiskOutcome
from apps.risk.services import refund_assess, risk_part

POLICY = system("policy")


@dataclass(frozen=True)
class OpenedCase:
    """A fresh case and what its client may see of it."""

    case: ReviewCase
    part: dict[str, str]


@transaction.atomic
def refund_intake(record: RefundRecord, *, client: ApiClient, actor: Actor, now: datetime) -> Refund:
    """Take in one refund. Raises the refusals of `apps.refunds.errors`; then nothing is stored."""
    account, shop, order = record.account, record.shop, record.sent_order
    absorb(
        client_id=client.pk,
        accounts=[account] if account is not None and not account.is_bare else [],
        shops=[shop] if shop is not None and not shop.is_bare else [],
        orders=[order] if order is not None else [],
        instruments=[record.destination] if record.destination is not None else [],
        now=now,
    )
    refund = refund_create(record, client=client, now=now)
    assessment = refund_assess(refund, now=now)
    parts: Parts = {"risk": risk_part(assessment, client.language)}
    if assessment.outcome == RiskOutcome.REVIEW:
        opened = case_open(refund, assessment, because=OpenedBecause.POLICY, actor=POLICY, now=now)
        parts["review"] = opened.part
        refund_begin(refund, Status.PENDING_REVIEW, actor=actor, now=now, parts=parts, case_id=opened.case.id)
    elif assessment.outcome == RiskOutcome.HOLD:
        hold = hold_insert(
            refund,
            amount=refund.amount,
            release_at=now + timedelta(minutes=assessment.hold_minutes),
            cause=HoldCause.POLICY,
            actor=POLICY,
            now=now,
        )
        parts["hold"] = hold_part(hold)
        refund_begin(refund, Status.HELD, actor=actor, now=now, parts=parts)
    else:
        refund_begin(refund, Status.RELEASED, actor=actor, now=now, parts=parts)
    return refund


def case_open(
    refund: Refund, assessment: RiskAssessment, *, because: OpenedBecause, actor: Actor, now: datetime
) -> OpenedCase:
    """Open a case in the queue that the refund's category routes to."""
    queue = queue_for(refund.category)
    case = ReviewCase.objects.create(
        refund=refund,
        queue=queue,
        status=CaseStatus.OPEN,
        opened_because=because,
        level=assessment.level,
        category=refund.category,
        opened_at=now,
        due_at=due_at(now, timedelta(minutes=queue.review_minutes), refund.answer_by),
    )
    audit_record(
        Action.CASE_OPENED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"queue": queue.slug, "because": because.value, "due_at": written_instant(case.due_at)},
    )
    return OpenedCase(case, review_part(case, queue))


def review_part(case: ReviewCase, queue: Queue) -> dict[str, str]:
    """Return the review as the client sees it."""
    return {"queue": queue.slug, "due_at": written_instant(case.due_at)}
