"""The shipped table is whole, and speaks of what exists."""

import pytest

from apps.identity.models import FactorKind
from apps.marketplace.models import Category as SoldCategory
from apps.marketplace.models import InstrumentType
from apps.risk.counting import WINDOW_HOURS
from apps.risk.facts import Category, InstrumentKind, VerificationKind, VerificationState
from apps.risk.models import RiskLevel, RiskOutcome
from apps.risk.policy import Band, Care, Level, Outcome
from apps.risk.policy_v1 import POLICY


def test_speaks_of_the_same_things_as_the_rows() -> None:
    assert {category.value for category in Category} == set(SoldCategory.values)
    assert {kind.value for kind in InstrumentKind} == set(InstrumentType.values)
    assert {kind.value for kind in VerificationKind} == set(FactorKind.values)
    assert {level.value for level in Level} == set(RiskLevel.values)
    assert {outcome.value for outcome in Outcome} == set(RiskOutcome.values)


def test_leaves_no_case_without_an_answer() -> None:
    assert set(POLICY.care) == set(Category)
    assert set(POLICY.consequences) == set(Care)
    assert all(set(by_level) == set(Level) for by_level in POLICY.consequences.values())
    assert set(POLICY.verification) == set(VerificationState)
    assert all(set(by_kind) == set(VerificationKind) for by_kind in POLICY.verification.values())
    assert set(POLICY.shared_identity) == set(VerificationKind)
    assert {band.hours for band in POLICY.velocity} <= set(WINDOW_HOURS)
    assert POLICY.levels[-1] == (0, Level.LOW)


def test_is_strict_with_goods_that_become_cash() -> None:
    strict = {category for category, care in POLICY.care.items() if care is Care.STRICT}
    assert strict == {
        Category.GAME_CURRENCY,
        Category.GIFT_CARD,
        Category.TOP_UP,
        Category.VOUCHER,
        Category.IN_GAME_ITEM,
    }


@pytest.mark.parametrize(
    "bands",
    [
        POLICY.consumed,
        POLICY.value_share,
        POLICY.count_share,
        POLICY.shared_paid,
        POLICY.shared_destination,
        POLICY.credit_to_cash,
        POLICY.past_denials,
        *POLICY.shared_identity.values(),
    ],
)
def test_tries_the_highest_threshold_first(bands: tuple[Band, ...]) -> None:
    thresholds = [band.threshold for band in bands]
    assert thresholds == sorted(thresholds, reverse=True)


@pytest.mark.parametrize("bands", [POLICY.fast, POLICY.new_account])
def test_tries_the_shortest_time_first(bands: tuple[Band, ...]) -> None:
    thresholds = [band.threshold for band in bands]
    assert thresholds == sorted(thresholds)


def test_knows_the_seven_ages_of_an_account() -> None:
    assert [band.threshold for band in POLICY.new_account] == [3, 10, 30, 90, 180, 365]


@pytest.mark.parametrize("care", list(Care))
def test_never_lets_a_fast_refund_suffice(care: Care) -> None:
    heaviest = max(band.points.under(care) for band in POLICY.fast)
    assert POLICY.consequences[care][Level.LOW].outcome is Outcome.CLEAR
    assert heaviest < 25


@pytest.mark.parametrize("care", list(Care))
def test_holds_no_shorter_the_riskier(care: Care) -> None:
    hours = [POLICY.consequences[care][level].hold_hours for level in Level]
    assert hours == sorted(hours)
    assert all(
        consequence.hold_hours > 0
        for consequence in POLICY.consequences[care].values()
        if consequence.outcome is Outcome.HOLD
    )
