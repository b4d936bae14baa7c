"""Searching again where something new was told, and only there."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.clients.models import ApiClient
from apps.marketplace.models import Transfer
from apps.rings.models import Ring, RingWatermark
from apps.rings.services import keep_up
from apps.rings.services.detect import SEARCHING_LOCKS
from apps.rings.services.keep_up import AFTER_FAILURE, LEAST_PAUSE, WHOLE_EVERY, WINDOW, rings_search_due
from apps.rings.tasks import search_due
from tests.rings.telling import NOW, order, refund, ring_of_three, tell, transfer
from tests.support.factories import make_client

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def client() -> ApiClient:
    return make_client("Star Mall")


@pytest.fixture
def searched(client: ApiClient) -> ApiClient:
    """A client whose data were searched, and that told nothing since."""
    tell(client, [transfer(9, "x", "y", day=1)])
    assert rings_search_due(now=NOW) is not None
    return client


def mark(client: ApiClient) -> RingWatermark:
    return RingWatermark.objects.get(client=client)


def test_searches_nobody_who_told_nothing_new(searched: ApiClient) -> None:
    assert rings_search_due(now=LATER) is None
    assert mark(searched).searched_at == NOW


def test_asks_an_idle_client_s_data_for_news_alone(
    searched: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Savepoint, lock, newcomers, newest rows, due marks, news, mark, end of the savepoint.
    with django_assert_num_queries(8):
        rings_search_due(now=LATER)


def test_leaves_a_pause_after_each_search(searched: ApiClient) -> None:
    tell(searched, ring_of_three())
    assert mark(searched).due_at >= NOW + LEAST_PAUSE
    assert rings_search_due(now=NOW + timedelta(minutes=4)) is None
    assert not Ring.objects.exists()


def test_leaves_a_client_alone_that_is_switched_off(client: ApiClient) -> None:
    tell(client, ring_of_three())
    ApiClient.objects.update(is_active=False)
    assert rings_search_due(now=NOW) is None


def test_leaves_out_what_moved_before_the_window(client: ApiClient) -> None:
    tell(client, ring_of_three())
    report = rings_search_due(now=NOW + WINDOW)
    assert report is not None
    assert report.rings == []


def test_searches_one_client_at_a_time(client: ApiClient) -> None:
    tell(client, ring_of_three())
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SEARCHING_LOCKS << 48 | (1 << 48) - 1])
        assert rings_search_due(now=NOW) is None
    finally:
        other.close()
    assert not RingWatermark.objects.exists()
    assert rings_search_due(now=NOW) is not None


def test_searches_who_has_waited_longest_first(searched: ApiClient) -> None:
    newcomer = make_client("Moon Mall")
    tell(newcomer, ring_of_three())
    tell(searched, ring_of_three())
    rings_search_due(now=LATER)
    assert Ring.objects.get().client == searched
    rings_search_due(now=LATER)
    assert Ring.objects.filter(client=newcomer).count() == 1


@pytest.mark.parametrize("told", ["transfer", "order", "refund"])
def test_searches_again_when_anything_new_was_told(client: ApiClient, told: str) -> None:
    new = {
        "transfer": transfer(1, "a", "b", day=1),
        "order": order("O-2", "a", "S", day=1),
        "refund": refund("R-1", "O-1", "a", day=2),
    }[told]
    tell(client, [order("O-1", "a", "S", day=1)])
    rings_search_due(now=NOW)
    tell(client, [new])
    assert rings_search_due(now=LATER) is not None
    assert mark(client).searched_at == LATER


def test_lets_the_mark_of_an_idle_client_follow_what_others_tell(searched: ApiClient) -> None:
    tell(make_client("Moon Mall"), [transfer(1, "a", "b", day=1)])
    rings_search_due(now=LATER)
    rings_search_due(now=LATER)
    newest = Transfer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert mark(searched).transfers == newest
    assert mark(searched).searched_at == NOW


def test_searches_everybody_once_a_day(searched: ApiClient) -> None:
    """A row that was written below the mark, by a transaction open when it was set, is found then."""
    tell(searched, ring_of_three())
    RingWatermark.objects.update(transfers=Transfer.objects.order_by("-pk")[0].pk)
    assert rings_search_due(now=NOW + WHOLE_EVERY - timedelta(seconds=1)) is None
    report = rings_search_due(now=NOW + WHOLE_EVERY)
    assert report is not None
    assert report.kept.new == 1


def test_loses_nothing_when_it_is_cut_off(searched: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    tell(searched, ring_of_three())
    before = mark(searched)
    with monkeypatch.context() as patched:
        patched.setattr(keep_up, "timedelta", cut_off)
        with pytest.raises(KeyboardInterrupt):
            rings_search_due(now=LATER)
    assert not Ring.objects.exists()
    assert (mark(searched).transfers, mark(searched).searched_at) == (before.transfers, NOW)


def test_leaves_a_client_whose_search_fails_for_an_hour(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError

    tell(client, ring_of_three())
    with monkeypatch.context() as patched:
        patched.setattr(keep_up, "rings_detect", fail)
        with pytest.raises(RuntimeError):
            rings_search_due(now=NOW)
    assert (mark(client).due_at, mark(client).transfers) == (NOW + AFTER_FAILURE, 0)
    assert rings_search_due(now=NOW + AFTER_FAILURE - timedelta(seconds=1)) is None
    report = rings_search_due(now=NOW + AFTER_FAILURE)
    assert report is not None
    assert report.kept.new == 1


def test_the_tick_finds_nothing_where_nothing_was_told(client: ApiClient) -> None:
    assert search_due() == 0
    assert RingWatermark.objects.filter(client=client, searched_at__isnull=False).exists()
