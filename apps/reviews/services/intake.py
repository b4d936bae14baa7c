"""Refunds come in: written down, weighed, and put where they belong, in one transaction."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.audit.models import Action, AuditEvent
from apps.audit.services import audit_event, audit_record_many
from apps.clients.models import ApiClient
from apps.common.actors import Actor, system
from apps.common.errors import Refusal
from apps.common.instants import written_instant
from apps.common.money import major_units
from apps.marketplace.services.absorb import absorb
from apps.payouts.models import Hold, HoldCause
from apps.payouts.services.hold import hold_for, hold_part, hold_placed
from apps.refunds.drafts import RefundDraft
from apps.refunds.errors import ReferenceUsed
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.services.door import Beginning, Parts, ReferencesUsed, refunds_begin
from apps.refunds.services.draft import references_used, refunds_draft
from apps.refunds.services.promises import orders_promised, updated_orders
from apps.reviews.deadlines import due_at
from apps.reviews.likeness import leading_code
from apps.reviews.models import CaseStatus, OpenedBecause, Queue, ReviewCase
from apps.reviews.pieces import pieces_of
from apps.reviews.ranking import review_value
from apps.reviews.ranking import worth as worth_in
from apps.reviews.selectors import calendar_of, queue_among, queue_for, queues_ordered, review_time
from apps.reviews.steps import step_set
from apps.risk.models import RiskAssessment, RiskOutcome
from apps.risk.services.assess import refunds_assess, risk_part
from apps.risk.services.claims import claim_bands

POLICY = system("policy")


@dataclass(frozen=True)
class OpenedCase:
    """A fresh case and what its client may see of it."""

    case: ReviewCase
    part: dict[str, str]


@transaction.atomic(savepoint=False)
def refund_intake(record: RefundRecord, *, client: ApiClient, actor: Actor, now: datetime) -> Refund:
    """Take in one refund. Raises the refusals of `apps.refunds.errors`; then nothing may be kept.

    There is no savepoint to go back to: whoever calls inside a transaction of
    its own has to roll that back when this raises.
    """
    (answer,) = _drafted([record], client=client, now=now)
    if isinstance(answer, Refusal):
        raise answer
    try:
        refunds_place([answer], refunds_assess([answer], now=now), client=client, actor=actor, now=now)
    except ReferencesUsed as used:
        raise _reference_refusals(used.references, client)[record.reference] from None
    return answer.refund


def refunds_intake(
    records: Sequence[RefundRecord], *, client: ApiClient, actor: Actor, now: datetime
) -> list[Refund | Refusal]:
    """Take in many refunds, in their order; a refused one leaves no trace and does not spoil the others.

    Of several with one reference the first that is not refused is taken in. A
    constant number of statements, spent once more when a refused refund has
    to be undone: it brought an order, account or shop with it, or another
    waits for its reference.
    """
    wanted = Counter(record.reference for record in records)
    refused: dict[int, Refusal] = {}
    while True:
        places = _first_of_each_reference(records, refused)
        trying = {place: records[place] for place in places.values()}
        try:
            with transaction.atomic():
                answers = _all_taken_in(trying, wanted=wanted, client=client, actor=actor, now=now)
        except _Refused as found:
            refused |= found.refusals
        except ReferencesUsed as used:
            refused |= {places[name]: found for name, found in _reference_refusals(used.references, client).items()}
        else:
            return [
                refused.get(place) or answers.get(place) or _used_before(record, answers[places[record.reference]])
                for place, record in enumerate(records)
            ]


def _first_of_each_reference(records: Sequence[RefundRecord], refused: Collection[int]) -> dict[str, int]:
    """Return the place of each reference's first record that is not refused."""
    places: dict[str, int] = {}
    for place, record in enumerate(records):
        if place not in refused:
            places.setdefault(record.reference, place)
    return places


def _used_before(record: RefundRecord, taken: Refund | Refusal) -> Refusal:
    if isinstance(taken, Refusal):
        raise TypeError(taken)
    return ReferenceUsed(pointer="/reference", reference=record.reference, refund_id=taken.id)


class _Refused(Exception):
    """Records were refused that have to be undone before the others can go on."""

    def __init__(self, refusals: dict[int, Refusal]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


def _all_taken_in(
    records: dict[int, RefundRecord], *, wanted: Counter[str], client: ApiClient, actor: Actor, now: datetime
) -> dict[int, Refund | Refusal]:
    """Take in all that are not refused. Raises _Refused; `wanted` says how many want each reference."""
    answers = dict(zip(records, _drafted(list(records.values()), client=client, now=now), strict=True))
    refusals = {place: answer for place, answer in answers.items() if isinstance(answer, Refusal)}
    if any(_brings_more(records[place]) or wanted[records[place].reference] > 1 for place in refusals):
        raise _Refused(refusals)
    drafts = [answer for answer in answers.values() if isinstance(answer, RefundDraft)]
    refunds_place(drafts, refunds_assess(drafts, now=now), client=client, actor=actor, now=now)
    return {place: answer.refund if isinstance(answer, RefundDraft) else answer for place, answer in answers.items()}


def _brings_more(record: RefundRecord) -> bool:
    """Tell whether a record says anything of an order, account, shop or instrument."""
    return (
        record.sent_order is not None
        or record.destination is not None
        or any(told is not None and not told.is_bare for told in (record.account, record.shop))
    )


def _drafted(records: Sequence[RefundRecord], *, client: ApiClient, now: datetime) -> list[RefundDraft | Refusal]:
    orders = [one.sent_order for one in records if one.sent_order is not None]
    absorbed = absorb(
        client_id=client.pk,
        accounts=[one.account for one in records if one.account is not None and not one.account.is_bare],
        shops=[one.shop for one in records if one.shop is not None and not one.shop.is_bare],
        orders=orders,
        instruments=[one.destination for one in records if one.destination is not None],
        lock_orders={one.order.id for one in records},
        now=now,
    )
    promised = orders_promised(updated_orders((order.id for order in orders), absorbed))
    drafts = refunds_draft(records, client=client, absorbed=absorbed, now=now)
    if not promised:
        return drafts
    return [
        promised.get(record.order.id, draft) if record.sent_order is not None else draft
        for record, draft in zip(records, drafts, strict=True)
    ]


def _reference_refusals(references: Sequence[str], client: ApiClient) -> dict[str, Refusal]:
    return {
        reference: ReferenceUsed(pointer="/reference", reference=reference, refund_id=refund_id)
        for reference, refund_id in references_used(references, client=client).items()
    }


def refunds_place(
    drafts: Sequence[RefundDraft],
    assessments: Sequence[RiskAssessment],
    *,
    client: ApiClient,
    actor: Actor,
    now: datetime,
) -> None:
    """Insert weighed refunds and their assessments, each where its outcome puts it: to a person, on hold, or released.

    Raises ReferencesUsed.
    """
    outcomes = {assessment.outcome for assessment in assessments}
    queues = queues_ordered() if RiskOutcome.REVIEW in outcomes else []
    placed = [
        _place(draft, assessment, queues, client, now) for draft, assessment in zip(drafts, assessments, strict=True)
    ]
    consequences = [row for one in placed for row in (one.case, one.hold) if row is not None]
    refunds_begin(
        [one.beginning for one in placed],
        actor=actor,
        now=now,
        beside=[*assessments, *consequences, *claim_bands(drafts)],
    )


@dataclass(frozen=True)
class _Placed:
    beginning: Beginning
    case: ReviewCase | None = None
    hold: Hold | None = None


def _place(
    draft: RefundDraft, assessment: RiskAssessment, queues: Sequence[Queue], client: ApiClient, now: datetime
) -> _Placed:
    refund = draft.refund
    parts: Parts = {"risk": risk_part(assessment, client.language)}
    if assessment.outcome == RiskOutcome.REVIEW:
        queue = queue_among(queues, refund.category, assessment.queue)
        case = _case(refund, assessment, queue, because=OpenedBecause.POLICY, answer_by=refund.answer_by, now=now)
        recorded = (_opened(case, queue, actor=POLICY),)
        parts["review"] = review_part(case, queue)
        return _Placed(Beginning(draft, Status.PENDING_REVIEW, parts, case.id, recorded), case=case)
    if assessment.outcome == RiskOutcome.HOLD:
        release_at = now + timedelta(minutes=assessment.hold_minutes)
        hold = hold_for(
            refund, amount=refund.amount, release_at=release_at, cause=HoldCause.POLICY, actor=POLICY, now=now
        )
        parts["hold"] = hold_part(hold)
        return _Placed(Beginning(draft, Status.HELD, parts, recorded=(hold_placed(hold, actor=POLICY),)), hold=hold)
    return _Placed(Beginning(draft, Status.RELEASED, parts))


def case_open(
    refund: Refund,
    assessment: RiskAssessment,
    *,
    because: OpenedBecause,
    answer_by: datetime | None,
    actor: Actor,
    now: datetime,
    not_for_id: int | None = None,
) -> OpenedCase:
    """Open a case in the queue that the policy or the category routes to, for anybody but the person `not_for_id`.

    `answer_by` is when the client's channel decides by itself, None when that is past or has no say.
    """
    queue = queue_for(refund.category, assessment.queue)
    case = _case(refund, assessment, queue, because=because, answer_by=answer_by, now=now, not_for_id=not_for_id)
    case.save(force_insert=True)
    audit_record_many([_opened(case, queue, actor=actor)])
    return OpenedCase(case, review_part(case, queue))


def _case(
    refund: Refund,
    assessment: RiskAssessment,
    queue: Queue,
    *,
    because: OpenedBecause,
    answer_by: datetime | None,
    now: datetime,
    not_for_id: int | None = None,
) -> ReviewCase:
    worth = worth_of(refund)
    due = due_at(now, review_time(queue, assessment.level), answer_by, calendar_of(queue))
    case = ReviewCase(
        refund_id=refund.id,
        queue=queue,
        status=CaseStatus.OPEN,
        opened_because=because,
        level=assessment.level,
        category=refund.category,
        opened_at=now,
        due_at=due,
        score=assessment.score,
        worth=worth,
        value=review_value(worth, assessment.score, due),
        pieces=pieces_of(refund.reason_text),
        leading=leading_code(assessment.factors),
        not_for_id=not_for_id,
    )
    step_set(case, answer_by)
    return case


def worth_of(refund: Refund) -> int:
    """Return what is asked in the currency that cases are ranked in."""
    asked = float(major_units(refund.amount, refund.currency))
    return worth_in(asked, refund.currency, settings.REVIEWCONSOLE_RANKING_RATES)


def _opened(case: ReviewCase, queue: Queue, *, actor: Actor) -> AuditEvent:
    return audit_event(
        Action.CASE_OPENED,
        actor=actor,
        now=case.opened_at,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"queue": queue.slug, "because": case.opened_because, "due_at": written_instant(case.due_at)},
    )


def review_part(case: ReviewCase, queue: Queue) -> dict[str, str]:
    """Return the review as the client sees it."""
    return {"queue": queue.slug, "due_at": written_instant(case.due_at)}
