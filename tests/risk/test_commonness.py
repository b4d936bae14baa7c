"""From what a sample of accounts showed to the share that shows at least as much."""

import pytest

from apps.risk.commonness import UNMEASURED, Commonness, observed_by
from apps.risk.factors import Factor, Unit
from apps.risk.factors.factor import unknown
from apps.risk.policy import FactorCode


def factor(code: FactorCode, rule: str, observed: float | None) -> Factor:
    return Factor(
        code=code,
        rule=rule,
        points=5,
        observed=observed,
        threshold=None,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={},
        records=(),
    )


def baskets(observed: float) -> Factor:
    return factor(FactorCode.REFUND_VELOCITY, "baskets", observed)


def minutes(observed: float) -> Factor:
    return factor(FactorCode.FAST_REFUND, "minutes", observed)


SAMPLE = Commonness(200, observed_by([[baskets(5)], [baskets(3), minutes(4)], [baskets(3)], [minutes(9)], []]))


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        (baskets(2), 3 / 200),
        (baskets(3), 3 / 200),
        (baskets(4), 1 / 200),
        (baskets(5), 1 / 200),
        (baskets(6), 0.0),
        (minutes(3), 0.0),
        (minutes(4), 1 / 200),
        (minutes(9), 2 / 200),
        (factor(FactorCode.SHARED_IDENTITY, "phone", 2), 0.0),
    ],
)
def test_counts_the_accounts_that_show_at_least_as_much(shown: Factor, share: float) -> None:
    rated = SAMPLE.rated(shown)
    assert (rated.base_rate, rated.base_accounts) == (share, 200)


def test_tells_rules_of_one_code_apart() -> None:
    kept, denied = (factor(FactorCode.PAST_OUTCOMES, rule, 1) for rule in ("kept", "denied"))
    sample = Commonness(10, observed_by([[kept], [kept], [denied]]))
    assert (sample.rated(kept).base_rate, sample.rated(denied).base_rate) == (0.2, 0.1)


def test_says_nothing_before_anything_was_measured() -> None:
    assert UNMEASURED.rated(baskets(3)) == baskets(3)


def test_does_not_rate_what_could_not_be_weighed() -> None:
    dark = unknown(FactorCode.FAST_REFUND, "payment.minutes_since")
    assert SAMPLE.rated(dark) == dark
    assert observed_by([[dark]]) == {}


def test_takes_a_factor_without_a_value_as_one_that_holds() -> None:
    untold = factor(FactorCode.WEAK_VERIFICATION, "untold", None)
    sample = Commonness(4, observed_by([[untold], [untold], []]))
    assert sample.rated(untold).base_rate == 0.5
