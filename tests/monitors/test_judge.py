"""Raising, growing and ending alerts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.audit.models import Action, AuditEvent
from apps.monitors.measures import HOUR, Dimension, Measure
from apps.monitors.models import Alert, AlertStatus, Series, Severity
from apps.monitors.readings import reading_from
from apps.monitors.services.decide import alert_dismiss
from apps.monitors.services.judge import AGAIN_AFTER, series_judge_due
from tests.monitors.trade import judged, make_series, past, present
from tests.risk.calm import NOON
from tests.risk.platform import Platform, make_platform
from tests.support.factories import make_person, person_actor

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def test_what_is_usual_raises_nothing(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100, amount=1_000_000)
    present(series, orders=120, amount=1_200_000)
    assert judged() == []
    series.refresh_from_db()
    assert (series.standing, series.judged_at, series.judge_due_at) == ("calm", NOON, None)


def test_raises_one_alert_a_measure_with_what_was_seen_and_expected(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100, amount=1_000_000)
    present(series, orders=320, amount=1_100_000)
    (alert,) = judged()
    reading = reading_from(alert.reading)
    assert (alert.measure, alert.severity, alert.status) == ("orders", Severity.GRAVE, AlertStatus.OPEN)
    assert (reading.measure, reading.observed, reading.expected) == (Measure.ORDERS, 320, 100)
    assert reading.days[7] == 100
    (raised,) = AuditEvent.objects.filter(action=Action.ALERT_RAISED)
    assert (raised.subject, raised.actor_name) == (alert.pk, "monitor")


def test_a_rush_of_three_hours_is_seen_before_the_day_is_unusual(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=10)
    past(series, now=NOON - 10 * HOUR, orders=200)
    present(series, now=NOON - 10 * HOUR, orders=200)
    present(series, orders=95)
    (alert,) = judged()
    assert (alert.measure, reading_from(alert.reading).span) == ("orders", 3)


def test_names_whose_refunds_are_behind_it(platform: Platform) -> None:
    busy = platform.account()
    largest = platform.refund(platform.order(busy, 90_000), ago=HOUR)
    others = [platform.refund(platform.order(platform.account(), 500), ago=HOUR) for _ in range(6)]
    again = platform.refund(platform.order(busy, 70_000), ago=HOUR)
    platform.refund(platform.order(platform.account(), 99_999), ago=30 * HOUR)
    series = make_series(platform.client, Dimension.SHOP, shop=platform.shop)
    past(series, refunds=2)
    present(series, refunds=40)
    (alert,) = judged()
    assert alert.evidence["accounts"][0] == [busy.external_id, 2]
    assert alert.evidence["shops"] == [["S-1", 8]]
    assert alert.evidence["refunds"][:2] == [largest.pk, again.pk]
    assert set(alert.evidence["refunds"][2:]) < {other.pk for other in others}
    assert alert.evidence["orders"] == []


def test_while_it_lasts_there_is_one_alert_which_grows(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100)
    present(series, orders=210)
    assert [alert.severity for alert in judged()] == [Severity.UNUSUAL]
    for minutes, orders in ((1, 230), (2, 500), (3, 400)):
        present(series, orders=orders)
        judged(NOON + minutes * MINUTE)
    (alert,) = Alert.objects.all()
    assert alert.severity == Severity.GRAVE
    # As it was when it grew grave, and the furthest that it went.
    assert (alert.reading["observed"], alert.peak["observed"]) == (500, 500)
    assert AuditEvent.objects.filter(action=Action.ALERT_RAISED).count() == 2


def test_ends_when_it_is_usual_again_and_is_raised_anew(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100)
    for orders in (500, 150, 110):
        present(series, orders=orders)
        judged()
    (alert,) = Alert.objects.all()
    assert (alert.ended_at, alert.status) == (NOON, AlertStatus.OPEN)
    present(series, orders=500)
    assert [one.ended_at for one in judged()] == [NOON, None]


def test_a_series_with_an_alert_is_judged_again_though_nothing_is_told(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100)
    present(series, orders=500)
    judged()
    series.refresh_from_db()
    assert series.judge_due_at == NOON + AGAIN_AFTER
    # A day later the hours of the rush are gone by.
    (alert,) = judged(NOON + 25 * HOUR)
    assert alert.ended_at == NOON + 25 * HOUR


def test_what_was_dismissed_is_not_raised_again_while_it_lasts(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100)
    present(series, orders=230)
    (alert,) = judged()
    alert_dismiss(alert.pk, reason="Campaign", actor=person_actor(make_person()), now=NOON)
    present(series, orders=900)
    (after,) = judged(NOON + MINUTE)
    assert (after.pk, after.status, after.reason) == (alert.pk, AlertStatus.DISMISSED, "Campaign")


def test_a_shop_that_rises_with_the_whole_platform_raises_nothing_of_its_own(platform: Platform) -> None:
    whole = make_series(platform.client)
    shop = make_series(platform.client, Dimension.SHOP, shop=platform.shop)
    for series, usual, now in ((shop, 100, 300), (whole, 1000, 2800)):
        past(series, orders=usual)
        present(series, orders=now)
    (alert,) = judged()
    assert alert.series_id == whole.pk
    # It is remembered while only the shop is judged.
    present(shop, orders=310)
    assert len(judged(NOON + MINUTE)) == 1
    present(shop, orders=1500)
    assert [one.series_id for one in judged(NOON + 2 * MINUTE)] == [whole.pk, shop.pk]


def test_what_a_shop_accounts_for_is_told_of_the_shop_alone(platform: Platform) -> None:
    whole = make_series(platform.client)
    shop = make_series(platform.client, Dimension.SHOP, shop=platform.shop)
    category = make_series(platform.client, Dimension.CATEGORY, name="gift_card")
    for series, usual, now in ((whole, 20, 95), (category, 15, 85), (shop, 5, 60)):
        past(series, refunds=usual, orders=1000)
        present(series, refunds=now, orders=1000)
    (alert,) = judged()
    assert (alert.series_id, alert.measure) == (shop.pk, "refunds")
    # What the shop no longer accounts for is the platform's, and the category a part of that.
    for series, now in ((whole, 400), (category, 390)):
        present(series, refunds=now, orders=1000)
    assert [one.series_id for one in judged(NOON + MINUTE)] == [shop.pk, whole.pk]


def test_the_shares_that_rise_with_a_number_are_not_told_twice(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100, refunds=5)
    present(series, orders=100, refunds=60)
    (alert,) = judged()
    assert alert.measure == "refunds"
    series.refresh_from_db()
    assert {each["measure"] for each in series.readings if each["standing"] == "grave"} == {"refunds", "refund_share"}


def test_an_alert_of_another_client_explains_nothing(platform: Platform) -> None:
    series = make_series(platform.client)
    other = make_platform()
    shop = make_series(other.client, Dimension.SHOP, shop=other.shop)
    for one in (series, shop):
        past(one, refunds=5)
        present(one, refunds=100)
    assert {alert.series_id for alert in judged()} == {series.pk, shop.pk}


def test_the_database_keeps_one_alert_at_a_time(platform: Platform) -> None:
    series = make_series(platform.client)
    past(series, orders=100)
    present(series, orders=500)
    (alert,) = judged()
    alert.pk = "alt_second"
    with pytest.raises(IntegrityError, match="alert_one_at_a_time"), transaction.atomic():
        alert.save(force_insert=True)


def test_a_hundred_shops_are_judged_by_as_many_statements_as_one(
    platform: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    series = [make_series(platform.client, Dimension.CATEGORY, name=f"c{number}") for number in range(100)]
    for one in series:
        past(one, orders=20)
        present(one, orders=20)
    # The savepoint twice, the series, the hours, the platform, the alerts that last, the result.
    with django_assert_num_queries(7):
        assert series_judge_due(now=NOON) == 100
    assert Alert.objects.count() == 0
    assert not Series.objects.filter(judge_due_at__isnull=False).exists()
