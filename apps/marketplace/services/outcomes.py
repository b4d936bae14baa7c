"""What came of records that were taken in."""

from dataclasses import dataclass, field
from enum import StrEnum

# Instruments have no id of their own: a client knows them by type and fingerprint.
InstrumentKey = tuple[str, str]


class Outcome(StrEnum):
    """What one record did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Absorbed:
    """Outcomes in the order of the records, and our row ids by the client's ids.

    The row ids hold at least those of every record, of every account and shop
    that a created or updated record refers to, and of every locked order that
    exists.
    """

    account_outcomes: list[Outcome] = field(default_factory=list)
    shop_outcomes: list[Outcome] = field(default_factory=list)
    order_outcomes: list[Outcome] = field(default_factory=list)
    transfer_outcomes: list[Outcome] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    shops: dict[str, int] = field(default_factory=dict)
    instruments: dict[InstrumentKey, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    transfers: dict[str, int] = field(default_factory=dict)
