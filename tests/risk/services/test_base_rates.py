"""Measuring how common factors are: what is sampled, what is kept, and that intake uses it at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from apps.risk.models import BaseRates
from apps.risk.selectors.commonness import commonness_of
from apps.risk.services import base_rates
from apps.risk.services.assess import refunds_assess
from apps.risk.services.base_rates import MEASURING_LOCKS, base_rates_measure, base_rates_measure_due
from apps.risk.tasks import measure_base_rates
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(base_rates, "LEAST_ACCOUNTS", 4)
    return make_platform()


@pytest.fixture
def trade(platform: Platform) -> Platform:
    """Two old accounts and a new one that kept what they bought, one that asked back at once, one that never bought."""
    for age in (400 * DAY, 500 * DAY, 12 * DAY):
        platform.order(platform.account(age=age), ago=10 * DAY)
    asker = platform.account()
    platform.refund(platform.order(asker, ago=timedelta(minutes=5)))
    platform.account()
    return platform


def test_looks_at_the_newest_refund_or_order_of_each_account_that_bought(trade: Platform) -> None:
    found = base_rates_measure(trade.client, now=NOON)
    assert found is not None
    assert (found.accounts, found.policy_version, found.measured_at) == (4, 1, NOON)
    assert found.observed["NEW_ACCOUNT days"] == [2]
    assert found.observed["FAST_REFUND minutes"] == [5]
    assert len(found.observed["WEAK_VERIFICATION untold"]) == 4


def test_leaves_the_factors_of_a_refund_to_those_who_asked_for_one(trade: Platform) -> None:
    account = trade.account()
    for _ in range(3):
        # Asked back as a whole, each would be a refund within no minutes.
        trade.order(account, ago=DAY)
    found = base_rates_measure(trade.client, now=NOON)
    assert found is not None
    assert found.accounts == 5
    assert found.observed["FAST_REFUND minutes"] == [5]


def test_measures_nothing_of_few_accounts(platform: Platform) -> None:
    platform.order(platform.account())
    assert base_rates_measure(platform.client, now=NOON) is None
    assert BaseRates.objects.count() == 0


def test_knows_only_the_client_s_own_accounts(trade: Platform) -> None:
    other = make_platform()
    other.order(other.account())
    found = base_rates_measure(trade.client, now=NOON)
    assert found is not None
    assert found.accounts == 4


@pytest.mark.django_db(transaction=True)
def test_leaves_a_client_alone_that_another_process_measures(trade: Platform) -> None:
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MEASURING_LOCKS << 48 | trade.client.pk])
            assert base_rates_measure(trade.client, now=NOON) is None
    finally:
        elsewhere.close()
    assert BaseRates.objects.count() == 0


def test_is_due_once_a_day(trade: Platform) -> None:
    assert base_rates_measure_due(now=NOON) == 1
    assert base_rates_measure_due(now=NOON + DAY - timedelta(seconds=1)) == 0
    assert base_rates_measure_due(now=NOON + DAY) == 1


def test_ticks(trade: Platform) -> None:
    assert measure_base_rates() == 1


def test_freezes_the_newest_rates_with_the_factors_of_a_refund(
    trade: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    commonness_of.cache_clear()
    base_rates_measure(trade.client, now=NOON)
    draft = draft_of(trade.refund(trade.order(trade.account(), ago=timedelta(minutes=5))))
    with django_assert_num_queries(2):
        refunds_assess([draft], now=NOON)
    with django_assert_num_queries(1):
        (assessed,) = refunds_assess([draft], now=NOON)
    (fast,) = [factor for factor in assessed.factors if factor["code"] == "FAST_REFUND"]
    assert (fast["base_rate"], fast["base_accounts"]) == (0.25, 4)
    base_rates_measure(trade.client, now=NOON + DAY)
    with django_assert_num_queries(2):
        (assessed,) = refunds_assess([draft], now=NOON)
    (fast,) = [factor for factor in assessed.factors if factor["code"] == "FAST_REFUND"]
    assert (fast["base_rate"], fast["base_accounts"]) == (0.4, 5)


def test_keeps_measurements_as_they_are(trade: Platform) -> None:
    base_rates_measure(trade.client, now=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        BaseRates.objects.update(accounts=7)


def test_the_command_says_what_was_found(trade: Platform) -> None:
    out = StringIO()
    call_command("measure_base_rates", client=trade.client.name, stdout=out)
    assert f"{trade.client.name}: 4 accounts" in out.getvalue()
    assert "  FAST_REFUND minutes: 1" in out.getvalue()


def test_the_command_knows_no_other_client(platform: Platform) -> None:
    with pytest.raises(CommandError, match="no API client named Nobody"):
        call_command("measure_base_rates", client="Nobody")


def test_the_command_says_why_nothing_was_measured(platform: Platform) -> None:
    err = StringIO()
    call_command("measure_base_rates", stderr=err)
    assert f"{platform.client.name}: not measured" in err.getvalue()
