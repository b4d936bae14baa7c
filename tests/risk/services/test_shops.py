"""How shops sell: who is due, what is counted, and that intake knows it only from then on."""

from datetime import timedelta

import pytest

from apps.risk.facts import ShopFacts
from apps.risk.models import ShopFigures
from apps.risk.services.shops import shops_count_due, usual_week
from apps.risk.tasks import count_shops
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import refund_facts

pytestmark = pytest.mark.django_db

BEFORE = NOON - timedelta(minutes=1)


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def test_counts_orders_and_buyers_of_thirty_days(platform: Platform) -> None:
    buyers = [platform.account() for _ in range(7)]
    for place, buyer in enumerate(buyers):
        for _ in range(7 - place):
            platform.order(buyer, ago=2 * DAY)
    platform.order(buyers[6], ago=31 * DAY)
    platform.order(buyers[6], ago=-DAY)
    assert shops_count_due(now=BEFORE) == 1
    figures = ShopFigures.objects.get(shop=platform.shop)
    assert (figures.orders, figures.buyers, figures.top_orders, figures.week_orders) == (28, 7, 25, 28)
    assert figures.top_accounts == [buyer.pk for buyer in buyers[:5]]
    facts = refund_facts(platform.refund(platform.order(buyers[0]))).shop
    assert facts == ShopFacts(30, 28, 7, 25, is_top_buyer=True, week_orders=28, usual_week=0.0)
    other = refund_facts(platform.refund(platform.order(buyers[6]))).shop
    assert other is not None
    assert other.is_top_buyer is False


def test_is_unknown_before_it_was_counted(platform: Platform) -> None:
    order = platform.order(platform.account())
    assert refund_facts(platform.refund(order)).shop is None
    shops_count_due(now=NOON + timedelta(seconds=1))
    assert refund_facts(platform.refund(order)).shop is None


def test_counts_again_after_an_hour_of_trade_and_after_a_day_in_any_case(platform: Platform) -> None:
    account = platform.account()
    platform.order(account, ago=DAY)
    assert shops_count_due(now=NOON) == 1
    assert shops_count_due(now=NOON + timedelta(hours=2)) == 0
    platform.order(account, ago=timedelta(minutes=-30))
    assert shops_count_due(now=NOON + timedelta(minutes=59)) == 0
    assert shops_count_due(now=NOON + timedelta(hours=1)) == 1
    assert shops_count_due(now=NOON + timedelta(hours=24)) == 0
    assert shops_count_due(now=NOON + timedelta(hours=25)) == 1


def test_leaves_a_shop_without_orders_alone(platform: Platform) -> None:
    assert shops_count_due(now=NOON) == 0
    assert count_shops() == 0


@pytest.mark.parametrize(
    ("weeks", "usual"),
    [
        ({}, None),
        ({0: 9, 1: 4, 2: 4, 3: 4}, None),
        ({0: 9, 4: 8}, 0.0),
        ({0: 9, 1: 4, 2: 6, 3: 100, 4: 8}, 7.0),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 90}, 1.0),
    ],
)
def test_takes_the_median_of_the_weeks_before(weeks: dict[int, int], usual: float | None) -> None:
    assert usual_week(weeks) == usual
