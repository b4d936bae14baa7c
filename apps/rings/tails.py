"""How unlikely a count is: logarithms of upper tails, and what they say once all accounts were looked at. Pure."""

import math
from collections.abc import Callable, Sequence

# Accounts of which the calibration assumes that at most so large a part is in something unlawful.
_UNUSUAL = 0.02
# Of fewer accounts the calibration learns nothing.
_FEWEST = 200
_NEGLIGIBLE = 1e-12


def log_poisson_tail(count: int, mean: float) -> float:
    """Return the logarithm of the probability of `count` or more where `mean` are expected."""
    if count <= mean:
        return 0.0
    if mean <= 0:
        return -math.inf
    first = count * math.log(mean) - mean - math.lgamma(count + 1)
    return _log_tail(first, count, lambda reached: mean / (reached + 1))


def log_binomial_tail(count: int, tries: int, probability: float) -> float:
    """Return the logarithm of the probability of `count` or more successes."""
    if count <= tries * probability or probability >= 1:
        return 0.0
    if probability <= 0:
        return -math.inf
    chosen = log_choices(tries, count)
    first = chosen + count * math.log(probability) + (tries - count) * math.log1p(-probability)
    odds = probability / (1 - probability)
    return _log_tail(first, count, lambda reached: (tries - reached) / (reached + 1) * odds)


def log_hypergeometric_tail(count: int, among: int, marked: int, drawn: int) -> float:
    """Return the logarithm of the probability of `count` or more marked ones among those drawn."""
    if count <= marked * drawn / among:
        return 0.0
    first = log_choices(marked, count) + log_choices(among - marked, drawn - count) - log_choices(among, drawn)
    others = among - marked - drawn
    return _log_tail(
        first, count, lambda reached: (marked - reached) * (drawn - reached) / ((reached + 1) * (others + reached + 1))
    )


def log_choices(among: int, chosen: int) -> float:
    """Return the logarithm of how many ways there are to choose so many."""
    return math.lgamma(among + 1) - math.lgamma(chosen + 1) - math.lgamma(among - chosen + 1)


def log_overdispersed_tail(count: int, shape: float, probability: float) -> float:
    """Return the logarithm of the probability of `count` or more of a Poisson count whose mean is itself uncertain.

    Its mean is gamma distributed with this shape: a negative binomial count.
    """
    if count <= shape * probability / (1 - probability):
        return 0.0
    first = (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + shape * math.log1p(-probability)
        + count * math.log(probability)
    )
    return _log_tail(first, count, lambda reached: (reached + shape) / (reached + 1) * probability)


def _log_tail(first: float, count: int, ratio: Callable[[int], float]) -> float:
    """Add up the terms from `count` on, each the one before times `ratio`, beginning at 1."""
    total = term = 1.0
    while term > _NEGLIGIBLE * total:
        term *= ratio(count)
        total += term
        count += 1
    return min(first + math.log(total), 0.0)


def chances_among(surprises: Sequence[float], looked_at: int) -> list[float]:
    """Return for each surprise (logarithms of tails, all that were looked at) how many as low ones chance makes.

    Were the model right, the surprises of lawful accounts would fall off as
    exp(surprise). Where they fall off more slowly, because these accounts
    burst by nature, that slower fall is taken: what nearly everybody does is
    no evidence.
    """
    fall = _fall(sorted(surprises), looked_at)
    return [looked_at * math.exp(fall * min(surprise, 0.0)) for surprise in surprises]


def _fall(ascending: Sequence[float], looked_at: int) -> float:
    unusual = int(looked_at * _UNUSUAL)
    if looked_at < _FEWEST or unusual >= len(ascending):
        return 1.0
    middle = ascending[looked_at // 2] if looked_at // 2 < len(ascending) else 0.0
    spread = middle - ascending[unusual]
    return min(math.log(0.5 / _UNUSUAL) / spread, 1.0) if spread > 0 else 1.0
