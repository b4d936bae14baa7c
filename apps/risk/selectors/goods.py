"""The goods asked back."""

from datetime import datetime
from typing import NamedTuple

from apps.marketplace.models import DeliveryStatus
from apps.refunds.models import Refund
from apps.risk.counting import AskedLine, goods_facts
from apps.risk.facts import GoodsFacts
from apps.risk.selectors.statements import rows_of

# A refund that names no lines asks for the whole order.
_STATEMENT = """
SELECT l.external_id, coalesce(asked.amount, l.amount), l.delivery_status, l.delivered_at,
       l.consumed_percent, l.first_used_at
FROM marketplace_line l
LEFT JOIN refunds_refundline asked ON asked.line_id = l.id AND asked.refund_id = %(refund)s
WHERE l.order_id = %(order)s
  AND (asked.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM refunds_refundline WHERE refund_id = %(refund)s))
ORDER BY l.position, l.id
"""


class _Row(NamedTuple):
    line_id: str
    amount: int
    delivery_status: str
    delivered_at: datetime | None
    consumed_percent: int | None
    first_used_at: datetime | None


def goods_of(refund: Refund) -> GoodsFacts:
    """Read and weigh the lines asked for."""
    rows = [_Row(*row) for row in rows_of(_STATEMENT, {"refund": refund.pk, "order": refund.order_id})]
    return goods_facts([_asked(row) for row in rows], refund.requested_at)


def _asked(row: _Row) -> AskedLine:
    return AskedLine(
        id=row.line_id,
        amount=row.amount,
        is_viewed=row.delivery_status == DeliveryStatus.VIEWED if row.delivery_status else None,
        viewed_at=row.delivered_at,
        consumed_percent=row.consumed_percent,
        first_used_at=row.first_used_at,
    )
