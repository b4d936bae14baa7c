"""The policy: every threshold, point, level, outcome and hold length, as data.

Rules are in `factors`, arithmetic in `scoring`; nothing but this document says
how much anything weighs.
"""

from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import AfterValidator, Field, model_validator

from apps.risk.facts import Category
from apps.risk.policy.codes import Care, FactorCode, Level, Outcome
from apps.risk.policy.conditions import OnDecision, OnVerdict
from apps.risk.policy.factors import Factors
from apps.risk.policy.settings import LARGEST_SCORE, Count, Settings, Weight, Words

Value = TypeVar("Value")
LeastScore = Annotated[int, Field(ge=1, le=LARGEST_SCORE)]


class Levels(Settings):
    """From which score on each level begins. Low begins at 0."""

    medium: LeastScore
    high: LeastScore
    critical: LeastScore

    @model_validator(mode="after")
    def _rise(self) -> "Levels":
        if not self.medium < self.high < self.critical:
            raise ValueError("levels must rise: medium, high, critical")
        return self


class Consequence(Settings):
    """What a level leads to; `hold_hours` is also how long money waits that a person approves."""

    outcome: Outcome
    hold_hours: Count

    @model_validator(mode="after")
    def _holds_for_a_while(self) -> "Consequence":
        if self.outcome is Outcome.HOLD and not self.hold_hours:
            raise ValueError("a hold needs a length")
        return self


class Consequences(Settings):
    """What each level leads to."""

    low: Consequence
    medium: Consequence
    high: Consequence
    critical: Consequence

    def of(self, level: Level) -> Consequence:
        """Return what one level leads to."""
        consequence: Consequence = getattr(self, level)
        return consequence


class Circumstances(Settings):
    """What describes most lawful newcomers too.

    However many of `codes` meet, the score stays at `most` unless other
    factors bring `substance_least` points of their own.
    """

    codes: Words[FactorCode]
    most: Annotated[int, Field(ge=0, le=LARGEST_SCORE)]
    substance_least: Weight


class Minors(Settings):
    """Purchases by minors are a lane of their own.

    Whatever the score, `outcome` follows. Clearing them by rule would make the
    words "my child did it" a free pass, and weighing them by rule would hold a
    child's play against the family. `counts` is what may be counted at all:
    habits of use are no abuse, and parents pay and lend their phone.
    """

    outcome: Outcome
    counts: Words[FactorCode]


def _every_category(care: dict[Category, Value]) -> dict[Category, Value]:
    missing = [category.value for category in Category if category not in care]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return {category: care[category] for category in Category}


def _every_care(by_care: dict[Care, Value]) -> dict[Care, Value]:
    missing = [care.value for care in Care if care not in by_care]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return {care: by_care[care] for care in Care}


class QueueRule(Settings):
    """Which cases go to a queue, whatever their category. The queue is named by its slug."""

    when: OnVerdict
    queue: Annotated[str, Field(min_length=1, max_length=50)]


# As long as a hold may be (see `apps.payouts`).
MOST_HOURS = 720
Hours = Annotated[int, Field(ge=1, le=MOST_HOURS)]


class HoldRule(Settings):
    """How long money waits, where a condition holds, whatever care and level say; whether it waits they say alone."""

    when: OnVerdict
    hours: Hours


class HoldBounds(Settings):
    """Between which lengths a reviewer may choose for the money of what they approve."""

    least_hours: Annotated[int, Field(ge=0, le=MOST_HOURS)] = 0
    most_hours: Hours = MOST_HOURS

    @model_validator(mode="after")
    def _rise(self) -> "HoldBounds":
        if self.least_hours > self.most_hours:
            raise ValueError("the least must not be above the most")
        return self


class SecondReviewRule(Settings):
    """Which decisions another person has to confirm, and why.

    `blind`: the second person decides before they see what the first did.
    """

    when: OnDecision
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    blind: bool = False


class Policy(Settings):
    """One version of the policy.

    Of `queues` the first whose condition holds counts; without any the queues'
    own categories decide. So does the first of `holds`, before the hours of
    `consequences`. Of `second_review` each that holds asks for one.
    """

    care: Annotated[dict[Category, Care], AfterValidator(_every_category)]
    factors: Factors
    circumstances: Circumstances
    minors: Minors
    levels: Levels
    consequences: Annotated[dict[Care, Consequences], AfterValidator(_every_care)]
    holds: tuple[HoldRule, ...] = ()
    hold_bounds: HoldBounds = HoldBounds()
    queues: tuple[QueueRule, ...] = ()
    second_review: tuple[SecondReviewRule, ...] = ()


def policy_from(document: Any) -> Policy:
    """Return the policy that a document of JSON's types describes. Raises pydantic.ValidationError."""
    # As JSON, because only there are enum members and tuples written otherwise than they are read.
    return Policy.model_validate_json(msgspec.json.encode(document))
