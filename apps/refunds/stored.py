"""Refunds that are stored already, laid out as they were when they came in."""

from collections import defaultdict
from collections.abc import Sequence

from apps.refunds.drafts import LineAsked, RefundDraft
from apps.refunds.models import Refund, RefundLine
from apps.refunds.standing import orders_standing


def stored_drafts(refunds: Sequence[Refund]) -> list[RefundDraft]:
    """Lay out refunds of one client, in their order, each with its order, account and shop loaded.

    Orders and lines are read as they stand now. Two statements, however many
    refunds.
    """
    standing = {found.order.pk: found for found in orders_standing({refund.order_id for refund in refunds}).values()}
    parts: defaultdict[str, list[RefundLine]] = defaultdict(list)
    for part in RefundLine.objects.filter(refund__in=[refund.pk for refund in refunds]).order_by("line__position"):
        parts[part.refund_id].append(part)
    drafts = []
    for refund in refunds:
        found = standing[refund.order_id]
        refund.order, refund.account, refund.shop = found.order, found.order.account, found.order.shop
        by_id = {line.pk: line for line in found.lines}
        named = tuple(LineAsked(by_id[part.line_id], part.amount) for part in parts[refund.pk])
        drafts.append(RefundDraft(refund, named, named or tuple(LineAsked(line, line.amount) for line in found.lines)))
    return drafts
