"""Backtests: refused, weighed in chunks, never twice, stopped."""

from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from apps.audit.models import AuditEvent
from apps.refunds.lifecycle import Status
from apps.risk.services.policies import policy_change
from apps.trials.errors import BacktestEnded, BacktestUnknown, PeriodEmpty
from apps.trials.models import Backtest
from apps.trials.services.backtest import backtest_advance, backtest_cancel
from apps.trials.tally import tally_from
from tests.risk.calm import POLICY
from tests.risk.platform import DAY, make_platform
from tests.support.factories import make_client, make_person, person_actor
from tests.support.racing import at_once
from tests.trials.worlds import LATER, SINCE, counted, moved, started, strictest, submitted, told, version

pytestmark = pytest.mark.django_db

# Lock, refunds, assessments, orders with lines, their parts, facts, policy compared with, save.
QUERIES = 10


def test_refuses_a_period_without_refunds() -> None:
    submitted(make_platform())
    draft = version()
    attempts: list[Callable[[], object]] = [
        lambda: started(draft, until=SINCE + DAY),
        lambda: started(draft, since=LATER, until=LATER + DAY),
        lambda: started(draft, client=make_client()),
    ]
    for attempt in attempts:
        with pytest.raises(PeriodEmpty):
            attempt()
    assert not Backtest.objects.exists()
    assert not AuditEvent.objects.filter(action="backtest.started").exists()


def test_refuses_to_stop_what_is_unknown_or_has_ended() -> None:
    submitted(make_platform())
    actor = person_actor(make_person())
    with pytest.raises(BacktestUnknown):
        backtest_cancel("btt_none", actor=actor, now=LATER)
    backtest = started(version())
    backtest_advance(backtest.pk, now=LATER)
    with pytest.raises(BacktestEnded):
        backtest_cancel(backtest.pk, actor=actor, now=LATER)
    backtest.refresh_from_db()
    assert (backtest.status, backtest.done) == ("finished", 1)
    assert not AuditEvent.objects.filter(action="backtest.cancelled").exists()


def test_the_same_policy_changes_nothing() -> None:
    platform = make_platform()
    submitted(platform)
    told(platform)
    backtest = started(version())
    assert backtest_advance(backtest.pk, now=LATER) is False
    assert moved(backtest) == {"clear>clear": 2}
    tally = tally_from(backtest.tally)
    assert (tally.weighed, tally.changed, tally.failed, tally.most_changed, tally.shops) == (2, 0, 0, [], {})


def test_says_what_would_change_without_any_effect() -> None:
    platform = make_platform()
    live = submitted(platform)
    denied, paid = told(platform, Status.DENIED), told(platform)
    backtest = started(strictest())
    before = counted()
    backtest_advance(backtest.pk, now=LATER)
    assert counted() == before
    assert moved(backtest) == {"clear>review": 3}
    tally = tally_from(backtest.tally)
    assert tally.outcomes["clear>review"].money == {"CNY": 30000}
    assert {one.refund_id for one in tally.most_changed} == {live.pk, denied.pk, paid.pk}
    assert (tally.denied.refunds, tally.denied.before, tally.denied.after) == (1, 0, 1)
    assert (tally.approved.refunds, tally.approved.before, tally.approved.after) == (1, 1, 0)
    assert (backtest.status, backtest.ended_at, backtest.done, backtest.total) == ("finished", LATER, 3, 3)


def test_weighs_submitted_refunds_from_their_frozen_facts() -> None:
    platform = make_platform()
    refund = submitted(platform)
    for _ in range(8):
        platform.refund(platform.order(refund.account, ago=2 * DAY), ago=DAY, status=Status.DENIED)
    backtest = started(version(), until=LATER)
    backtest_advance(backtest.pk, now=LATER)
    # The eight have no assessment of their own: they never went through intake.
    assert moved(backtest) == {"clear>clear": 1}


def test_a_draft_that_is_changed_meanwhile_is_tried_as_it_was() -> None:
    submitted(make_platform())
    draft = strictest()
    backtest = started(draft)
    author = person_actor(draft.author) if draft.author else None
    assert author is not None
    policy_change(draft.pk, POLICY, reason="Milder.", seen=1, actor=author, now=LATER)
    backtest_advance(backtest.pk, now=LATER)
    assert moved(backtest) == {"clear>review": 1}
    assert backtest.revision == 1


def test_goes_on_where_it_stopped_and_counts_nothing_twice() -> None:
    platform = make_platform()
    for _ in range(5):
        told(platform)
    backtest = started(strictest())
    assert backtest_advance(backtest.pk, now=LATER, most=2) is True
    assert moved(backtest) == {"clear>review": 2}
    assert backtest_advance(backtest.pk, now=LATER, most=2) is True
    assert backtest_advance(backtest.pk, now=LATER, most=2) is False
    assert moved(backtest) == {"clear>review": 5}
    assert backtest_advance(backtest.pk, now=LATER, most=2) is False
    assert backtest.done == 5


def test_what_was_found_so_far_stays_when_it_is_cancelled() -> None:
    platform = make_platform()
    for _ in range(3):
        told(platform)
    backtest = started(strictest())
    backtest_advance(backtest.pk, now=LATER, most=2)
    backtest_cancel(backtest.pk, actor=person_actor(make_person()), now=LATER)
    assert backtest_advance(backtest.pk, now=LATER) is False
    assert moved(backtest) == {"clear>review": 2}
    assert backtest.status == "cancelled"
    event = AuditEvent.objects.get(action="backtest.cancelled")
    assert (event.subject, event.changes) == (backtest.pk, {"done": 2})


def test_a_chunk_costs_the_same_statements_however_many_refunds(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    platform = make_platform()
    for _ in range(6):
        submitted(platform)
        told(platform)
    backtest = started(version())
    with transaction.atomic(), django_assert_num_queries(QUERIES):
        backtest_advance(backtest.pk, now=LATER)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_each_refund_once() -> None:
    platform = make_platform()
    for _ in range(6):
        told(platform)
    backtest = started(strictest())

    def advance() -> str:
        while backtest_advance(backtest.pk, now=LATER, most=2):
            pass
        return "done"

    assert at_once([advance, advance, advance]) == ["done"] * 3
    backtest.refresh_from_db()
    assert moved(backtest) == {"clear>review": 6}
    assert (backtest.done, backtest.status) == (6, "finished")
