"""New adverse facts take money that waits back to review: a factor that failed, a linked account's denial, a report.

What a hold was placed in knowledge of recalls nothing. Rings have a tick of their own (`rings`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from apps.clients.models import ApiClient
from apps.common.actors import Actor, system
from apps.identity.models import FactorKind, FactorStatus, VerificationFactor
from apps.marketplace.models import Account
from apps.payouts.models import Hold, HoldStatus
from apps.reviews.linked import WAY_WORDS, Way, close_accounts
from apps.reviews.models import AdverseReport, ReportSource, ReviewCase
from apps.reviews.services.recall import holds_recall_to_review

VERIFICATION, DENIAL = system("verification failed"), system("linked account denied")
REPORT = system("adverse report")
_POSTPONED_BY = timedelta(minutes=1)


@dataclass(frozen=True)
class _Fact:
    """What became known `at` an instant, of which accounts, and why each of them is concerned."""

    at: datetime
    client: ApiClient
    accounts: Mapping[int, str]
    actor: Actor


def adverse_recall_due(*, now: datetime, limit: int = 200) -> int:
    """Recall the held refunds that facts of lately concern, the oldest fact first; returns how many were recalled.

    Each recall is a transaction of its own: what was released meanwhile stays
    released, and a process that dies leaves the rest to the next tick.
    """
    recalled = 0
    for row, facts in _due(now, limit):
        if recalled >= limit:
            break
        done, failed, more = _recall(facts, limit - recalled, now=now)
        recalled += done
        if failed or more:
            type(row)._default_manager.filter(pk=row.pk).update(recall_due_at=now + _POSTPONED_BY if failed else now)
        else:
            type(row)._default_manager.filter(pk=row.pk, recall_due_at=row.recall_due_at).update(recall_due_at=None)
    return recalled


def _due(now: datetime, limit: int) -> Iterator[tuple[VerificationFactor | ReviewCase | AdverseReport, list[_Fact]]]:
    factors = VerificationFactor.objects.filter(recall_due_at__lte=now).order_by("recall_due_at", "pk")
    for factor in factors[:limit]:
        yield factor, list(_failed(factor))
    cases = ReviewCase.objects.filter(recall_due_at__lte=now).order_by("recall_due_at", "pk")
    for case in cases.select_related("refund__account", "refund__client", "decision")[:limit]:
        yield case, [_denied(case)]
    reports = AdverseReport.objects.filter(recall_due_at__lte=now).order_by("recall_due_at", "pk")
    for report in reports.select_related("account__client")[:limit]:
        yield report, [_reported(report)]


def _failed(factor: VerificationFactor) -> Iterator[_Fact]:
    # Told anew and verified meanwhile: nothing is held against anybody.
    if factor.status != FactorStatus.FAILED:
        return
    for account in Account.objects.filter(subject=factor.subject_id).select_related("client"):
        with translation.override(account.client.language):
            kind = str(FactorKind(factor.kind).label)
            reason = _("The verification of the account failed: %(kind)s.") % {"kind": kind}
        yield _Fact(factor.updated_at, account.client, {account.pk: reason}, VERIFICATION)


def _denied(case: ReviewCase) -> _Fact:
    client = case.refund.client
    with translation.override(client.language):
        reasons = {account: _denial_words(case, way) for account, way in close_accounts(case.refund).items()}
    return _Fact(case.decision.decided_at, client, reasons, DENIAL)


def _reported(report: AdverseReport) -> _Fact:
    client = report.account.client
    with translation.override(client.language):
        # Who, but not what: the client reads it, and the report may be no business of the customer's.
        reason = _("An adverse report about the account came in: %(source)s.") % {
            "source": ReportSource(report.source).label
        }
    return _Fact(report.reported_at, client, {report.account_id: reason}, REPORT)


def _denial_words(case: ReviewCase, way: Way) -> str:
    return _("A refund of a linked account was denied for suspected cash-out: %(reference)s (%(way)s).") % {
        "reference": case.refund.reference,
        "way": WAY_WORDS[way],
    }


def _recall(facts: Iterable[_Fact], limit: int, *, now: datetime) -> tuple[int, int, bool]:
    """Return how many were recalled, how many could not be for want of more than luck, and whether more wait."""
    recalled = failed = looked_at = 0
    for fact in facts:
        holds = Hold.objects.filter(
            status=HoldStatus.OPEN, refund__account__in=fact.accounts.keys(), placed_at__lt=fact.at
        )
        rows = list(holds.order_by("release_at", "pk").values_list("pk", "refund__account")[: limit - looked_at])
        looked_at += len(rows)
        reasons = {hold_id: fact.accounts[account_id] for hold_id, account_id in rows}
        done, wrong = holds_recall_to_review(reasons, actor=fact.actor, now=now)
        recalled, failed = recalled + done, failed + wrong
    return recalled, failed, looked_at >= limit
