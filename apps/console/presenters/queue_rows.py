"""Rows of the queue and of my claims."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from apps.console.presenters.factors import strongest, strongest_sentence
from apps.console.presenters.marks import LevelMark, TimeLeft, amount_words, level_mark, time_left
from apps.marketplace.models import Category
from apps.refunds.models import Refund
from apps.reviews.models import CaseStatus, OpenedBecause, ReviewCase
from apps.risk.models import RiskLevel
from apps.staff.models import Person

TITLES_IN_PREVIEW = 3


@dataclass(frozen=True)
class QueueRow:
    """One case in a list. `holder` is empty when nobody has it."""

    case_id: str
    address: str
    claim_address: str
    reference: str
    time_left: TimeLeft
    amount: str
    level: LevelMark
    reasons: list[str]
    because: str
    category: str
    shop: str
    shop_id: str
    account_id: str
    opened_at: datetime
    holder: str
    is_mine: bool
    is_waiting: bool
    is_closed: bool
    is_appeal: bool
    is_for_others: bool
    asked: str
    said: str
    score: int
    queue: str
    tags: list[str]
    is_second: bool
    is_escalated: bool
    is_boosted: bool


def queue_rows(cases: Iterable[ReviewCase], *, person: Person, now: datetime) -> list[QueueRow]:
    """Write the cases out for this person. A choice's words are read off the choice: `get_…_display` hashes all."""
    return [_row(case, person, now) for case in cases]


def _row(case: ReviewCase, person: Person, now: datetime) -> QueueRow:
    refund = case.refund
    leased = case.leased_until is not None and case.leased_until > now
    return QueueRow(
        case_id=case.pk,
        address=reverse("console:case", args=[case.pk]),
        claim_address=reverse("console:claim", args=[case.pk]),
        reference=refund.reference,
        time_left=time_left(case.opened_at, case.due_at, now),
        amount=amount_words(refund.amount, refund.currency),
        level=level_mark(case.level, str(RiskLevel(case.level).label)),
        reasons=strongest(refund.assessment.factors),
        because=strongest_sentence(refund.assessment.factors),
        category=str(Category(case.category).label),
        shop=str(refund.shop),
        shop_id=refund.shop.external_id,
        account_id=refund.account.external_id,
        opened_at=case.opened_at,
        holder=str(case.holder) if leased else "",
        is_mine=leased and case.holder_id == person.pk,
        is_waiting=case.status == CaseStatus.WAITING,
        is_closed=case.status == CaseStatus.CLOSED,
        is_appeal=case.opened_because == OpenedBecause.APPEAL,
        is_for_others=case.not_for_id == person.pk,
        asked=_titles(refund),
        said=refund.reason_text or str(refund.get_reason_code_display()),
        score=refund.assessment.score,
        queue=case.queue.name,
        tags=case.tags,
        is_second=case.is_second,
        is_escalated=case.is_escalated and not person.is_supervisor,
        is_boosted=case.is_boosted and case.status == CaseStatus.OPEN,
    )


def _titles(refund: Refund) -> str:
    titles = [part.line.title for part in refund.lines.all()]
    more = f" +{len(titles) - TITLES_IN_PREVIEW}" if len(titles) > TITLES_IN_PREVIEW else ""
    return " · ".join(titles[:TITLES_IN_PREVIEW]) + more
