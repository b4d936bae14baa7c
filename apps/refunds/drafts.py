"""Refunds on their way in: checked and laid out, not stored yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from apps.refunds.models import Refund


class OrderedLine(NamedTuple):
    """A line of an order as it stands. `asked` are the minor units that refunds count against it already."""

    pk: int
    id: str
    amount: int
    category: str
    delivery_status: str
    delivered_at: datetime | None
    consumed_percent: int | None
    first_used_at: datetime | None
    asked: int


@dataclass(frozen=True)
class LineAsked:
    """One order line and the minor units asked for it."""

    line: OrderedLine
    amount: int


@dataclass(frozen=True)
class RefundDraft:
    """A refund whose row is still to be inserted, with its order, account, shop and client loaded.

    `named` are the lines that the client names, none when it asks for the
    order as a whole; `concerned` are the lines that it comes down to.
    """

    refund: Refund
    named: tuple[LineAsked, ...]
    concerned: tuple[LineAsked, ...]
