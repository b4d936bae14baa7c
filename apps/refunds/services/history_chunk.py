"""A run of lines, read: its records by kind, ready to be stored together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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


@dataclass
class Chunk:
    """What a run of lines tells, by kind, and the lines that tell nothing."""

    accounts: Numbered[AccountRecord] = field(default_factory=Numbered)
    shops: Numbered[ShopRecord] = field(default_factory=Numbered)
    orders: Numbered[OrderRecord | OrderRows] = field(default_factory=Numbered)
    transfers: Numbered[TransferRecord] = field(default_factory=Numbered)
    refunds: Numbered[PastRefundRecord] = field(default_factory=Numbered)
    refused: list[tuple[int, Reason]] = field(default_factory=list)

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


def chunk_read(lines: Sequence[Line]) -> Chunk:
    """Read a run of lines. Touches neither the database nor the active language, so any thread may do it."""
    chunk = Chunk()
    for line in lines:
        chunk.add(line)
    return chunk
