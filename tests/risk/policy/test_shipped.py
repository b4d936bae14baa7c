"""The shipped policy is whole, and speaks of what exists."""

import pytest

from apps.identity.models import FactorKind
from apps.marketplace.models import Category as SoldCategory
from apps.marketplace.models import InstrumentType
from apps.risk.facts import Category, InstrumentKind, VerificationKind
from apps.risk.models import RiskLevel, RiskOutcome
from apps.risk.policy import Care, FactorCode, Level, Outcome
from tests.risk.calm import POLICY


def test_speaks_of_the_same_things_as_the_rows() -> None:
    assert {category.value for category in Category} == set(SoldCategory.values)
    assert {kind.value for kind in InstrumentKind} == set(InstrumentType.values)
    assert {kind.value for kind in VerificationKind} == set(FactorKind.values)
    assert {level.value for level in Level} == set(RiskLevel.values)
    assert {outcome.value for outcome in Outcome} == set(RiskOutcome.values)


def test_is_strict_with_goods_that_become_cash() -> None:
    strict = {category for category, care in POLICY.care.items() if care is Care.STRICT}
    assert strict == {
        Category.GAME_CURRENCY,
        Category.GIFT_CARD,
        Category.TOP_UP,
        Category.VOUCHER,
        Category.IN_GAME_ITEM,
    }


def test_has_every_factor_there_is_and_always() -> None:
    shipped = {code: getattr(POLICY.factors, code) for code in FactorCode}
    assert [code for code, settings in shipped.items() if settings is None or not settings.enabled] == []
    assert {settings.when for settings in shipped.values()} == {""}


def test_knows_the_seven_ages_of_an_account() -> None:
    assert POLICY.factors.NEW_ACCOUNT is not None
    assert [band.threshold for band in POLICY.factors.NEW_ACCOUNT.bands] == [3, 10, 30, 90, 180, 365]


@pytest.mark.parametrize("care", list(Care))
def test_never_lets_a_fast_refund_suffice(care: Care) -> None:
    assert POLICY.factors.FAST_REFUND is not None
    heaviest = max(band.points.under(care) for band in POLICY.factors.FAST_REFUND.bands)
    assert POLICY.consequences[care].low.outcome is Outcome.CLEAR
    assert heaviest < POLICY.levels.medium


@pytest.mark.parametrize("care", list(Care))
def test_holds_no_shorter_the_riskier(care: Care) -> None:
    hours = [POLICY.consequences[care].of(level).hold_hours for level in Level]
    assert hours == sorted(hours)
