"""Rows of the holds page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.console import wording
from apps.console.presenters.marks import LevelMark, TimeLeft, amount_words, level_mark, time_left
from apps.payouts.models import Hold
from apps.payouts.selectors import HeldTotal
from apps.refunds.models import Refund
from apps.risk.models import RiskLevel
from apps.staff.models import Person


@dataclass(frozen=True)
class HoldRow:
    """One payout that waits. `may_release_early` is False for the person who placed it."""

    hold_id: int
    refund_id: str
    reference: str
    time_left: TimeLeft
    release_at: datetime
    least_release: str
    latest_release: str
    amount: str
    level: LevelMark | None
    category: str
    reason: str
    placed_by: str
    shop: str
    shop_id: str
    account_id: str
    may_release_early: bool


@dataclass(frozen=True)
class FailedRow:
    """One payout that the client could not make."""

    refund_id: str
    reference: str
    amount: str
    failed_at: datetime
    why: str
    shop: str
    account_id: str


@dataclass(frozen=True)
class HeldSum:
    """What is held in one currency."""

    currency: str
    amount: str
    count: int


def hold_row(hold: Hold, *, person: Person, now: datetime) -> HoldRow:
    """Write a hold out for this person."""
    refund = hold.refund
    left = time_left(hold.placed_at, hold.release_at, now)
    level = (refund.risk or {}).get("level", "")
    return HoldRow(
        hold_id=hold.pk,
        refund_id=refund.pk,
        reference=refund.reference,
        # A release that comes near is no alarm.
        time_left=TimeLeft(left.words, left.percent, "", left.due_at, left.exact),
        release_at=hold.release_at,
        least_release=wording.local_input(max(hold.release_at, now) + timedelta(minutes=1)),
        latest_release=wording.local_input(hold.latest_release_at),
        amount=amount_words(hold.amount, hold.currency),
        level=level_mark(level, str(RiskLevel(level).label)) if level in RiskLevel.values else None,
        category=refund.get_category_display(),
        reason=hold.told_reason,
        placed_by=str(hold.placed_by) if hold.placed_by is not None else _("policy"),
        shop=str(refund.shop),
        shop_id=refund.shop.external_id,
        account_id=refund.account.external_id,
        may_release_early=hold.placed_by_id != person.pk,
    )


def failed_row(refund: Refund) -> FailedRow:
    """Write a failed payout out."""
    amount = refund.amount if refund.approved_amount is None else refund.approved_amount
    return FailedRow(
        refund_id=refund.pk,
        reference=refund.reference,
        amount=amount_words(amount, refund.currency),
        failed_at=refund.status_at,
        why=(refund.payout or {}).get("failure_reason") or _("no reason told"),
        shop=str(refund.shop),
        account_id=refund.account.external_id,
    )


def held_sum(total: HeldTotal) -> HeldSum:
    """Write a total out."""
    return HeldSum(total.currency, amount_words(total.amount, total.currency), total.count)
