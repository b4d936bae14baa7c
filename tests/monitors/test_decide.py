"""What supervisors make of an alert, and who is told."""

from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.common.errors import Refusal
from apps.monitors.errors import AlertDecided, AlertNeedsPerson, AlertReasonMissing, AlertUnknown, SubscriptionUnknown
from apps.monitors.measures import Dimension, Measure
from apps.monitors.models import Alert, AlertStatus, Subscription
from apps.monitors.sentences import alert_title, alert_words, value_words
from apps.monitors.services.decide import alert_acknowledge, alert_dismiss
from apps.monitors.services.subscribe import alerts_subscribe, alerts_unsubscribe
from apps.notifications.models import Notice
from apps.staff.models import Person, Role
from tests.monitors.trade import judged, make_series, past, present
from tests.risk.calm import NOON
from tests.risk.platform import Platform, make_platform
from tests.support.factories import make_person, person_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def raised(platform: Platform, *, orders: int = 500, dimension: Dimension = Dimension.PLATFORM) -> Alert:
    shop = platform.shop if dimension is Dimension.SHOP else None
    series = make_series(platform.client, dimension, shop=shop)
    past(series, orders=100)
    present(series, orders=orders)
    return judged()[-1]


def subscribe(person: Person, client: ApiClient | None = None, **wanted: Any) -> Subscription:
    asked = {"dimension": None, "only_grave": False, "by_mail": False} | wanted
    return alerts_subscribe(client=client, actor=person_actor(person), now=NOON, **asked)


def test_an_alert_is_acknowledged_then_dismissed(platform: Platform) -> None:
    alert, actor = raised(platform), person_actor(make_person("li"))
    alert_acknowledge(alert.pk, reason="", actor=actor, now=NOON)
    done = alert_dismiss(alert.pk, reason=" A campaign ", actor=actor, now=NOON)
    assert (done.status, done.reason, done.decided_by_id) == (AlertStatus.DISMISSED, "A campaign", actor.person_id)
    events = AuditEvent.objects.filter(subject=alert.pk).order_by("pk").values_list("action", "reason")
    assert list(events) == [
        (Action.ALERT_RAISED, ""),
        (Action.ALERT_ACKNOWLEDGED, ""),
        (Action.ALERT_DISMISSED, "A campaign"),
    ]


def test_refuses_what_cannot_be_and_changes_nothing(platform: Platform) -> None:
    alert, actor = raised(platform), person_actor(make_person())
    refused: list[tuple[type[Refusal], Any]] = [
        (AlertReasonMissing, lambda: alert_dismiss(alert.pk, reason=" ", actor=actor, now=NOON)),
        (AlertNeedsPerson, lambda: alert_acknowledge(alert.pk, reason="", actor=system("x"), now=NOON)),
        (AlertUnknown, lambda: alert_acknowledge("alt_none", reason="", actor=actor, now=NOON)),
    ]
    for refusal, act in refused:
        with pytest.raises(refusal):
            act()
    alert.refresh_from_db()
    assert (alert.status, alert.decided_by_id) == (AlertStatus.OPEN, None)
    alert_dismiss(alert.pk, reason="All right", actor=actor, now=NOON)
    for act in (alert_acknowledge, alert_dismiss):
        with pytest.raises(AlertDecided):
            act(alert.pk, reason="again", actor=actor, now=NOON)


def test_tells_those_who_subscribed_to_it_and_nobody_else(platform: Platform) -> None:
    people = {name: make_person(name, Role.SUPERVISOR) for name in "abcdef"}
    subscribe(people["a"])
    subscribe(people["b"], platform.client, dimension=Dimension.SHOP)
    subscribe(people["c"], platform.client, dimension=Dimension.CATEGORY)
    subscribe(people["d"], make_platform().client)
    subscribe(people["e"])
    Person.objects.filter(pk=people["e"].pk).update(is_active=False)
    subscribe(people["f"])
    Person.objects.filter(pk=people["f"].pk).update(role=Role.REVIEWER)
    raised(platform, dimension=Dimension.SHOP)
    assert sorted(notice.person.username for notice in Notice.objects.select_related("person")) == ["a", "b"]


def test_only_what_is_grave_when_that_is_asked_and_again_when_it_grows(platform: Platform) -> None:
    careful, calm = make_person("careful", Role.SUPERVISOR), make_person("calm", Role.SUPERVISOR)
    subscribe(careful)
    subscribe(calm, only_grave=True)
    alert = raised(platform, orders=210)
    assert [notice.person_id for notice in Notice.objects.all()] == [careful.pk]
    for orders in (500, 600):
        present(alert.series, orders=orders)
        judged()
    told = Notice.objects.order_by("pk").values_list("person__username", "about")
    assert sorted(told) == [
        ("calm", f"{alert.pk}:grave"),
        ("careful", f"{alert.pk}:grave"),
        ("careful", f"{alert.pk}:unusual"),
    ]


@pytest.mark.parametrize("sends_mail", [True, False])
def test_by_mail_where_one_subscription_says_so_and_mail_is_set_up(
    platform: Platform, settings: Settings, sends_mail: bool
) -> None:
    settings.REVIEWCONSOLE_SENDS_MAIL = sends_mail
    both, none = make_person("both", Role.SUPERVISOR), make_person("none", Role.SUPERVISOR)
    Person.objects.update(email="somebody@example.com")
    subscribe(both)
    subscribe(both, platform.client, by_mail=True)
    subscribe(none)
    raised(platform)
    due = dict(Notice.objects.values_list("person__username", "dispatches__due_at"))
    assert due == {"both": NOON if sends_mail else None, "none": None}


def test_says_what_was_seen_in_both_languages(platform: Platform) -> None:
    alert = raised(platform, dimension=Dimension.SHOP)
    english, chinese = alert_words(alert, "en"), alert_words(alert, "zh-hans")
    assert english["title"] == "Far more orders than usual: Shop"
    assert english["text"].startswith(
        f"{platform.client.name}: 500 in the last 24 hours; in the same hours of earlier days 100, up to 142."
    )
    assert chinese["title"] == "订单远多于平常：Shop"
    assert "最近 24 小时 500" in chinese["text"]
    with translation.override("zh-hans"):
        assert alert_title(alert) == chinese["title"]


def test_writes_shares_and_amounts() -> None:
    assert value_words(Measure.REFUND_SHARE, 0.1234, "CNY") == "12.3 %"
    assert value_words(Measure.SALES, 123_456.0, "CNY") == "CN¥1,234.56"


def test_a_second_subscription_to_the_same_changes_the_first(platform: Platform) -> None:
    person = make_person()
    subscribe(person, platform.client)
    subscribe(person, platform.client, only_grave=True)
    (one,) = Subscription.objects.all()
    assert one.only_grave
    with pytest.raises(AlertNeedsPerson):
        alerts_subscribe(client=None, dimension=None, only_grave=False, by_mail=False, actor=system("x"), now=NOON)


def test_only_ones_own_subscription_can_be_ended() -> None:
    mine = subscribe(make_person("me"))
    with pytest.raises(SubscriptionUnknown):
        alerts_unsubscribe(mine.pk, actor=person_actor(make_person("other")), now=NOON)
    assert Subscription.objects.count() == 1
    alerts_unsubscribe(mine.pk, actor=person_actor(mine.person), now=NOON)
    assert not Subscription.objects.exists()
    assert AuditEvent.objects.filter(action=Action.UNSUBSCRIBED).count() == 1
