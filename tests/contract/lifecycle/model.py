"""What a refund's public life should be, in plain Python: no line of the product is used here."""

from dataclasses import dataclass, field
from datetime import datetime

# Status -> where it may go -> the event that says so. Written from the contract, not from the code.
TABLE: dict[str, dict[str, str]] = {
    "pending_review": {
        "information_requested": "refund.information_requested",
        "held": "refund.held",
        "released": "refund.released",
        "denied": "refund.denied",
        "withdrawn": "refund.withdrawn",
    },
    "information_requested": {
        "pending_review": "refund.pending_review",
        "denied": "refund.denied",
        "withdrawn": "refund.withdrawn",
    },
    "held": {
        "released": "refund.released",
        "pending_review": "refund.recalled",
        "withdrawn": "refund.withdrawn",
    },
    "released": {"paid": "refund.paid", "payout_failed": "refund.payout_failed"},
    "payout_failed": {"released": "refund.released", "withdrawn": "refund.withdrawn"},
    "denied": {"pending_review": "refund.appealed"},
    "paid": {},
    "withdrawn": {},
}
BEGINNINGS = {"pending_review", "held", "released"}
PROMISED = {"held", "released", "paid", "payout_failed"}
NOT_COUNTED = {"denied", "withdrawn"}


@dataclass
class Order:
    """A purchase; `lines` and `paid` are minor units."""

    id: str
    account: str
    placed_at: datetime
    lines: dict[str, int]
    paid: int
    refunds: list["Refund"] = field(default_factory=list)

    @property
    def promised(self) -> int:
        """What is approved of it."""
        return sum(refund.approved or 0 for refund in self.refunds)

    @property
    def left(self) -> int:
        """What can still be asked for."""
        return self.paid - sum(refund.counted for refund in self.refunds)

    def left_of(self, line: str) -> int:
        """What can still be asked for of one line."""
        return self.lines[line] - sum(refund.counted_of(line) for refund in self.refunds)

    def approvable(self, refund: "Refund", amount: int, lines: dict[str, int]) -> bool:
        """Tell whether approving this keeps all promises within what was paid."""
        others = [other for other in self.refunds if other is not refund and other.status in PROMISED]
        within = amount + sum(other.approved or 0 for other in others) <= self.paid
        return within and all(
            part + sum(other.counted_of(line) for other in others) <= self.lines[line] for line, part in lines.items()
        )


@dataclass
class Refund:
    """A refund as the client should see it, and what its reviewers know."""

    id: str
    reference: str
    order: Order
    amount: int
    lines: dict[str, int]
    status: str
    approved: int | None = None
    version: int = 1
    events: list[str] = field(default_factory=list)
    approved_lines: dict[str, int] | None = None
    release_at: datetime | None = None
    held_by: str = ""
    asked_for: tuple[str, ...] = ()
    answer_due: datetime | None = None
    denied_by: str = ""
    denied_at: datetime | None = None
    not_for: str = ""
    appeals: int = 0
    moves: int = 0

    def __post_init__(self) -> None:
        assert self.status in BEGINNINGS
        self.events.append(f"refund.{self.status}")
        if self.status in PROMISED:
            self.approved = self.amount

    @property
    def counted(self) -> int:
        """What counts against the order."""
        if self.status in NOT_COUNTED:
            return 0
        return self.amount if self.approved is None else self.approved

    def counted_of(self, line: str) -> int:
        """What counts against one line."""
        if self.status in NOT_COUNTED:
            return 0
        approved = self.approved_lines if self.approved is not None else None
        return (approved or self.lines).get(line, 0)

    def may(self, to: str) -> bool:
        """Tell whether the contract's table has the move."""
        return to in TABLE[self.status]

    def move(self, to: str, *, approved: int | None = None) -> None:
        """Go there; money that becomes promised needs its amount."""
        self.events.append(TABLE[self.status][to])
        if to not in PROMISED:
            self.approved, self.approved_lines = None, None
        elif self.status not in PROMISED:
            self.approved = approved
        if to != "held":
            self.release_at = None
        self.status = to
        self.version += 1
        self.moves += 1

    def amend(self, event: str) -> None:
        """Tell something new without a move."""
        self.events.append(event)
        self.version += 1
