"""The three ways to turn credit into cash reach a person; what ordinary customers do does not."""

from datetime import timedelta

import pytest

from apps.identity.models import FactorStatus
from apps.marketplace.models import Category, DeliveryStatus, InstrumentType
from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode
from apps.risk.models import RiskLevel, RiskOutcome
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import refund_assess

pytestmark = pytest.mark.django_db
CASH_LIKE = [
    Category.GIFT_CARD,
    Category.GAME_CURRENCY,
    Category.TOP_UP,
    Category.VOUCHER,
    Category.IN_GAME_ITEM,
]


@pytest.fixture
def shop_platform() -> Platform:
    return make_platform()


@pytest.mark.parametrize("category", CASH_LIKE)
def test_catches_a_fast_refund_after_viewing_the_code(shop_platform: Platform, category: Category) -> None:
    account = shop_platform.account(age=timedelta(hours=5))
    shop_platform.identified(account, phone=FactorStatus.VERIFIED)
    order = shop_platform.order(
        account, ago=timedelta(minutes=6), category=category, delivery_status=DeliveryStatus.VIEWED
    )
    assessment = refund_assess(shop_platform.refund(order), now=NOON)
    assert [(factor["code"], factor["points"]) for factor in assessment.factors] == [
        ("REFUND_AFTER_CONSUMPTION", 30),
        ("NEW_ACCOUNT", 20),
        ("FAST_REFUND", 15),
        ("WEAK_VERIFICATION", 13),
    ]
    assert (assessment.score, assessment.level, assessment.outcome) == (78, RiskLevel.CRITICAL, RiskOutcome.REVIEW)


@pytest.mark.parametrize("category", [*CASH_LIKE, Category.SUBSCRIPTION, Category.PHYSICAL])
@pytest.mark.parametrize("destination", [InstrumentType.WALLET, InstrumentType.BANK_CARD])
@pytest.mark.parametrize("credit", [InstrumentType.CREDIT_LINE, InstrumentType.POINTS, InstrumentType.GIFT_CARD])
def test_catches_credit_refunded_to_another_person(
    shop_platform: Platform, category: Category, destination: InstrumentType, credit: InstrumentType
) -> None:
    account, other = shop_platform.account(), shop_platform.account()
    for kept in range(6):
        shop_platform.order(account, 50_000, ago=(40 + kept) * DAY)
    order = shop_platform.order(account, paid_with=[shop_platform.instrument(credit, account)], category=category)
    assessment = refund_assess(shop_platform.refund(order, to=shop_platform.instrument(destination, other)), now=NOON)
    weighed = {factor["code"]: factor["points"] for factor in assessment.factors}
    assert weighed["CREDIT_TO_CASH"] == 35
    assert weighed["DESTINATION_MISMATCH"] == 25
    assert weighed["PAST_OUTCOMES"] == -10
    assert (assessment.level, assessment.outcome) == (RiskLevel.HIGH, RiskOutcome.REVIEW)


def test_catches_one_person_paying_and_another_being_refunded(shop_platform: Platform) -> None:
    account, payer = shop_platform.account(), shop_platform.account()
    order = shop_platform.order(account, paid_with=[shop_platform.instrument(holder=payer)], payer=payer)
    to = shop_platform.instrument(InstrumentType.WALLET, shop_platform.account())
    assessment = refund_assess(shop_platform.refund(order, to=to), now=NOON)
    assert {factor["code"] for factor in assessment.factors} >= {"PAYER_MISMATCH", "DESTINATION_MISMATCH"}
    assert assessment.outcome == RiskOutcome.REVIEW


@pytest.mark.parametrize("category", [*CASH_LIKE, Category.MEMBERSHIP, Category.PHYSICAL])
def test_catches_repeated_buying_and_refunding(shop_platform: Platform, category: Category) -> None:
    account = shop_platform.account()
    card = shop_platform.instrument(holder=account)
    shop_platform.order(account, 2000, ago=6 * DAY, paid_with=[card], category=category)
    for days in (5, 4, 3, 2):
        order = shop_platform.order(account, ago=days * DAY, paid_with=[card], category=category)
        shop_platform.refund(order, ago=days * DAY - timedelta(hours=2), to=card, status=Status.PAID)
    last = shop_platform.order(account, ago=timedelta(hours=2), paid_with=[card], category=category)
    assessment = refund_assess(shop_platform.refund(last, to=card), now=NOON)
    assert {"REFUND_VALUE_SHARE", "REFUND_VELOCITY"} <= {factor["code"] for factor in assessment.factors}
    assert assessment.outcome == RiskOutcome.REVIEW


@pytest.mark.parametrize("category", [*CASH_LIKE, Category.MEMBERSHIP, Category.PHYSICAL])
def test_catches_cycles_that_are_spread_over_weeks(shop_platform: Platform, category: Category) -> None:
    account = shop_platform.account()
    card = shop_platform.instrument(holder=account)
    for weeks in (10, 8, 6, 4):
        order = shop_platform.order(account, ago=7 * weeks * DAY, paid_with=[card], category=category)
        shop_platform.refund(order, ago=(7 * weeks - 1) * DAY, to=card, status=Status.PAID)
    last = shop_platform.order(account, ago=DAY, paid_with=[card], category=category)
    assessment = refund_assess(shop_platform.refund(last, to=card), now=NOON)
    weighed = {factor["code"]: factor["observed"] for factor in assessment.factors}
    assert (weighed["REFUND_VALUE_SHARE"], weighed["REFUND_COUNT_SHARE"]) == (100.0, 100.0)
    assert assessment.outcome == RiskOutcome.REVIEW


@pytest.mark.parametrize("category", CASH_LIKE)
def test_pays_an_ordinary_customer_at_once(shop_platform: Platform, category: Category) -> None:
    account = shop_platform.account()
    shop_platform.identified(account, phone=FactorStatus.VERIFIED, id_document=FactorStatus.VERIFIED)
    card = shop_platform.instrument(holder=account)
    order = shop_platform.order(
        account,
        ago=timedelta(minutes=4),
        category=category,
        paid_with=[card],
        delivery_status=DeliveryStatus.DELIVERED,
        consumed_percent=0,
    )
    assessment = refund_assess(shop_platform.refund(order, to=card), now=NOON)
    assert (assessment.score, assessment.outcome, assessment.hold_minutes) == (20, RiskOutcome.CLEAR, 0)


def test_holds_but_does_not_review_a_newcomer_who_changes_their_mind_at_once(shop_platform: Platform) -> None:
    account = shop_platform.account(age=timedelta(minutes=20))
    shop_platform.identified(account, phone=FactorStatus.PENDING)
    order = shop_platform.order(account, ago=timedelta(minutes=4), delivery_status=DeliveryStatus.DELIVERED)
    assessment = refund_assess(shop_platform.refund(order), now=NOON)
    assert (assessment.score, assessment.outcome, assessment.hold_minutes) == (44, RiskOutcome.HOLD, 24 * 60)


def test_does_not_hold_a_childs_purchase_against_the_family(shop_platform: Platform) -> None:
    parent, child = shop_platform.account(), shop_platform.account(age=DAY, is_minor=True)
    card = shop_platform.instrument(holder=parent)
    for days in (5, 4, 3, 2, 1):
        order = shop_platform.order(child, ago=days * DAY, paid_with=[card], payer=parent, consumed_percent=100)
        shop_platform.refund(order, ago=days * DAY - timedelta(hours=1), to=card, status=Status.PAID)
    last = shop_platform.order(child, ago=timedelta(minutes=3), paid_with=[card], payer=parent, consumed_percent=100)
    assessment = refund_assess(shop_platform.refund(last, to=card, reason=ReasonCode.MINOR_PURCHASE), now=NOON)
    assert [(factor["code"], factor["points"]) for factor in assessment.factors] == [("MINOR_PURCHASE", 0)]
    assert (assessment.score, assessment.level, assessment.outcome) == (0, RiskLevel.LOW, RiskOutcome.REVIEW)


def test_does_not_count_a_childs_refunds_in_the_parents_habits(shop_platform: Platform) -> None:
    parent = shop_platform.account()
    card = shop_platform.instrument(holder=parent)
    for days in (5, 4, 3, 2, 1):
        order = shop_platform.order(parent, ago=days * DAY, paid_with=[card])
        shop_platform.refund(
            order, ago=days * DAY - timedelta(hours=1), to=card, status=Status.PAID, reason=ReasonCode.MINOR_PURCHASE
        )
    own = shop_platform.order(parent, ago=timedelta(hours=3), paid_with=[card])
    assessment = refund_assess(shop_platform.refund(own, to=card), now=NOON)
    assert {factor["code"] for factor in assessment.factors if factor["points"]} == {"WEAK_VERIFICATION"}
    assert assessment.outcome == RiskOutcome.CLEAR


def test_still_sees_where_the_money_of_a_claimed_minor_goes(shop_platform: Platform) -> None:
    account, other = shop_platform.account(), shop_platform.account()
    order = shop_platform.order(account, paid_with=[shop_platform.instrument(InstrumentType.CREDIT_LINE, account)])
    to = shop_platform.instrument(InstrumentType.WALLET, other)
    assessment = refund_assess(shop_platform.refund(order, to=to, reason=ReasonCode.MINOR_PURCHASE), now=NOON)
    assert (assessment.score, assessment.level, assessment.outcome) == (60, RiskLevel.HIGH, RiskOutcome.REVIEW)
