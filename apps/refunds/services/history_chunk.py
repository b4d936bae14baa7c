"""A run of lines, read: its records by kind, ready to be stored together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from apps.common.errors import Refusal
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord
from apps.marketplace.services.order_rows import OrderRows
from apps.refunds.records import PastRefundRecord
from apps.refunds.services.history_lines import Line, LineRefused, Reason, told_by

Told = TypeVar("Told")


@dataclass
class Numbered(Generic[Told]):
    """Records of one kind, and the numbers of their lines."""

    numbers: list[int] = field(default_factory=list)
    records: list[Told] = field(default_factory=list)

    def add(self, number: int, record: Told) -> None:
        """Append one."""
        self.numbers.append(number)
        self.records.append(record)

    def take_out(self, refusal_of: Callable[[Told], Refusal | None]) -> list[tuple[int, Reason | Refusal]]:
        """Remove the records for which there is a refusal; return those by line number."""
        judged = [(number, one, refusal_of(one)) for number, one in zip(self.numbers, self.records, strict=True)]
        self.numbers = [number for number, _one, refusal in judged if refusal is None]
        self.records = [one for _number, one, refusal in judged if refusal is None]
        return [(number, refusal) for number, _one, refusal in judged if refusal is not None]


@dataclass
class Chunk:
    """What a run of lines tells, by kind, and the lines that tell nothing."""

    accounts: Numbered[AccountRecord] = field(default_factory=Numbered)
    shops: Numbered[ShopRecord] = field(default_factory=Numbered)
    orders: Numbered[OrderRecord | OrderRows] = field(default_factory=Numbered)
    transfers: Numbered[TransferRecord] = field(default_factory=Numbered)
    refunds: Numbered[PastRefundRecord] = field(default_factory=Numbered)
    refused: list[tuple[int, Reason | Refusal]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing was read."""
        kinds = (self.accounts, self.shops, self.orders, self.transfers, self.refunds)
        return not self.refused and not any(kind.numbers for kind in kinds)

    def add(self, line: Line) -> None:
        """Read one line."""
        try:
            record = told_by(line)
        except LineRefused as refused:
            # The exception itself leads back to this chunk: a circle that would keep all records alive.
            self.refused.append((line.number, refused.reason))
            return
        match record:
            case OrderRows() | OrderRecord():
                self.orders.add(line.number, record)
            case AccountRecord():
                self.accounts.add(line.number, record)
            case PastRefundRecord():
                self.refunds.add(line.number, record)
            case TransferRecord():
                self.transfers.add(line.number, record)
            case ShopRecord():
                self.shops.add(line.number, record)

    def refuse_orders(self, refusals: Mapping[str, Refusal]) -> None:
        """Take out the lines that tell these orders (by the client's ids), refund lines that bring one included."""
        self.refused += self.orders.take_out(lambda order: refusals.get(order.id))
        self.refused += self.refunds.take_out(lambda one: refusals.get(one.order.id) if one.sent_order else None)


def chunk_read(lines: Sequence[Line]) -> Chunk:
    """Read a run of lines. Touches neither the database nor the active language, so any thread may do it."""
    chunk = Chunk()
    for line in lines:
        chunk.add(line)
    return chunk
