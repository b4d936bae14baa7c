"""How a factor is worked out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.risk.factors.factor import Factor
from apps.risk.facts import RefundFacts
from apps.risk.policy import Care, FactorSettings

Of = TypeVar("Of", bound=FactorSettings)


@dataclass(frozen=True)
class Rule(Generic[Of]):
    """What works a factor out, from the facts, the factor's settings and how strictly the goods are looked at."""

    settings: type[Of]
    weigh: Callable[[RefundFacts, Of, Care], Factor | None]
