"""What the settings of all factors are made of.

Everything is checked as it is read: no field is guessed, no text is taken
for a number, and bands that could never be reached are refused.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from apps.risk.policy.codes import Care, FactorCode
from apps.risk.policy.conditions import OnFacts

LARGEST_SCORE = 100

Weight = Annotated[int, Field(ge=-LARGEST_SCORE, le=LARGEST_SCORE)]
Count = Annotated[int, Field(ge=0)]
Percent = Annotated[int, Field(ge=0, le=100)]


Word = TypeVar("Word", bound=StrEnum)
# A set has no order of its own; written it has one, so that the same policy is the same text.
Words = Annotated[frozenset[Word], PlainSerializer(sorted)]


class Settings(BaseModel):
    """A part of a policy: fixed once read, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Points(Settings):
    """Points by care."""

    strict: Weight
    standard: Weight
    lenient: Weight

    def under(self, care: Care) -> int:
        """Return the points that apply."""
        if care is Care.STRICT:
            return self.strict
        return self.standard if care is Care.STANDARD else self.lenient


class Band(Settings):
    """A threshold and its points. Whether a value must reach it or stay under it, the field that holds it says."""

    threshold: Count
    points: Points


def _in_order(*, falling: bool) -> Callable[[Sequence[Band]], Sequence[Band]]:
    def check(bands: Sequence[Band]) -> Sequence[Band]:
        thresholds = [band.threshold for band in bands]
        if thresholds != sorted(set(thresholds), reverse=falling):
            raise ValueError("thresholds must fall" if falling else "thresholds must rise")
        return bands

    return check


# Bands are tried in their order and the first that fits counts, so that the other order would hide all but the first.
Reached = Annotated[tuple[Band, ...], AfterValidator(_in_order(falling=True))]
StayedUnder = Annotated[tuple[Band, ...], AfterValidator(_in_order(falling=False))]


class FactorSettings(Settings):
    """What every factor has. `code` names the field of `Factors` that holds the settings."""

    code: ClassVar[FactorCode]

    enabled: bool = True
    # Under which condition it counts, in CEL; always when empty.
    when: OnFacts = ""
