"""Measurements of how common factors are."""

from functools import lru_cache

from apps.risk.commonness import Commonness
from apps.risk.models import BaseRates


@lru_cache(maxsize=32)
def commonness_of(measurement_id: int) -> Commonness:
    """Return what was measured. Measurements never change."""
    found = BaseRates.objects.get(pk=measurement_id)
    return Commonness(found.accounts, found.observed)
