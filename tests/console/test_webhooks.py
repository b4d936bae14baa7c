"""The supervisors' pages of webhooks: what they show, what they do, and to whom they are closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.common.ciphers import decrypted
from apps.console.presenters.webhook_rows import hour_bars
from apps.console.presenters.webhook_words import failure_words, took
from apps.staff.models import Person
from apps.webhooks.models import EndpointHour, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from apps.webhooks.services import publish as publishing
from apps.webhooks.services import replay as replaying
from apps.webhooks.services.claims import deliveries_claim
from apps.webhooks.services.courier import Letter, Reply
from apps.webhooks.services.outcomes import replies_record
from apps.webhooks.transport import Answer
from tests.console.conftest import HTMX, signed_in
from tests.webhooks.outbox import make_endpoint, publish, publish_many

# session, person, endpoints, overviews, clients, counts
LIST_QUERIES = 6
# session, person, endpoint, deliveries, tries, overview, hours, references
ENDPOINT_QUERIES = 8
# session, person, delivery, tries, references
DELIVERY_QUERIES = 5


@pytest.fixture(autouse=True)
def _allowed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["127.0.0.0/8"]
    for module in (publishing, replaying):
        monkeypatch.setattr(module, "nudge", lambda: None)


@pytest.fixture
def office(supervisor: Person) -> Client:
    return signed_in(supervisor)


@pytest.fixture
def endpoint(platform: ApiClient) -> WebhookEndpoint:
    made, _secret = make_endpoint(platform)
    return made


def answered(now: datetime, *codes: int, excerpt: str = "") -> None:
    """Let as many due deliveries be answered with these codes."""
    claimed = deliveries_claim(now=now, room=len(codes), most_per_endpoint=100)
    assert len(claimed) == len(codes)
    replies_record(
        [
            Reply(Letter(delivery, now, {}, b""), Answer(code, None, excerpt, None, 120))
            for delivery, code in zip(claimed, codes, strict=True)
        ],
        now=now,
    )


def dead(endpoint: WebhookEndpoint, count: int) -> None:
    """Let the endpoint have that many dead deliveries."""
    publish_many(endpoint.client, count, now=timezone.now() - timedelta(minutes=1))
    WebhookDelivery.objects.filter(endpoint=endpoint).update(
        status="dead", next_attempt_at=None, finished_at=timezone.now(), failures=10
    )


def everything() -> dict[str, Any]:
    return {
        "endpoints": list(WebhookEndpoint.objects.order_by("pk").values()),
        "deliveries": list(WebhookDelivery.objects.order_by("pk").values()),
        "log": AuditEvent.objects.count(),
    }


ACTIONS = ("ping", "switch", "revive", "replay", "rotate")


def test_is_not_for_reviewers(browser: Client, endpoint: WebhookEndpoint, now: datetime) -> None:
    publish(endpoint.client, now=now)
    delivery = WebhookDelivery.objects.get()
    before = everything()
    for address in ("/webhooks/", f"/webhooks/{endpoint.pk}/", f"/webhooks/deliveries/{delivery.pk}/"):
        assert browser.get(address).status_code == 403
    for action in ACTIONS:
        assert browser.post(f"/webhooks/{endpoint.pk}/{action}/", {"version": "1"}).status_code == 403
    assert browser.post(f"/webhooks/deliveries/{delivery.pk}/again/").status_code == 403
    assert everything() == before
    assert 'href="/webhooks/"' not in browser.get("/queue/").content.decode()


def test_lets_no_stranger_in(endpoint: WebhookEndpoint) -> None:
    before = everything()
    for action in ACTIONS:
        assert Client().post(f"/webhooks/{endpoint.pk}/{action}/").status_code == 302
    assert everything() == before


def test_acts_on_a_post_alone(office: Client, endpoint: WebhookEndpoint) -> None:
    before = everything()
    for action in ACTIONS:
        assert office.get(f"/webhooks/{endpoint.pk}/{action}/").status_code == 405
    assert everything() == before


@pytest.mark.parametrize("identifier", ["whe_nothing", "removed"])
def test_knows_no_endpoint_that_is_not_there(
    office: Client, endpoint: WebhookEndpoint, now: datetime, identifier: str
) -> None:
    publish(endpoint.client, now=now)
    delivery = WebhookDelivery.objects.get()
    if identifier == "removed":
        identifier = endpoint.pk
        WebhookEndpoint.objects.update(removed_at=now)
        assert office.get(f"/webhooks/deliveries/{delivery.pk}/").status_code == 404
        assert office.post(f"/webhooks/deliveries/{delivery.pk}/again/").status_code == 404
    assert office.get(f"/webhooks/{identifier}/").status_code == 404
    for action in ACTIONS:
        assert office.post(f"/webhooks/{identifier}/{action}/", {"version": "1"}).status_code == 404
    assert office.get("/webhooks/deliveries/dlv_nothing/").status_code == 404


@pytest.mark.parametrize("action", ["switch", "rotate"])
@pytest.mark.parametrize("version", ["", "2", "one", "9" * 30])
def test_refuses_what_was_decided_on_an_older_sight(
    office: Client, endpoint: WebhookEndpoint, action: str, version: str
) -> None:
    before = everything()
    answer = office.post(f"/webhooks/{endpoint.pk}/{action}/", {"version": version, "to": "disabled"})
    assert answer.status_code == 409
    assert "Webhook endpoint was changed" in answer.content.decode()
    assert everything() == before


def test_refuses_to_send_to_an_endpoint_that_is_off(office: Client, endpoint: WebhookEndpoint, now: datetime) -> None:
    publish(endpoint.client, now=now)
    office.post(f"/webhooks/{endpoint.pk}/switch/", {"version": "1", "to": "disabled"})
    before = everything()
    for action in ("ping", "revive"):
        answer = office.post(f"/webhooks/{endpoint.pk}/{action}/")
        assert (answer.status_code, "is disabled. Enable it first" in answer.content.decode()) == (409, True)
    answer = office.post(f"/webhooks/deliveries/{WebhookDelivery.objects.get().pk}/again/")
    assert answer.status_code == 409
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Nothing to replay"),
        ({"after": "evt_nothing"}, "Unknown event"),
        ({"after": "evt_\x00"}, "Unknown event"),
        ({"since": "yesterday"}, "A time could not be read"),
        ({"since": "2026-11-22T10:00", "until": "2026-11-22T09:00"}, "Nothing to replay"),
        ({"until": "2026-11-22T09:00"}, "Nothing to replay"),
    ],
)
def test_refuses_a_range_that_makes_no_sense_and_keeps_what_was_typed(
    office: Client, endpoint: WebhookEndpoint, typed: dict[str, str], said: str
) -> None:
    publish(endpoint.client)
    before = everything()
    answer = office.post(f"/webhooks/{endpoint.pk}/replay/", typed)
    text = answer.content.decode()
    assert (answer.status_code, said in text) == (422, True)
    assert everything() == before
    for name, value in typed.items():
        assert f'name="{name}"' in text
        assert value.replace("\x00", "") in text


def test_shows_how_each_endpoint_fares(office: Client, endpoint: WebhookEndpoint, now: datetime) -> None:
    publish_many(endpoint.client, 4, now=now)
    answered(now, 204, 204, 500)
    (row,) = office.get("/webhooks/").context["rows"]
    assert (row.url, row.client, row.state.word) == (endpoint.url, "Star Mall", "Enabled")
    assert (row.tries, row.share, row.share_percent, row.tone) == ("3", "66.6%", 66, "bad")
    assert (row.latency, row.slowest) == ("120 ms", "120 ms")
    assert (row.failure, row.failed_at) == ("Answered 500: a fault of the receiver", now)
    assert (row.waiting, row.retrying, row.oldest, row.dead) == ("2", "1", "under 1 min", "")


def test_shows_each_state_with_its_reason(office: Client, platform: ApiClient, now: datetime) -> None:
    made = [make_endpoint(platform)[0] for _ in range(4)]
    publish_many(platform, 2, now=now - timedelta(hours=2))
    WebhookDelivery.objects.exclude(endpoint=made[2]).delete()
    # It took something two hours ago, and nothing since.
    answered(now - timedelta(hours=2), 204)
    answered(now, 500)
    WebhookEndpoint.objects.filter(pk=made[0].pk).update(status="disabled", disabled_reason="gone")
    WebhookEndpoint.objects.filter(pk=made[1].pk).update(paused_until=now + timedelta(minutes=30, seconds=30))
    rows = {row.endpoint_id: row for row in office.get("/webhooks/").context["rows"]}
    assert [(rows[each.pk].state.word, rows[each.pk].state.tone, rows[each.pk].reason) for each in made] == [
        ("Disabled", "bad", "The receiver answered 410 Gone"),
        ("Paused", "warn", "Its receiver asked for patience for 30 min more"),
        ("Failing", "bad", ""),
        ("Enabled", "good", ""),
    ]


def test_narrows_the_list_by_client_and_state(office: Client, platform: ApiClient) -> None:
    first, _secret = make_endpoint(platform)
    other = ApiClient.objects.create(name="Moon Mall", created_at=timezone.now())
    second, _secret = make_endpoint(other)
    WebhookEndpoint.objects.filter(pk=second.pk).update(status="disabled", disabled_reason="requested")

    def shown(**asked: str | int) -> list[str]:
        return [row.endpoint_id for row in office.get("/webhooks/", asked).context["rows"]]

    assert shown() == [second.pk, first.pk]
    assert shown(client=platform.pk) == [first.pk]
    assert shown(status="disabled") == [second.pk]
    assert shown(client=platform.pk, status="disabled") == []
    assert shown(client="9" * 40, status="lost") == [second.pk, first.pk]
    tabs = office.get("/webhooks/", {"client": other.pk}).context["tabs"]
    assert [(tab.name, tab.count) for tab in tabs] == [("All", 1), ("Enabled", 0), ("Disabled", 1)]


def test_walks_the_lists_to_the_end_once(
    office: Client, endpoint: WebhookEndpoint, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.console.views.webhooks.ROWS", 2)
    for _ in range(4):
        make_endpoint(endpoint.client)
    publish_many(endpoint.client, 5, now=now)
    for start, name in (("/webhooks/", "rows"), (f"/webhooks/{endpoint.pk}/?state=waiting", "deliveries")):
        seen, address = [], start
        while address:
            context = office.get(address).context
            seen += context[name]
            following = context["pager"].next
            address = start.split("?")[0] + following if following.startswith("?") else following
        assert len(seen) == 5
    assert office.get("/webhooks/?cursor=nonsense").status_code == 200
    assert office.get(f"/webhooks/{endpoint.pk}/?cursor=nonsense").status_code == 200


def test_sorts_deliveries_by_what_became_of_them(office: Client, endpoint: WebhookEndpoint, now: datetime) -> None:
    publish_many(endpoint.client, 4, now=now)
    answered(now, 204, 500, 500)
    WebhookDelivery.objects.filter(pk=WebhookDelivery.objects.filter(failures=1).earliest("pk").pk).update(
        status="dead", next_attempt_at=None, finished_at=now
    )

    def shown(state: str) -> list[str]:
        deliveries = office.get(f"/webhooks/{endpoint.pk}/", {"state": state}).context["deliveries"]
        return [each.state.word for each in deliveries]

    assert shown("waiting") == ["Not tried yet"]
    assert shown("retrying") == ["Retrying"]
    assert shown("dead") == ["Dead"]
    assert shown("done") == ["Delivered"]
    assert len(shown("")) == len(shown("lost")) == 4


def test_shows_a_delivery_with_its_tries_and_nothing_of_the_receiver_unescaped(
    office: Client, endpoint: WebhookEndpoint, now: datetime
) -> None:
    event = publish(endpoint.client, now=now)
    answered(now, 502, excerpt="<script>alert(1)</script> 网关")
    delivery = WebhookDelivery.objects.get()
    answer = office.get(f"/webhooks/deliveries/{delivery.pk}/")
    row, text = answer.context["row"], answer.content.decode()
    assert (row.event_id, row.attempts, row.next_words) == (event.pk, 1, "in under 1 min")
    (tried,) = row.tries
    assert (tried.number, tried.at, tried.duration) == (1, now, "120 ms")
    assert tried.state.word == "Answered 502: a fault of the receiver"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 网关" in text
    assert "<script>alert" not in text


def test_says_when_it_is_being_sent_and_that_it_cannot_be_sent_again_now(
    office: Client, endpoint: WebhookEndpoint, now: datetime
) -> None:
    publish(endpoint.client, now=now)
    deliveries_claim(now=now, room=1, most_per_endpoint=1)
    delivery = WebhookDelivery.objects.get()
    assert "being sent" in office.get(f"/webhooks/deliveries/{delivery.pk}/").content.decode()
    before = everything()
    answer = office.post(f"/webhooks/deliveries/{delivery.pk}/again/")
    assert (answer.status_code, "is being sent at this moment" in answer.content.decode()) == (409, True)
    assert everything() == before


def test_sends_one_delivery_again(office: Client, supervisor: Person, endpoint: WebhookEndpoint) -> None:
    dead(endpoint, 2)
    delivery = WebhookDelivery.objects.earliest("pk")
    answer = office.post(f"/webhooks/deliveries/{delivery.pk}/again/")
    assert answer["Location"] == f"/webhooks/deliveries/{delivery.pk}/"
    assert list(WebhookDelivery.objects.order_by("pk").values_list("status", "failures")) == [
        ("pending", 0),
        ("dead", 10),
    ]
    told = AuditEvent.objects.get(action=Action.DELIVERY_REDELIVERED)
    assert (told.person, told.subject) == (supervisor, endpoint.pk)


def test_sends_all_dead_deliveries_again(office: Client, supervisor: Person, endpoint: WebhookEndpoint) -> None:
    dead(endpoint, 3)
    assert office.get("/webhooks/").context["rows"][0].dead == "3"
    answer = office.post(f"/webhooks/{endpoint.pk}/revive/", follow=True)
    assert "3 events are sent again." in answer.content.decode()
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"pending"}
    told = AuditEvent.objects.get(action=Action.ENDPOINT_REPLAYED)
    assert (told.person, told.changes) == (supervisor, {"dead": 3})
    assert "nothing to send again" in office.post(f"/webhooks/{endpoint.pk}/revive/", follow=True).content.decode()


def test_replays_after_an_event_and_by_the_persons_own_time(
    office: Client, endpoint: WebhookEndpoint, now: datetime
) -> None:
    minute = now.replace(second=0, microsecond=0)
    events = [publish(endpoint.client, number, now=minute - timedelta(minutes=4 - number)) for number in (1, 2, 3)]
    WebhookDelivery.objects.update(status="done", next_attempt_at=None, finished_at=now)
    office.post(f"/webhooks/{endpoint.pk}/replay/", {"after": f" {events[1].pk} "})
    assert WebhookDelivery.objects.get(status="pending").event == events[2]
    WebhookDelivery.objects.update(status="done", next_attempt_at=None, finished_at=now)
    zone = {"since": local(minute - timedelta(minutes=2)), "until": local(minute - timedelta(minutes=1))}
    office.post(f"/webhooks/{endpoint.pk}/replay/", zone)
    assert WebhookDelivery.objects.get(status="pending").event == events[1]


def local(at: datetime) -> str:
    with timezone.override("Asia/Shanghai"):
        return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def test_sends_a_ping(office: Client, endpoint: WebhookEndpoint) -> None:
    assert office.post(f"/webhooks/{endpoint.pk}/ping/")["Location"] == f"/webhooks/{endpoint.pk}/"
    assert WebhookDelivery.objects.get().event.type == "webhook.test"
    assert "Test ping" in office.get(f"/webhooks/{endpoint.pk}/").content.decode()


def test_switches_off_and_on(office: Client, endpoint: WebhookEndpoint, supervisor: Person) -> None:
    office.post(f"/webhooks/{endpoint.pk}/switch/", {"version": "1", "to": "disabled"})
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "supervisor")
    assert AuditEvent.objects.get(action=Action.ENDPOINT_CHANGED).person == supervisor
    assert "Switched off in the console" in office.get(f"/webhooks/{endpoint.pk}/").content.decode()
    office.post(f"/webhooks/{endpoint.pk}/switch/", {"version": "2", "to": "enabled"})
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == ("enabled", "")


def test_shows_a_new_secret_once_and_stores_it_nowhere_in_clear(office: Client, endpoint: WebhookEndpoint) -> None:
    answer = office.post(f"/webhooks/{endpoint.pk}/rotate/", {"version": "1"})
    endpoint.refresh_from_db()
    secret = decrypted(bytes(endpoint.secret_encrypted))
    assert (answer.status_code, secret in answer.content.decode()) == (200, True)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in str(dict(office.session))
    assert secret not in office.get(f"/webhooks/{endpoint.pk}/").content.decode()
    again = office.post(f"/webhooks/{endpoint.pk}/rotate/", {"version": "1"})
    assert again.status_code == 409
    endpoint.refresh_from_db()
    assert decrypted(bytes(endpoint.secret_encrypted)) == secret


def test_shortens_the_way_between_kinds_of_deliveries_and_works_without_script(
    office: Client, endpoint: WebhookEndpoint, now: datetime
) -> None:
    publish(endpoint.client, now=now)
    text = office.get(f"/webhooks/{endpoint.pk}/?state=waiting", headers=HTMX).content.decode()
    assert text.count('id="deliveries"') == 1
    for state in ("waiting", "retrying", "dead", "done"):
        assert f'href="/webhooks/{endpoint.pk}/?state={state}" hx-get=' in text


def test_asks_the_database_as_often_for_many_as_for_one(
    office: Client, platform: ApiClient, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_endpoint(platform)
    endpoint = WebhookEndpoint.objects.earliest("pk")
    publish_many(platform, 5, now=now)
    answered(now, *[500] * 15)
    office.get("/webhooks/")  # the session keeps the form token from now on
    with django_assert_num_queries(LIST_QUERIES):
        office.get("/webhooks/")
    with django_assert_num_queries(ENDPOINT_QUERIES):
        office.get(f"/webhooks/{endpoint.pk}/")
    assert WebhookAttempt.objects.count() == 15
    delivery = WebhookDelivery.objects.earliest("pk")
    with django_assert_num_queries(DELIVERY_QUERIES):
        office.get(f"/webhooks/deliveries/{delivery.pk}/")


def test_draws_the_last_day_with_the_present_hour_at_the_right(now: datetime) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    first = EndpointHour(hour=hour - timedelta(hours=23), done=30, failed=6, duration_ms=0, slowest_ms=0)
    last = EndpointHour(hour=hour, done=0, failed=1, duration_ms=0, slowest_ms=0)
    bars = hour_bars([first, last], now=now)
    assert [(bar.x, bar.done_y, bar.done_height, bar.failed_y, bar.failed_height) for bar in bars] == [
        (0, 0, 30, 30, 6),
        (230, 34, 0, 34, 2),
    ]


@pytest.mark.parametrize(
    ("status_code", "error", "words"),
    [
        (None, "timed_out", "No complete answer in time"),
        (302, "", "Answered 302; redirects are not followed"),
        (404, "", "Answered 404: not accepted"),
        (410, "", "Answered 410: gone for good"),
        (429, "", "Answered 429: too many at once"),
        (503, "", "Answered 503: a fault of the receiver"),
    ],
)
def test_says_a_failure_in_words(status_code: int | None, error: str, words: str) -> None:
    with translation.override("en"):
        assert failure_words(status_code, error) == words


def test_writes_how_long_it_took() -> None:
    with translation.override("en"):
        assert [took(0), took(999), took(1250), took(15_000)] == ["0 ms", "999 ms", "1.2 s", "15.0 s"]
