"""Looking again: what became known since, by the policy of the assessment, with nothing stored."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.identity.models import FactorStatus, VerificationFactor
from apps.marketplace.models import Account
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.risk.models import RiskAssessment
from apps.risk.services.review import refund_changes
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import refund_assess
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db

LATER = NOON + 3 * DAY


@pytest.fixture
def platform() -> Platform:
    return make_platform()


@pytest.fixture
def account(platform: Platform) -> Account:
    account = platform.account()
    platform.identified(
        account, phone=FactorStatus.VERIFIED, id_document=FactorStatus.VERIFIED, bank_card=FactorStatus.VERIFIED
    )
    return account


@pytest.fixture
def weighed(platform: Platform, account: Account) -> tuple[Refund, RiskAssessment]:
    refund = platform.refund(platform.order(account, ago=DAY))
    return refund, refund_assess(refund, now=NOON)


def codes(refund: Refund, assessment: RiskAssessment) -> list[tuple[str, int]]:
    return [(change.code, change.points) for change in refund_changes(assessment, refund, now=LATER).factors]


def test_finds_nothing_when_only_time_has_passed(weighed: tuple[Refund, RiskAssessment]) -> None:
    refund, assessment = weighed
    changes = refund_changes(assessment, refund, now=LATER)
    assert changes.factors == ()
    assert (changes.score_before, changes.score_after) == (assessment.score, assessment.score)


def test_asks_five_statements_and_moves_nothing(
    weighed: tuple[Refund, RiskAssessment], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refund, assessment = weighed
    before = everything_that_moves()
    with django_assert_num_queries(5):
        refund_changes(assessment, refund, now=LATER)
    assert everything_that_moves() == before
    assert refund.requested_at == NOON


def test_counts_refunds_asked_since(
    platform: Platform, account: Account, weighed: tuple[Refund, RiskAssessment]
) -> None:
    refund, assessment = weighed
    for hours in (5, 7, 9, 11):
        platform.refund(platform.order(account, ago=DAY), ago=timedelta(hours=-hours))
    found = {change.code: change for change in refund_changes(assessment, refund, now=LATER).factors}
    assert found["REFUND_VELOCITY"].before is None
    after = found["REFUND_VELOCITY"].after
    assert after is not None
    assert (after["observed"], after["window_hours"]) == (5, 168)


def test_keeps_what_held_at_the_request_though_the_window_moved_on(platform: Platform, account: Account) -> None:
    for hours in (2, 4, 6, 8):
        platform.refund(platform.order(account, ago=DAY), ago=timedelta(hours=hours), status=Status.PAID)
    refund = platform.refund(platform.order(account, ago=DAY))
    assessment = refund_assess(refund, now=NOON)
    assert [factor["observed"] for factor in assessment.factors if factor["code"] == "REFUND_VELOCITY"] == [5]
    changes = refund_changes(assessment, refund, now=NOON + 60 * DAY)
    assert "REFUND_VELOCITY" not in [change.code for change in changes.factors]


def test_sees_that_a_factor_failed_since(account: Account, weighed: tuple[Refund, RiskAssessment]) -> None:
    refund, assessment = weighed
    VerificationFactor.objects.filter(subject=account.subject, kind="id_document").update(status=FactorStatus.FAILED)
    assert ("WEAK_VERIFICATION", 15) in codes(refund, assessment)


def test_sees_that_an_earlier_refund_was_denied_since(
    platform: Platform, account: Account, weighed: tuple[Refund, RiskAssessment]
) -> None:
    refund, assessment = weighed
    platform.refund(platform.order(account, ago=9 * DAY), status=Status.DENIED, ago=8 * DAY)
    assert ("PAST_OUTCOMES", 15) in codes(refund, assessment)
