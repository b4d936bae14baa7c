"""Shadows: what comes in is weighed by a draft too, some seconds later, once, and without any effect."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.common.actors import Actor
from apps.refunds.models import Refund
from apps.risk.models import PolicyVersion
from apps.risk.services.policies import policy_propose, policy_publish, policy_withdraw
from apps.staff.models import Role
from apps.trials.errors import NoDraft, ShadowRuns
from apps.trials.models import Backtest
from apps.trials.services.backtest import SHADOW_LASTS, backtest_advance, backtest_cancel, shadow_start
from apps.trials.tally import tally_from
from apps.trials.tasks import advance_backtests
from tests.console.conftest import signed_in
from tests.risk.calm import NOON
from tests.risk.platform import Platform, make_platform
from tests.support.factories import make_person, person_actor
from tests.support.snapshots import everything_that_moves
from tests.trials.worlds import strictest, submitted, told, version

pytestmark = pytest.mark.django_db

BEFORE, SOON = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)


@pytest.fixture
def platform() -> Platform:
    return make_platform()


@pytest.fixture
def supervisor() -> Actor:
    return person_actor(make_person(role=Role.SUPERVISOR))


def weighed(shadow: Backtest) -> tuple[int, int]:
    found = Backtest.objects.get(pk=shadow.pk)
    return found.done, tally_from(found.tally).changed


def test_refuses_what_is_decided_on_and_what_runs_already(supervisor: Actor) -> None:
    draft = version()
    shadow_start(draft, actor=supervisor, now=BEFORE)
    with pytest.raises(ShadowRuns):
        shadow_start(draft, actor=supervisor, now=BEFORE)
    gone = version()
    withdrawn = policy_withdraw(gone.pk, seen=1, actor=_author_of(gone), now=BEFORE)
    with pytest.raises(NoDraft):
        shadow_start(withdrawn, actor=supervisor, now=BEFORE)
    assert Backtest.objects.count() == 1


def _author_of(version_: PolicyVersion) -> Actor:
    assert version_.author is not None
    return person_actor(version_.author)


def test_weighs_what_comes_in_from_then_on_and_does_nothing_else(platform: Platform, supervisor: Actor) -> None:
    submitted(platform)
    shadow = shadow_start(strictest(), actor=supervisor, now=BEFORE)
    refunds = [submitted(platform) for _ in range(3)]
    told(platform)
    before = everything_that_moves()
    assert backtest_advance(shadow.pk, now=SOON, most=2)
    assert not backtest_advance(shadow.pk, now=SOON, most=2)
    assert weighed(shadow) == (3, 3)
    assert {Refund.objects.get(pk=refund.pk).status for refund in refunds} == {"pending_review"}
    after = everything_that_moves()
    assert {name: rows for name, rows in after.items() if before[name] != rows}.keys() <= {"Backtest"}


def test_waits_until_what_comes_in_together_is_committed(platform: Platform, supervisor: Actor) -> None:
    shadow = shadow_start(strictest(), actor=supervisor, now=BEFORE)
    submitted(platform)
    backtest_advance(shadow.pk, now=NOON + timedelta(seconds=9))
    assert weighed(shadow) == (0, 0)
    backtest_advance(shadow.pk, now=NOON + timedelta(seconds=10))
    assert weighed(shadow) == (1, 1)


def test_goes_on_until_its_version_is_decided_on(platform: Platform, supervisor: Actor) -> None:
    draft = strictest()
    shadow = shadow_start(draft, actor=supervisor, now=BEFORE)
    policy_propose(draft.pk, seen=1, queues=set(), actor=_author_of(draft), now=BEFORE)
    advance_backtests()
    assert Backtest.objects.get(pk=shadow.pk).status == "running"
    policy_publish(draft.pk, reason="Good", seen=2, queues=set(), actor=supervisor, now=SOON)
    submitted(platform)
    backtest_advance(shadow.pk, now=SOON)
    found = Backtest.objects.get(pk=shadow.pk)
    assert (found.status, found.done, found.ended_at) == ("finished", 1, SOON)


def test_ends_by_itself_and_by_hand(supervisor: Actor) -> None:
    long, stopped = (shadow_start(version(), actor=supervisor, now=BEFORE) for _ in range(2))
    backtest_advance(long.pk, now=BEFORE + SHADOW_LASTS - timedelta(seconds=1))
    assert Backtest.objects.get(pk=long.pk).status == "running"
    backtest_advance(long.pk, now=BEFORE + SHADOW_LASTS)
    assert Backtest.objects.get(pk=long.pk).status == "finished"
    backtest_cancel(stopped.pk, actor=supervisor, now=SOON)
    assert Backtest.objects.get(pk=stopped.pk).status == "cancelled"


def test_starts_from_the_page_and_shows_how_it_fares(platform: Platform) -> None:
    browser: Client = signed_in(make_person(role=Role.SUPERVISOR))
    draft = strictest()
    page = browser.post("/backtests/", {"version": draft.pk, "shadow": "1"}, follow=True)
    assert "0 refunds weighed in shadow" in page.content.decode()
    again = browser.post("/backtests/", {"version": draft.pk, "shadow": "1"})
    assert again.status_code == 409
    assert "This version runs in shadow already." in again.content.decode()
    assert "in shadow" in browser.get("/backtests/").content.decode()


def test_lets_no_reviewer_start_one() -> None:
    browser = signed_in(make_person())
    assert browser.post("/backtests/", {"version": version().pk, "shadow": "1"}).status_code == 403
    assert not Backtest.objects.exists()
