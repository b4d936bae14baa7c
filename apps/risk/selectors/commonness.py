"""The newest measurement of how common factors are."""

from functools import lru_cache

import msgspec

from apps.risk.commonness import Commonness
from apps.risk.models import BaseRates
from apps.risk.selectors.statements import Reading


class NewestRow(msgspec.Struct):
    """Which measurement of the client is the newest."""

    id: int


# Looked up beside the facts, so that every process uses a new measurement at once and asks for each only once.
NEWEST = Reading("SELECT id FROM risk_baserates WHERE client_id = %(client)s ORDER BY id DESC LIMIT 1", NewestRow, dict)


@lru_cache(maxsize=32)
def commonness_of(measurement_id: int) -> Commonness:
    """Return what was measured. Measurements never change."""
    found = BaseRates.objects.get(pk=measurement_id)
    return Commonness(found.accounts, found.observed)
