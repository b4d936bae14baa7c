"""Taking money back from its wait: the refund goes to review again. Locks in the order case, refund, hold."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.common.actors import Actor
from apps.common.errors import Refusal
from apps.payouts.errors import HoldEnded
from apps.payouts.models import HoldStatus
from apps.payouts.selectors import hold_locked, refund_id_of_hold
from apps.payouts.services.hold import hold_recall
from apps.refunds.models import RefundLine
from apps.refunds.selectors import refund_locked
from apps.reviews.models import OpenedBecause, ReviewCase
from apps.reviews.services.intake import case_open

logger = logging.getLogger(__name__)


def holds_recall_to_review(reasons: Mapping[int, str], *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Recall holds, each for its reason and in a transaction of its own.

    Returns how many were recalled, and how many could not be for another
    reason than that somebody was faster.
    """
    recalled = failed = 0
    for hold_id, reason in reasons.items():
        try:
            hold_recall_to_review(hold_id, reason=reason, actor=actor, now=now)
            recalled += 1
        except Refusal:
            # Released or recalled by somebody between our look and our lock.
            continue
        except Exception:
            logger.exception("hold %s could not be recalled", hold_id)
            failed += 1
    return recalled, failed


@transaction.atomic
def hold_recall_to_review(hold_id: int, *, reason: str, actor: Actor, now: datetime) -> ReviewCase:
    """Recall a held refund and open a case for it. Raises HoldUnknown, HoldEnded, ReasonMissing."""
    refund = refund_locked(refund_id_of_hold(hold_id))
    hold = hold_locked(hold_id)
    # Looked at before the case: a refund that was recalled already has one.
    if hold.status != HoldStatus.OPEN:
        raise HoldEnded
    opened = case_open(
        refund,
        refund.assessment,
        because=OpenedBecause.RECALLED,
        answer_by=refund.answer_by,
        actor=actor,
        now=now,
    )
    hold_recall(
        hold,
        refund,
        parts={"hold": None, "decision": None, "review": opened.part},
        reason=reason,
        actor=actor,
        now=now,
    )
    RefundLine.objects.filter(refund=refund).update(approved_amount=None)
    return opened.case
