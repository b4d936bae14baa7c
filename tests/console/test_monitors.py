"""The pages of monitors, alerts, subscriptions and of what people are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from apps.clients.models import ApiClient
from apps.marketplace.models import Shop
from apps.monitors.measures import BACK_DAYS, DAY, HOUR, Dimension, hour_of
from apps.monitors.models import Alert, AlertStatus, Bucket, Series, Subscription
from apps.monitors.services.judge import series_judge_due
from apps.notifications.models import Notice, NoticeKind
from apps.notifications.services.tell import Receiver, people_tell
from apps.staff.models import Person
from tests.console.conftest import signed_in
from tests.support.factories import make_client

pytestmark = pytest.mark.django_db

# session, person, clients, platforms, open alerts, strangest, counts, counted at
MONITORS_QUERIES = 8
# session, person, series, days, alerts
MONITOR_QUERIES = 5
# session, person, alerts, clients, counts
ALERTS_QUERIES = 5
# session, person, alert
ALERT_QUERIES = 3


@pytest.fixture
def overseer(supervisor: Person) -> Client:
    browser = signed_in(supervisor)
    # The first page of a session writes it.
    browser.get("/notices/")
    return browser


@pytest.fixture
def reviewer(reviewer: Person) -> Client:
    return signed_in(reviewer)


def watched(client: ApiClient, now: datetime, dimension: Dimension = Dimension.PLATFORM, **told: int) -> Series:
    """Return a series that was calm for weeks and shows this now, judged."""
    shop = (
        Shop.objects.create(client=client, external_id="S-1", name="星海点卡") if dimension is Dimension.SHOP else None
    )
    series = Series.objects.create(
        client=client,
        dimension=dimension.value,
        shop=shop,
        currency="CNY",
        begun_at=now - timedelta(days=60),
        judge_due_at=now,
    )
    hours = [hour_of(now) - days * DAY - HOUR for days in BACK_DAYS]
    Bucket.objects.bulk_create(Bucket(series=series, hour=hour, orders=100, amount=500_000) for hour in hours)
    Bucket.objects.create(series=series, hour=hour_of(now) - HOUR, **({"orders": 100, "amount": 500_000} | told))
    series_judge_due(now=now)
    return series


@pytest.fixture
def alert(platform: ApiClient, now: datetime) -> Alert:
    watched(platform, now, Dimension.SHOP, orders=900, amount=600_000)
    return Alert.objects.get()


@pytest.mark.parametrize("name", ["monitors", "alerts", "subscriptions", "notices", "notices_unread"])
def test_sends_strangers_to_the_door(client: Client, name: str) -> None:
    response = client.get(reverse(f"console:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_an_empty_installation_says_how_monitors_begin(overseer: Client) -> None:
    assert b"Nothing was sold yet" in overseer.get("/monitors/").content
    assert b"No alert was raised" in overseer.get("/alerts/").content
    assert b"You were told nothing yet" in overseer.get("/notices/").content


def test_shows_platforms_and_what_is_furthest_from_usual(
    overseer: Client, platform: ApiClient, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    watched(platform, now)
    watched(platform, now, Dimension.SHOP, orders=900, amount=600_000)
    with django_assert_num_queries(MONITORS_QUERIES):
        response = overseer.get("/monitors/")
    page = response.content.decode()
    ((whole, measures),) = response.context["platforms"]
    assert (whole.name, whole.state.word) == ("The whole platform", "As usual")
    assert (measures[0].name, measures[0].observed, measures[0].usual) == ("Orders", "100", "100")
    assert [row.name for row in response.context["rows"]] == ["星海点卡", "The whole platform"]
    assert "Far more orders than usual: 星海点卡" in page


def test_narrows_by_kind_and_client(overseer: Client, platform: ApiClient, now: datetime) -> None:
    watched(platform, now)
    watched(make_client("Other"), now)
    watched(platform, now, Dimension.SHOP)

    def names(query: str) -> list[tuple[str, str]]:
        rows = overseer.get(f"/monitors/?{query}").context["rows"]
        return sorted((row.client, row.kind) for row in rows)

    assert names("dimension=shop") == [(platform.name, "Shop")]
    assert names(f"client={platform.pk}") == [(platform.name, "Platform"), (platform.name, "Shop")]
    # What it does not know it leaves out.
    assert len(names("dimension=moon&client=x")) == 3


def test_shows_a_monitor_with_its_days_as_pictures_and_as_a_table(
    overseer: Client, platform: ApiClient, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    series = watched(platform, now, orders=250, amount=500_000)
    with django_assert_num_queries(MONITOR_QUERIES):
        response = overseer.get(f"/monitors/{series.pk}/")
    orders = response.context["charts"][0]
    assert (orders.name, orders.highest, len(orders.bars)) == ("Orders", "250", 28)
    # A week, the same weekday of two weeks more, and the present; the highest fills the picture.
    assert sorted(bar.height for bar in orders.bars if bar.height) == [26] * 9 + [64]
    assert [day.values[0] for day in response.context["days"]].count("100") == 9
    assert overseer.get("/monitors/999999/").status_code == 404


def test_lists_alerts_by_state(
    overseer: Client, alert: Alert, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(ALERTS_QUERIES):
        response = overseer.get("/alerts/")
    assert [row.alert_id for row in response.context["rows"]] == [alert.pk]
    assert overseer.get("/alerts/?status=dismissed").context["rows"] == []
    assert b"No alert matches" in overseer.get("/alerts/?status=dismissed").content
    assert overseer.get("/alerts/?cursor=nonsense").status_code == 200


def test_shows_the_evidence_of_an_alert(
    overseer: Client, alert: Alert, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alert.evidence = {"accounts": [["A-1", 3], ["A-2", 1]], "shops": [["S-1", 9]], "refunds": ["rfd_1"], "orders": []}
    alert.save(update_fields=["evidence"])
    with django_assert_num_queries(ALERT_QUERIES):
        response = overseer.get(f"/alerts/{alert.pk}/")
    page, text = response.context["page"], response.content.decode()
    assert [(party.link.label, party.times) for party in page.accounts] == [("A-1", 3)]
    assert (page.days[0], len(page.days)) == (("the day before", "100"), 14)
    assert "900 in the last 24 hours; in the same hours of earlier days 100" in text
    assert 'href="/refunds/rfd_1/"' in text
    assert overseer.get("/alerts/alt_none/").status_code == 404


def test_a_reviewer_reads_but_decides_nothing(reviewer: Client, alert: Alert) -> None:
    page = reviewer.get(f"/alerts/{alert.pk}/").content
    assert b"Supervisors acknowledge and dismiss alerts." in page
    for verb in ("acknowledge", "dismiss"):
        assert reviewer.post(f"/alerts/{alert.pk}/{verb}/", {"reason": "x"}).status_code == 403
    assert reviewer.post("/alerts/subscriptions/", {}).status_code == 403
    alert.refresh_from_db()
    assert (alert.status, Subscription.objects.count()) == (AlertStatus.OPEN, 0)


def test_a_supervisor_acknowledges_then_dismisses_with_a_reason(overseer: Client, alert: Alert) -> None:
    assert overseer.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 302
    refused = overseer.post(f"/alerts/{alert.pk}/dismiss/", {"reason": "  "})
    assert refused.status_code == 422
    assert "Say why it is all right" in refused.content.decode()
    assert overseer.post(f"/alerts/{alert.pk}/dismiss/", {"reason": "Campaign"}).status_code == 302
    again = overseer.post(f"/alerts/{alert.pk}/dismiss/", {"reason": "What I typed"})
    assert again.status_code == 409
    assert "What I typed" in again.content.decode()
    alert.refresh_from_db()
    assert (alert.status, alert.reason) == (AlertStatus.DISMISSED, "Campaign")


def test_subscribes_and_unsubscribes(
    overseer: Client, supervisor: Person, platform: ApiClient, now: datetime, settings: Settings
) -> None:
    watched(platform, now)
    assert b"REVIEWCONSOLE_MAIL_URL" in overseer.get("/alerts/subscriptions/").content
    settings.REVIEWCONSOLE_SENDS_MAIL = True
    sent: dict[str, Any] = {"client": platform.pk, "dimension": "shop", "only_grave": "on", "by_mail": "on"}
    assert overseer.post("/alerts/subscriptions/", sent).status_code == 302
    (one,) = Subscription.objects.all()
    assert (one.person, one.client, one.dimension, one.only_grave, one.by_mail) == (
        supervisor,
        platform,
        "shop",
        True,
        True,
    )
    assert platform.name in overseer.get("/alerts/subscriptions/").content.decode()
    assert overseer.post(f"/alerts/subscriptions/{one.pk}/end/").status_code == 302
    assert overseer.post(f"/alerts/subscriptions/{one.pk}/end/").status_code == 404
    assert not Subscription.objects.exists()


def tell(person: Person, now: datetime, *abouts: str) -> None:
    words = {"en": {"title": "More refunds", "text": "340"}, "zh-hans": {"title": "退款增多", "text": "340"}}
    for about in abouts:
        people_tell([Receiver(person.pk)], kind=NoticeKind.ALERT, about=about, words=words, path="/alerts/", now=now)


def test_the_bell_counts_what_was_not_read(overseer: Client, supervisor: Person, now: datetime) -> None:
    assert b"bell-count" not in overseer.get("/notices/unread/").content
    tell(supervisor, now, "a", "b")
    assert b'<span class="bell-count">2</span>' in overseer.get("/notices/unread/").content
    page = overseer.get("/notices/").content.decode()
    assert page.count("More refunds") == 2
    assert 'hx-get="/notices/unread/"' in page
    first = Notice.objects.order_by("pk")[0]
    overseer.post("/notices/read/", {"notice": first.pk})
    assert Notice.objects.filter(read_at=None).count() == 1
    overseer.post("/notices/read/")
    assert Notice.objects.filter(read_at=None).count() == 0


def test_what_was_told_is_read_in_the_language_of_the_page(overseer: Client, supervisor: Person, now: datetime) -> None:
    tell(supervisor, now, "a")
    overseer.post("/language/", {"language": "zh-hans"})
    page = overseer.get("/notices/").content.decode()
    assert "退款增多" in page
    assert "全部标为已读" in page
