"""Which of the waiting cases is worth the most to look at. Pure.

The value of a review is the loss that it is expected to avoid, what is asked
times the chance that it is abuse, doubled for every eight hours that are fewer
left. Its logarithm is kept: there the time left is a summand, so that the
order of two cases never changes by waiting, and an index holds it.
"""

from collections.abc import Mapping
from datetime import datetime
from math import log2

HALVING_HOURS = 8
# A boosted case ranks as if a day less were left to it.
BOOST = 24 / HALVING_HOURS
_HOUR = 3600


def worth(major_units: float, currency: str, rates: Mapping[str, float]) -> int:
    """Return an amount in hundredths of the currency that amounts are ranked in.

    `rates` say what a unit of a currency is worth in it, roughly; one that it does not name counts as it is.
    """
    return round(100 * major_units * rates.get(currency, 1.0))


def review_value(worth: int, score: int, due_at: datetime, *, is_boosted: bool = False) -> float:
    """Return the logarithm, to the base of 2, of the expected loss avoided against time left.

    `score`, 0 to 100, is read as the chance in percent. What is expected to avoid nothing ranks by time alone.
    """
    avoided = log2(1 + worth * score / 100) + (BOOST if is_boosted else 0)
    return avoided - due_at.timestamp() / _HOUR / HALVING_HOURS
