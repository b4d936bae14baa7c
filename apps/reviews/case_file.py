"""Everything that lies before a reviewer: one refund with its history, in a fixed number of queries."""

from dataclasses import dataclass

from apps.attachments.models import Attachment
from apps.attachments.selectors import attachments_of
from apps.identity.models import FactorKind, VerificationCheck, VerificationFactor
from apps.identity.selectors import checks_of
from apps.marketplace.models import Line, Order, Payment
from apps.payouts.models import Hold
from apps.refunds.errors import RefundUnknown
from apps.refunds.models import Origin, Refund, RefundLine
from apps.reviews.models import AdverseReport, CaseStatus, Escalation, InformationRequest, Note, Proposal, ReviewCase
from apps.reviews.selectors import case_of, escalations_on_their_way, proposals_of
from apps.risk.facts import VerificationKind
from apps.risk.selectors.verification import verification_now

# The newest orders, and as many refunds, of the account that are shown; a reviewer looks no further back.
HISTORY_AT_MOST = 400


@dataclass(frozen=True)
class CaseFile:
    """What is known. `case` is None for a refund that never came to a person, `cases` are all its cases.

    `escalation` is one that may still be undone. `shared_by` tells how many
    other accounts use the same phone, document or card, None where there is
    nothing to match by.
    """

    refund: Refund
    case: ReviewCase | None
    lines: list[Line]
    asked: dict[int, RefundLine]
    payments: list[Payment]
    factors: dict[str, VerificationFactor]
    checks: dict[FactorKind, VerificationCheck]
    shared_by: dict[VerificationKind, int | None]
    orders: list[Order]
    refunds: list[Refund]
    notes: list[Note]
    cases: list[ReviewCase]
    information_requests: list[InformationRequest]
    attachments: list[Attachment]
    holds: list[Hold]
    proposals: list[Proposal]
    escalation: Escalation | None
    reports: list[AdverseReport]


def case_file(case_id: str) -> CaseFile:
    """Return the file of a case. Raises CaseUnknown."""
    case = case_of(case_id)
    return _filed(case.refund, case)


def refund_file(refund_id: str) -> CaseFile:
    """Return the file of a submitted refund, under its newest case if it has one. Raises RefundUnknown."""
    newest = ReviewCase.objects.filter(refund_id=refund_id).order_by("-pk").values_list("pk", flat=True).first()
    if newest is not None:
        return case_file(newest)
    refund = (
        Refund.objects.select_related(
            "order", "account__subject", "shop__owner_account", "client", "destination__holder_account", "assessment"
        )
        .defer("assessment__facts")
        .filter(pk=refund_id, origin=Origin.LIVE)
        .first()
    )
    if refund is None:
        raise RefundUnknown(refund_id=refund_id)
    return _filed(refund, None)


def _filed(refund: Refund, case: ReviewCase | None) -> CaseFile:
    subject_id = refund.account.subject_id
    factors = VerificationFactor.objects.filter(subject_id=subject_id) if subject_id is not None else []
    return CaseFile(
        refund=refund,
        case=case,
        lines=list(refund.order.lines.order_by("position", "id")),
        asked={part.line_id: part for part in refund.lines.select_related("line")},
        payments=list(
            refund.order.payments.select_related("instrument", "payer_account").order_by("paid_at", "id"),
        ),
        factors={factor.kind: factor for factor in factors},
        checks=checks_of(refund.account.subject_id),
        shared_by={factor.kind: factor.shared_by for factor in verification_now(refund).factors},
        orders=list(
            Order.objects.filter(account_id=refund.account_id)
            .select_related("shop")
            .order_by("-placed_at", "-id")[:HISTORY_AT_MOST]
        ),
        refunds=list(
            Refund.objects.filter(account_id=refund.account_id)
            .select_related("shop", "order")
            .order_by("-requested_at", "-pk")[:HISTORY_AT_MOST]
        ),
        notes=list(refund.notes.select_related("author")),
        cases=list(
            refund.cases.select_related(
                "queue", "decision__person", "decision__confirmed_by", "appeal__against__person"
            ).order_by("pk"),
        ),
        information_requests=list(
            InformationRequest.objects.filter(case__refund=refund, undone_at__isnull=True)
            .select_related("asked_by")
            .order_by("asked_at", "id")
        ),
        attachments=attachments_of(refund),
        holds=list(refund.holds.select_related("placed_by", "ended_by").order_by("placed_at", "id")),
        proposals=proposals_of(refund.pk),
        escalation=_escalation(case),
        reports=list(
            AdverseReport.objects.filter(account_id=refund.account_id).select_related("reported_by").order_by("-pk")
        ),
    )


def _escalation(case: ReviewCase | None) -> Escalation | None:
    if case is None or case.status != CaseStatus.SETTLING:
        return None
    return escalations_on_their_way().filter(case=case).first()
