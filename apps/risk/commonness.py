"""How common a factor is among all accounts. Pure: from what a sample of accounts showed to a share.

A share of the whole code says little: that one account in ten has refunds is
no measure of five refunds in a week. So what is kept are the values observed,
and the share is of those accounts that show at least as much.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.risk.factors import Factor, Unweighed
from apps.risk.policy import FactorCode

# These say more the less is observed: minutes since payment, days of age.
LESS_IS_MORE = frozenset({FactorCode.FAST_REFUND, FactorCode.NEW_ACCOUNT})

# These speak of a refund that was asked for: an account that never asked for one does not show them.
OF_A_REFUND = frozenset(
    {
        FactorCode.REFUND_AFTER_CONSUMPTION,
        FactorCode.REFUND_VALUE_SHARE,
        FactorCode.REFUND_COUNT_SHARE,
        FactorCode.REFUND_VELOCITY,
        FactorCode.FAST_REFUND,
        FactorCode.DESTINATION_MISMATCH,
        FactorCode.CREDIT_TO_CASH,
        FactorCode.BUY_REFUND_CYCLE,
        FactorCode.SAME_REASON_TEXT,
    }
)

_UNWEIGHED = frozenset(Unweighed)


@dataclass(frozen=True)
class Commonness:
    """What `accounts` accounts of a client showed: by code and rule (`"NEW_ACCOUNT days"`) the values, ascending."""

    accounts: int
    observed: Mapping[str, Sequence[float]]

    def rated(self, factor: Factor) -> Factor:
        """Return the factor with its base rate, the share of accounts that show at least as much."""
        if not self.accounts or factor.rule in _UNWEIGHED:
            return factor
        values = self.observed.get(_key(factor), ())
        return replace(factor, base_rate=_at_least(factor, values) / self.accounts, base_accounts=self.accounts)


# Until something is measured nothing is said to be rare or common.
UNMEASURED = Commonness(0, {})


def observed_by(shown: Iterable[Sequence[Factor]]) -> dict[str, list[float]]:
    """Gather what accounts showed, one sequence of factors an account."""
    observed: defaultdict[str, list[float]] = defaultdict(list)
    for factors in shown:
        for factor in factors:
            if factor.rule not in _UNWEIGHED:
                observed[_key(factor)].append(factor.observed or 0.0)
    return {key: sorted(values) for key, values in sorted(observed.items())}


def _at_least(factor: Factor, values: Sequence[float]) -> int:
    value = factor.observed or 0.0
    if factor.code in LESS_IS_MORE:
        return bisect_right(values, value)
    return len(values) - bisect_left(values, value)


def _key(factor: Factor) -> str:
    return f"{factor.code} {factor.rule}"
