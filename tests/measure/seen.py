"""What was seen of a world while it was watched. Pure: what `tallies` counts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Truth:
    """What the labels say of one thing."""

    technique: str
    kind: str
    group: str

    @property
    def is_planted(self) -> bool:
        """It belongs to a technique."""
        return self.technique != "lawful"


@dataclass(frozen=True)
class SeenRefund:
    """A live refund. `outcome` is the policy's: clear, hold or review; `recalled` that a hold was taken back later."""

    reference: str
    account: str
    truth: Truth
    day: int
    score: int
    outcome: str
    is_recalled: bool
    codes: tuple[str, ...]

    @property
    def met_a_person(self) -> bool:
        """Somebody looked before the money went."""
        return self.outcome == "review" or self.is_recalled


@dataclass(frozen=True)
class SeenRing:
    """A ring that was raised, by the client's own ids."""

    kind: str
    score: int
    accounts: frozenset[str]
    shops: frozenset[str]
    status: str


@dataclass(frozen=True)
class Seen:
    """One world: `accounts` says what each of its accounts is; `rings` are those that stand at the end."""

    seed: int
    refunds: list[SeenRefund]
    rings: list[SeenRing]
    accounts: dict[str, Truth]
