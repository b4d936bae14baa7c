"""What follows from rings: a confirmed one takes its members' money back to review before it goes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from apps.common.actors import system
from apps.payouts.models import Hold, HoldStatus
from apps.reviews.models import CaseStatus, ReviewCase
from apps.reviews.services.recall import holds_recall_to_review
from apps.rings.kinds import AT_THE_EDGE
from apps.rings.models import Ring, RingMember
from apps.rings.selectors.rings import rings_to_recall

RECALLER = system("ring confirmed")

_POSTPONED_BY = timedelta(minutes=1)


@dataclass(frozen=True)
class Stake:
    """What is at stake with a ring's members: money that waits, by currency (holds, minor units), and open cases."""

    held: list[tuple[str, int, int]]
    open_cases: int

    @property
    def holds(self) -> int:
        """Return how many refunds wait."""
        return sum(count for _currency, count, _amount in self.held)


def ring_stake(ring: Ring) -> Stake:
    """Say what a confirmation would recall, and which cases it concerns. Two statements."""
    held = _open_holds(ring).order_by("currency").values_list("currency").annotate(count=Count("id"), sum=Sum("amount"))
    cases = ReviewCase.objects.filter(refund__account__in=_accounts(ring)).exclude(status=CaseStatus.CLOSED)
    return Stake([(currency, count, amount) for currency, count, amount in held], cases.count())


def rings_recall_due(*, now: datetime, limit: int = 200) -> int:
    """Recall the held refunds of confirmed rings' members, so many at the most; returns how many were recalled.

    Each in a transaction of its own: what was released meanwhile stays
    released, and a process that dies leaves the rest to the next tick.
    """
    left = limit
    for ring in rings_to_recall(now=now, limit=limit):
        due = list(_open_holds(ring).order_by("release_at", "pk").values_list("pk", flat=True)[:left])
        recalled, failed = holds_recall_to_review(dict.fromkeys(due, _reason(ring)), actor=RECALLER, now=now)
        if failed:
            Ring.objects.filter(pk=ring.pk).update(recall_due_at=now + _POSTPONED_BY)
        elif len(due) < left:
            Ring.objects.filter(pk=ring.pk).update(recall_due_at=None)
        left -= recalled
        if left <= 0:
            break
    return limit - left


def _reason(ring: Ring) -> str:
    with translation.override(ring.client.language):
        return _("A ring that the account belongs to was confirmed: %(kind)s, %(ring)s.") % {
            "kind": ring.get_kind_display(),
            "ring": ring.pk,
        }


def _open_holds(ring: Ring) -> QuerySet[Hold]:
    return Hold.objects.filter(status=HoldStatus.OPEN, refund__account__in=_accounts(ring))


def _accounts(ring: Ring) -> QuerySet[RingMember, int | None]:
    """The accounts that make the ring; those at its edge may be the ones who were robbed."""
    members = RingMember.objects.filter(ring=ring, account__isnull=False)
    return members.exclude(role__in=[role.value for role in AT_THE_EDGE]).values_list("account_id", flat=True)
