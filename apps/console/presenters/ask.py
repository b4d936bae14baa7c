"""What is asked: the headline, the lines, the customer's words, the money's way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import Action
from apps.audit.selectors import events_of_case
from apps.console import wording
from apps.console.presenters.case_page import Ask, LineRow, MoneyBetween, MoneyEnd, Said, StepMark
from apps.console.presenters.marks import State, amount_words, time_left
from apps.console.presenters.statuses import status_state
from apps.marketplace.models import DeliveryStatus, Instrument, Line, Payment
from apps.refunds.lifecycle import Status
from apps.refunds.models import RefundLine
from apps.reviews.case_file import CaseFile
from apps.reviews.models import AtEnd, CaseStatus, ReviewCase, StepKind
from apps.reviews.steps import answer_by_of, steps_ahead

_DELIVERY = {
    DeliveryStatus.UNDELIVERED: ("none", "circle-dashed"),
    DeliveryStatus.DELIVERED: ("good", "circle-check"),
    DeliveryStatus.VIEWED: ("warn", "circle-check"),
}
# What was done on the way to a deadline.
_TAKEN: dict[str, Promise] = {
    StepKind.WARN_HOLDER: gettext_lazy("Holder warned"),
    StepKind.WARN_SUPERVISORS: gettext_lazy("Supervisors warned"),
    StepKind.RETURN: gettext_lazy("Returned to the queue, in front"),
    StepKind.MOVE: gettext_lazy("Escalated to another queue"),
}
# Of these nothing comes back.
_GIVEN_UP = (Status.DENIED, Status.WITHDRAWN)


def ask(file: CaseFile, now: datetime) -> Ask:
    """Write the headline and the facts under it."""
    refund, case = file.refund, file.case
    order = refund.order
    paid_at = max((payment.paid_at for payment in file.payments), default=None)
    is_open = case is not None and case.status == CaseStatus.OPEN
    return Ask(
        amount=amount_words(refund.amount, refund.currency),
        order_amount=amount_words(order.paid_amount, order.currency),
        is_whole_order=refund.amount == order.paid_amount,
        order_id=order.external_id,
        reference=refund.reference,
        refund_id=refund.pk,
        placed_at=order.placed_at,
        requested_at=refund.requested_at,
        after_payment=_after_payment(paid_at, refund.requested_at),
        category=refund.get_category_display(),
        shop=str(refund.shop),
        shop_id=refund.shop.external_id,
        channel=refund.get_channel_display(),
        answer_by=refund.answer_by,
        default_outcome=refund.get_default_outcome_display() if refund.default_outcome else "",
        time_left=time_left(case.opened_at, case.due_at, now) if case is not None and is_open else None,
        steps_taken=_steps_taken(case) if case is not None and case.steps_done else [],
        next_step=_next_step(case) if case is not None and is_open else None,
        status=status_state(refund),
    )


def _steps_taken(case: ReviewCase) -> list[StepMark]:
    """Say what happened on the way to the deadline."""
    events = events_of_case(case.refund_id, case.pk, Action.DEADLINE_STEP, Action.DEADLINE_PASSED)
    return [StepMark(_step_words(event.changes), event.at) for event in events]


def _step_words(changes: Mapping[str, Any]) -> str:
    step, at_end = changes.get("step"), changes.get("at_end")
    if step == StepKind.WARN_HOLDER and not changes.get("holder"):
        return _("Nobody held it")
    if step == StepKind.MOVE and "queue" not in changes:
        return _("Not escalated: there is no such other queue")
    if step in _TAKEN:
        return str(_TAKEN[step])
    words = _("Deadline passed")
    return f"{words} · {AtEnd(at_end).label}" if at_end in AtEnd.values else words


def _next_step(case: ReviewCase) -> StepMark | None:
    ahead = steps_ahead(case, answer_by_of(case))
    if not ahead or (ahead[0].do is None and case.queue.at_end == AtEnd.NONE):
        return None
    step = ahead[0]
    return StepMark(str(step.do.label if step.do is not None else AtEnd(case.queue.at_end).label), step.at)


def _after_payment(paid_at: datetime | None, asked_at: datetime) -> str:
    if paid_at is None or paid_at > asked_at:
        return ""
    return _("%(span)s after payment") % {"span": wording.duration(asked_at - paid_at)}


def line_rows(file: CaseFile) -> list[LineRow]:
    """Write the order's lines; without a split of the refund all of them are asked for together."""
    is_split = bool(file.asked)
    return [_line(line, file.asked.get(line.pk), file.refund.currency, is_split) for line in file.lines]


def _line(line: Line, asked: RefundLine | None, currency: str, is_split: bool) -> LineRow:
    used = line.consumed_percent
    return LineRow(
        title=line.title,
        detail=f"{line.get_category_display()} · {line.quantity} × {amount_words(line.unit_amount, currency)}",
        amount=amount_words(line.amount, currency),
        asked=amount_words(asked.amount, currency) if asked else "" if is_split else _("in the whole"),
        delivery=_delivery(line),
        delivered_at=line.delivered_at,
        used_percent=used,
        used_words=_("unused") if used == 0 else _("%(n)d%% used") % {"n": used or 0},
        used_tone="" if used is None else "good" if used == 0 else "bad",
        first_used_at=line.first_used_at,
        evidence=line.consumption_evidence,
    )


def _delivery(line: Line) -> State:
    if not line.delivery_status:
        return State(_("not told"), "none", "circle-dashed")
    return State(line.get_delivery_status_display(), *_DELIVERY[DeliveryStatus(line.delivery_status)])


def said(file: CaseFile) -> Said:
    """Return the customer's reason and words."""
    return Said(file.refund.get_reason_code_display(), file.refund.reason_text.strip())


def money_way(file: CaseFile) -> list[MoneyEnd]:
    """Return what paid, the shop, then where the refund goes.

    A word stands at a station that is not what it should be: not the account's
    own, or in the hands of who owns the shop, so that the money only went round.
    """
    owner = file.refund.shop.owner_account
    ends = [_paid(payment, file) for payment in file.payments]
    if owner is not None:
        own = _("the account owns the shop") if owner.pk == file.refund.account_id else ""
        ends.append(MoneyEnd(_("shop of"), "", owner.external_id, own))
    destination = file.refund.destination
    if destination is None:
        return [*ends, MoneyEnd(_("refund to"), _("what paid"), "", "")]
    warning = _not_own(destination.holder_account_id, file, _("held by somebody else"))
    if not warning and destination.pk not in {payment.instrument_id for payment in file.payments}:
        warning = _("did not pay")
    holder = _holder(destination, file.refund.account_id)
    return [*ends, MoneyEnd(_("refund to"), _instrument(destination), holder, warning)]


def money_between(file: CaseFile) -> MoneyBetween | None:
    """Sum up what moved between the account and the shop in the refund's currency; None for a single order."""
    refund = file.refund
    orders = [each for each in file.orders if each.shop_id == refund.shop_id and each.currency == refund.currency]
    back = [
        each
        for each in file.refunds
        if each.shop_id == refund.shop_id and each.currency == refund.currency and each.status not in _GIVEN_UP
    ]
    if len(orders) < 2:
        return None
    returned = sum(each.amount if each.approved_amount is None else each.approved_amount for each in back)
    return MoneyBetween(
        orders=len(orders),
        paid=amount_words(sum(each.paid_amount for each in orders), refund.currency),
        refunds=len(back),
        returned=amount_words(returned, refund.currency),
        since=min(each.placed_at for each in orders),
    )


def _not_own(holder_id: int | None, file: CaseFile, otherwise: str) -> str:
    if holder_id in (None, file.refund.account_id):
        return ""
    return _("the shop’s owner") if holder_id == file.refund.shop.owner_account_id else otherwise


def _paid(payment: Payment, file: CaseFile) -> MoneyEnd:
    payer = payment.payer_account
    is_own = payer is None or payer.pk == file.refund.account_id
    warning = _not_own(payment.payer_account_id, file, _("paid by somebody else"))
    holder = "" if is_own or payer is None else payer.external_id
    return MoneyEnd(_("paid by"), _instrument(payment.instrument), holder, warning)


def _instrument(instrument: Instrument) -> str:
    last4 = f" ·{instrument.last4}" if instrument.last4 else ""
    return f"{instrument.get_type_display()}{last4}"


def _holder(instrument: Instrument, account_id: int) -> str:
    if instrument.holder_account is None or instrument.holder_account_id == account_id:
        return ""
    return instrument.holder_account.external_id
