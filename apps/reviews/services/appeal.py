"""A customer appeals a denial: the refund goes to review again, to somebody who did not deny it.

Locks in the order order, refund, as intake and history do. The new case needs none: nobody sees it before the commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.attachments.models import Source
from apps.attachments.services.keep import KeptFile, attachments_insert
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.instants import written_instant
from apps.marketplace.models import Order
from apps.refunds.errors import AmountExceedsLine, AmountExceedsOrder, IllegalTransition
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund, RefundLine
from apps.refunds.selectors import refund_locked, refund_of_client
from apps.refunds.services.door import refund_move
from apps.refunds.services.promises import order_of_refund_locked
from apps.refunds.standing import orders_standing
from apps.reviews.errors import AppealsUsedUp, AppealTextMissing, AppealTooLate
from apps.reviews.models import Appeal, Decision, DecisionOutcome, OpenedBecause
from apps.reviews.services.intake import case_open


@transaction.atomic
def refund_appeal(
    refund_id: str,
    *,
    client_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    files: Sequence[KeptFile] = (),
) -> Refund:
    """Open a case for a denied refund, with the customer's words and files, which are kept already.

    Raises RefundUnknown, VersionStale, AppealTextMissing, IllegalTransition,
    AppealsUsedUp, AppealTooLate, AmountExceedsOrder, AmountExceedsLine,
    AttachmentsExhausted, StorageUnavailable; then nothing has changed.
    """
    if not text.strip():
        raise AppealTextMissing(pointer="/text")
    refund_of_client(refund_id, client_id=client_id)
    # As for a new refund: both together cannot take what is left of the order.
    order = order_of_refund_locked(refund_id)
    refund = refund_locked(refund_id, client_id=client_id, expected_version=expected_version)
    appeal_possible(refund, now=now)
    _check_amounts(refund, order)
    denial = _denial_of(refund)
    opened = case_open(
        refund,
        refund.assessment,
        because=OpenedBecause.APPEAL,
        # By the queue alone: the client's channel has had its answer, the denial.
        answer_by=None,
        actor=actor,
        now=now,
        not_for_id=denial.person_id if denial is not None else None,
    )
    case = opened.case
    appeal = Appeal.objects.create(case=case, against=denial, text=text.strip(), appealed_at=now)
    attachments_insert(files, refund=refund, source=Source.APPEAL, source_id=appeal.pk, case_id=case.id, now=now)
    # As when a hold is recalled: what was decided is history, and the lines are asked for again.
    RefundLine.objects.filter(refund=refund).update(approved_amount=None)
    refund_move(
        refund,
        Status.PENDING_REVIEW,
        actor=actor,
        now=now,
        parts={"decision": None, "review": opened.part},
        case_id=case.id,
    )
    audit_record(
        Action.APPEAL_RECEIVED,
        actor=actor,
        now=now,
        refund_id=refund.id,
        case_id=case.id,
        changes={"attachments": len(files)},
    )
    return refund


def appeal_possible(refund: Refund, *, now: datetime) -> None:
    """Raise IllegalTransition, AppealsUsedUp or AppealTooLate when the refund cannot be appealed now.

    What this says of a refund that is not locked may be outrun.
    """
    # The table lets held and waiting refunds go to review too, by other ways than this.
    if refund.status != Status.DENIED:
        raise IllegalTransition(before=refund.status, after=Status.PENDING_REVIEW.value)
    if Appeal.objects.filter(case__refund=refund).count() >= settings.APPEALS_PER_REFUND:
        raise AppealsUsedUp(limit=settings.APPEALS_PER_REFUND)
    until = refund.status_at + timedelta(days=settings.APPEAL_DAYS)
    if now > until:
        raise AppealTooLate(until=written_instant(until))


def _check_amounts(refund: Refund, order: Order) -> None:
    """Refuse what the order's payments no longer leave: a denied refund counted nothing, an appealed one does."""
    (standing,) = orders_standing([order.pk]).values()
    left = order.paid_amount - standing.asked
    if refund.amount > left:
        raise AmountExceedsOrder(order_id=order.external_id, left=max(left, 0), currency=order.currency)
    by_line = {line.pk: line for line in standing.lines}
    for part in refund.lines.order_by("line__position", "id"):
        line = by_line[part.line_id]
        left = line.amount - line.asked
        if part.amount > left:
            raise AmountExceedsLine(line_id=line.id, left=max(left, 0), currency=order.currency)


def _denial_of(refund: Refund) -> Decision | None:
    """Return the decision that denied the refund, None when no person did."""
    newest = Decision.objects.filter(case__refund=refund).order_by("-decided_at", "-pk").first()
    return newest if newest is not None and newest.outcome == DecisionOutcome.DENY else None
