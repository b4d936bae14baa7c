"""The goods asked back."""

from collections.abc import Sequence
from datetime import datetime

from apps.marketplace.models import DeliveryStatus
from apps.refunds.drafts import LineAsked
from apps.risk.counting import AskedLine, goods_facts
from apps.risk.facts import GoodsFacts


def goods_of(lines: Sequence[LineAsked], at: datetime) -> GoodsFacts:
    """Weigh the lines asked for, as intake read them."""
    return goods_facts([_asked(part) for part in lines], at)


def _asked(part: LineAsked) -> AskedLine:
    line = part.line
    return AskedLine(
        id=line.id,
        amount=part.amount,
        is_viewed=line.delivery_status == DeliveryStatus.VIEWED if line.delivery_status else None,
        viewed_at=line.delivered_at,
        consumed_percent=line.consumed_percent,
        first_used_at=line.first_used_at,
    )
