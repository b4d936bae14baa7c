"""Which hours are counted again, and what is counted in them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.marketplace.models import Category, InstrumentType, Order, Shop
from apps.monitors.measures import DAY, HOUR, KEPT, Dimension
from apps.monitors.models import Bucket, DueHour, Progress, Series
from apps.monitors.services import follow
from apps.monitors.services.follow import FOLLOWING_LOCKS, trade_count_due, trade_forget_old, trade_note
from apps.refunds.models import Refund
from tests.risk.calm import NOON
from tests.risk.platform import Platform, make_platform

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def counted(now: datetime = NOON) -> dict[tuple[str, str], tuple[int, ...]]:
    """Follow until nothing is due; return orders, amount, refunds, refunded by series, over all hours."""
    trade_note(now=now)
    while trade_count_due(now=now):
        continue
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for bucket in Bucket.objects.select_related("series__shop"):
        series = bucket.series
        key = (series.dimension, series.shop.external_id if series.shop else series.name)
        numbers = (bucket.orders, bucket.amount, bucket.refunds, bucket.refunded)
        found[key] = tuple(a + b for a, b in zip(found.get(key, (0, 0, 0, 0)), numbers, strict=True))
    return found


def test_counts_by_platform_shop_category_and_instrument(platform: Platform) -> None:
    account = platform.account()
    order = platform.order(account, 10_000, paid_with=[platform.instrument(InstrumentType.WALLET, holder=account)])
    platform.order(account, 5_000, category=Category.GAME_CURRENCY, ago=2 * HOUR)
    platform.refund(order, amount=4_000, ago=HOUR)
    assert counted() == {
        ("platform", ""): (2, 15_000, 1, 4_000),
        ("shop", "S-1"): (2, 15_000, 1, 4_000),
        ("category", "gift_card"): (1, 10_000, 1, 4_000),
        ("category", "game_currency"): (1, 5_000, 0, 0),
        ("instrument", "wallet"): (1, 10_000, 1, 4_000),
        ("instrument", "bank_card"): (1, 5_000, 0, 0),
    }


def test_currencies_are_series_of_their_own(platform: Platform) -> None:
    platform.order(platform.account(), 100)
    platform.order(platform.account(), 100, currency="USD")
    counted()
    platforms = Series.objects.filter(dimension=Dimension.PLATFORM.value).order_by("currency")
    assert [one.currency for one in platforms] == ["CNY", "USD"]


def test_counts_accounts_that_are_new_and_those_of_unknown_age(platform: Platform) -> None:
    for age in (3 * DAY, 31 * DAY + HOUR, None):
        platform.order(platform.account(age), ago=HOUR)
    counted()
    bucket = Bucket.objects.get(series__dimension=Dimension.PLATFORM.value)
    assert (bucket.orders, bucket.known_orders, bucket.new_orders) == (3, 2, 1)


@pytest.mark.parametrize(("zone", "at_night"), [("Asia/Shanghai", 1), ("UTC", 0)])
def test_night_is_where_the_shops_sell(platform: Platform, settings: Settings, zone: str, at_night: int) -> None:
    settings.REVIEWCONSOLE_TIME_ZONE = zone
    now = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    Order.objects.filter(pk=platform.order(platform.account()).pk).update(placed_at=now - HOUR)
    counted(now)
    bucket = Bucket.objects.get(series__dimension=Dimension.PLATFORM.value)
    assert (bucket.orders, bucket.night_orders) == (1, at_night)


def test_what_is_told_again_or_late_counts_once_and_in_its_hour(platform: Platform) -> None:
    platform.order(platform.account(), 100, ago=3 * HOUR)
    counted()
    DueHour.objects.create(client=platform.client, hour=NOON - 3 * HOUR)
    platform.order(platform.account(), 100, ago=3 * HOUR - MINUTE)
    assert counted()["platform", ""] == (2, 200, 0, 0)
    assert Bucket.objects.filter(series__dimension=Dimension.PLATFORM.value).count() == 1


def test_a_number_taken_before_and_committed_after_is_seen_in_the_next_minutes(platform: Platform) -> None:
    first = platform.order(platform.account(), 100, ago=5 * HOUR)
    late = platform.order(platform.account(), 100, ago=9 * HOUR)
    placed_at, late.placed_at = late.placed_at, NOON - 100 * DAY
    # As if its transaction was still open: a row that nobody sees yet.
    late.save(update_fields=["placed_at"])
    platform.order(platform.account(), 100, ago=5 * HOUR)
    assert counted()["platform", ""][0] == 2
    Order.objects.filter(pk=late.pk).update(placed_at=placed_at)
    assert counted(NOON + MINUTE)["platform", ""][0] == 3
    # By then it has settled, and nothing is looked at again.
    counted(NOON + 2 * MINUTE)
    counted(NOON + 3 * MINUTE)
    assert Progress.objects.get().order_settled > first.pk
    trade_note(now=NOON + 4 * MINUTE)
    assert not DueHour.objects.exists()


def test_a_long_backlog_is_looked_through_in_chunks(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "CHUNK", 2)
    # Row numbers go on from test to test.
    Progress.objects.create(pk=1, seen_at=NOON, order_settled=(Order.objects.order_by("pk").last() or Order(pk=0)).pk)
    orders = [platform.order(platform.account(), 100, ago=hours * HOUR) for hours in range(5)]
    Progress.objects.update(order_settled=orders[0].pk - 1)
    for refund_of in orders[:3]:
        platform.refund(refund_of, ago=timedelta(0))
    seen = []
    for _ in range(3):
        trade_note(now=NOON)
        seen.append(Progress.objects.get().order_noted - orders[0].pk + 1)
    assert seen == [2, 4, 5]
    assert Progress.objects.get().refund_noted == Refund.objects.order_by("pk").last().pk  # type: ignore[union-attr]
    assert counted()["platform", ""] == (5, 500, 3, 300)


def test_what_is_too_old_or_lies_ahead_is_left_out(platform: Platform) -> None:
    platform.order(platform.account(), ago=KEPT + HOUR)
    platform.order(platform.account(), ago=-2 * HOUR)
    trade_note(now=NOON)
    assert not DueHour.objects.exists()


def test_the_newest_hours_come_first_and_a_killed_run_leaves_its_hours_due(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "HOURS_AT_ONCE", 1)
    for hours in (1, 30):
        platform.order(platform.account(), ago=hours * HOUR)
    trade_note(now=NOON)
    with monkeypatch.context() as broken:
        broken.setattr(follow, "_write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            trade_count_due(now=NOON)
    assert DueHour.objects.count() == 2
    trade_count_due(now=NOON)
    assert [each.hour for each in DueHour.objects.all()] == [NOON - 30 * HOUR]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_count_nothing_twice(platform: Platform) -> None:
    platform.order(platform.account(), ago=HOUR)
    trade_note(now=NOON)
    with connection.copy().cursor() as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s)", [FOLLOWING_LOCKS << 48])
        assert trade_count_due(now=NOON) == 0
        platform.order(platform.account(), ago=5 * HOUR)
        trade_note(now=NOON + MINUTE)
        assert DueHour.objects.count() == 1
        elsewhere.execute("SELECT pg_advisory_unlock(%s)", [FOLLOWING_LOCKS << 48])
        elsewhere.connection.close()
    assert trade_count_due(now=NOON) == 1


def test_series_keep_when_they_began_and_are_due_to_be_judged(platform: Platform) -> None:
    other = Shop.objects.create(client=platform.client, external_id="S-2")
    platform.order(platform.account(), ago=HOUR)
    counted()
    Series.objects.update(judge_due_at=None)
    Order.objects.filter(pk=platform.order(platform.account(), ago=50 * HOUR).pk).update(shop=other)
    counted(NOON + MINUTE)
    by_shop = {one.shop.external_id: one for one in Series.objects.filter(shop__isnull=False) if one.shop}
    whole = Series.objects.get(dimension=Dimension.PLATFORM.value)
    assert (by_shop["S-1"].judge_due_at, by_shop["S-2"].judge_due_at) == (NOON + MINUTE, NOON + MINUTE)
    assert (by_shop["S-1"].begun_at, whole.begun_at) == (NOON - HOUR, NOON - 50 * HOUR)


def test_forgets_hours_that_nothing_is_compared_with(platform: Platform) -> None:
    platform.order(platform.account(), ago=KEPT - HOUR)
    platform.order(platform.account(), ago=HOUR)
    counted()
    assert trade_forget_old(now=NOON) == 0
    assert trade_forget_old(now=NOON + 2 * HOUR) == Series.objects.count()
    assert {bucket.hour for bucket in Bucket.objects.all()} == {NOON - HOUR}
