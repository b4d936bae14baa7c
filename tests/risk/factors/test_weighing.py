"""Which factors are tried, and what happens when one cannot be worked out."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from apps.risk.factors import Factor, factors_of
from apps.risk.factors.weighing import RULES
from apps.risk.facts import RefundFacts
from apps.risk.policy import FactorCode, Policy
from tests.risk.calm import POLICY, calm

FAST = calm(payment={"minutes_since": 3.0})
# Nothing can be divided by it, and no number is compared with it.
BROKEN: Any = "soon"


def with_factors(**sections: Any) -> Policy:
    """Return the shipped policy with other sections of factors."""
    return POLICY.model_copy(update={"factors": POLICY.factors.model_copy(update=sections)})


def codes(facts: RefundFacts, policy: Policy = POLICY) -> list[tuple[FactorCode, str]]:
    return [(factor.code, factor.rule) for factor in factors_of(facts, policy)]


def test_records_a_factor_that_fails_and_weighs_the_others(caplog: pytest.LogCaptureFixture) -> None:
    facts = replace(FAST, account=replace(FAST.account, age_days=BROKEN))
    with caplog.at_level(logging.ERROR):
        found = factors_of(facts, POLICY)
    assert [(factor.code, factor.rule, factor.points) for factor in found] == [
        (FactorCode.FAST_REFUND, "minutes", 15),
        (FactorCode.NEW_ACCOUNT, "failed", 0),
    ]
    failure: Factor = found[1]
    assert failure.is_failed
    assert (failure.numbers, failure.observed, failure.threshold, failure.records) == (
        {"error": "TypeError"},
        None,
        None,
        (),
    )
    assert [record.getMessage() for record in caplog.records] == ["Factor NEW_ACCOUNT failed for refund rfd_now"]


def test_tries_nothing_that_is_switched_off_or_left_out() -> None:
    assert POLICY.factors.FAST_REFUND is not None
    off = POLICY.factors.FAST_REFUND.model_copy(update={"enabled": False})
    assert codes(FAST) == [(FactorCode.FAST_REFUND, "minutes")]
    assert codes(FAST, with_factors(FAST_REFUND=off)) == []
    assert codes(FAST, with_factors(FAST_REFUND=None)) == []


def test_tries_nothing_that_does_not_count_against_a_minor() -> None:
    facts = replace(FAST, is_minor_purchase=True, account=replace(FAST.account, age_days=BROKEN))
    assert codes(facts) == [(FactorCode.MINOR_PURCHASE, "reason")]


@pytest.mark.parametrize(
    ("facts", "code", "fact"),
    [
        (calm(payment={"minutes_since": None}), FactorCode.FAST_REFUND, "payment.minutes_since"),
        (calm(account={"age_days": None}), FactorCode.NEW_ACCOUNT, "account.age_days"),
        (
            calm(goods={"consumed_percent": None, "viewed_amount": None}),
            FactorCode.REFUND_AFTER_CONSUMPTION,
            "goods.consumed_percent",
        ),
    ],
)
def test_records_as_unknown_what_was_not_told(facts: RefundFacts, code: FactorCode, fact: str) -> None:
    (factor,) = factors_of(facts, POLICY)
    assert (factor.code, factor.rule, factor.points, factor.observed) == (code, "unknown", 0, None)
    assert factor.numbers == {"fact": fact}
    assert not factor.is_failed


def test_has_a_rule_for_every_code() -> None:
    assert sorted(rule.settings.code for rule in RULES) == sorted(FactorCode)


def when(condition: str) -> Policy:
    """Return the shipped policy in which a fast refund counts under a condition."""
    assert POLICY.factors.FAST_REFUND is not None
    return with_factors(FAST_REFUND=POLICY.factors.FAST_REFUND.model_copy(update={"when": condition}))


@pytest.mark.parametrize(("condition", "counts"), [("amount >= 10000", True), ("amount > 10000", False), ("", True)])
def test_counts_a_factor_under_its_condition(condition: str, *, counts: bool) -> None:
    assert codes(FAST, when(condition)) == ([(FactorCode.FAST_REFUND, "minutes")] if counts else [])


def test_records_a_factor_as_unknown_whose_condition_needs_an_unknown_fact() -> None:
    facts = replace(FAST, claim=None)
    (factor,) = factors_of(facts, when("claim.accounts > 3"))
    assert (factor.rule, factor.points, factor.numbers) == ("unknown", 0, {"fact": "claim.accounts"})


def test_records_a_factor_as_failed_whose_condition_divides_by_zero(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        (factor,) = factors_of(FAST, when("amount / (habits.orders - 1) > 3"))
    assert (factor.rule, factor.numbers) == ("failed", {"error": "ConditionFailed"})


def test_asks_no_condition_of_a_factor_that_would_not_count() -> None:
    assert codes(calm(), when("amount / (habits.orders - 1) > 3")) == []
