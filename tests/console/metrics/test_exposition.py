"""What Prometheus reads."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from apps.clients.models import ApiClient
from apps.console.metrics import counts
from apps.console.metrics.exposition import metrics_text
from apps.console.metrics.work import UNFINISHED
from apps.payouts.models import Hold
from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from tests.console.conftest import take_in
from tests.support.factories import Desk, Goods, held_refund, make_order, submit
from tests.webhooks.outbox import make_endpoint

pytestmark = pytest.mark.django_db


def samples(now: datetime) -> dict[tuple[str, ...], float]:
    """Return each value of the work by name and labels."""
    text, _media_type = metrics_text("", now=now)
    families = text_string_to_metric_families(text.decode())
    return {
        (
            sample.name.removeprefix("reviewconsole_"),
            *(sample.labels[name] for name in sorted(sample.labels)),
        ): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
        ("", {}, 403),
    ],
)
def test_answers_this_machine_alone_unless_told_otherwise(address: str, headers: dict[str, str], status: int) -> None:
    answer = Client(REMOTE_ADDR=address).get("/metrics", headers=headers)

    assert answer.status_code == status
    assert (b"reviewconsole_refunds" in answer.content) is (status == 200)


def test_answers_the_networks_that_are_named(settings: Settings) -> None:
    settings.REVIEWCONSOLE_METRICS_ALLOW = ["10.0.0.0/8"]

    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 200
    assert Client().get("/metrics").status_code == 403


def test_judges_by_the_address_that_a_trusted_proxy_tells(settings: Settings) -> None:
    settings.REVIEWCONSOLE_TRUSTED_PROXIES = ["127.0.0.0/8"]
    browser = Client()

    assert browser.get("/metrics", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 403
    assert browser.get("/metrics").status_code == 200


def test_speaks_both_formats() -> None:
    plain = Client().get("/metrics")
    asked = Client().get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"})

    assert plain["Content-Type"].startswith("text/plain; version=0.0.4")
    assert asked["Content-Type"].startswith("application/openmetrics-text")
    assert asked.content.count(b"# EOF\n") == 1
    assert asked.content.endswith(b"# EOF\n")


def test_tells_how_the_work_stands(desk: Desk, platform: ApiClient, now: datetime) -> None:
    take_in(platform, now)
    held_refund(make_order(platform, Goods(64800)), now=now)
    submit(make_order(platform, Goods(1)), RiskOutcome.CLEAR, now=now)

    told = samples(now)

    assert {key[1]: value for key, value in told.items() if key[0] == "refunds"} == {
        "pending_review": 2,
        "information_requested": 0,
        "held": 1,
        "released": 1,
        "paid": 0,
        "payout_failed": 0,
        "denied": 0,
        "withdrawn": 0,
    }
    cases = {key[1:]: value for key, value in told.items() if key[0] == "open_cases" and value}
    assert cases == {("no", "gift-cards"): 1, ("yes", "gift-cards"): 1}
    assert sum(value for key, value in told.items() if key[0] == "overdue_cases") == 0
    assert told["database_up",] == 1


def test_tells_how_late_due_work_is(desk: Desk, platform: ApiClient, now: datetime, settings: Settings) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["127.0.0.0/8"]
    make_endpoint(platform)
    _refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    Hold.objects.filter(pk=hold.pk).update(placed_at=now, release_at=now + timedelta(hours=1))

    early = samples(now)
    late = samples(desk.claim.lease_until + timedelta(hours=100))

    lags = {key[1]: value for key, value in early.items() if key[0] == "due_work_lag_seconds"}
    kinds = "hold decision request escalation step lease information recall denial ring delivery monitor mail chat"
    kinds += " check key report"
    assert lags == dict.fromkeys(kinds.split(), 0)
    assert late["due_work_lag_seconds", "lease"] == 360_000
    waited = desk.claim.lease_until + timedelta(hours=100) - (now + timedelta(hours=1))
    assert late["due_work_lag_seconds", "hold"] == waited.total_seconds()
    assert late["due_work_lag_seconds", "delivery"] > 0
    assert late["webhook_deliveries", "pending"] == 1
    assert sum(value for key, value in late.items() if key[0] == "overdue_cases") == 1


def test_tells_of_requests_when_the_database_is_away(now: datetime) -> None:
    with patch("apps.console.metrics.work.statuses", side_effect=OperationalError("gone")):
        told = samples(now)

    assert told["database_up",] == 0
    assert not any(key[0] == "refunds" for key in told)


def test_asks_as_many_statements_whatever_there_is(
    platform: ApiClient, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        take_in(platform, now)

    # One savepoint's two among them.
    with django_assert_num_queries(33):
        metrics_text("", now=now)


def test_estimates_a_large_table_from_what_the_planner_knows(
    platform: ApiClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        submit(make_order(platform, Goods(1)), RiskOutcome.CLEAR, now=now)
    monkeypatch.setattr(counts, "SMALL_PAGES", -1)
    assert counts.statuses(Refund) == {}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE refunds_refund")

    assert counts.statuses(Refund) == {"released": 4}


def test_counts_unfinished_refunds_on_an_index(platform: ApiClient, now: datetime) -> None:
    submit(make_order(platform, Goods(1)), RiskOutcome.HOLD, now=now)
    metrics_text("", now=now)

    with connection.cursor() as cursor:
        # The settings that the scrape chose hold until the transaction of this test ends.
        cursor.execute(f"EXPLAIN {UNFINISHED}", {"clients": [platform.pk], "statuses": ["held"], "most": 20_000})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan on refunds_refund" not in plan
