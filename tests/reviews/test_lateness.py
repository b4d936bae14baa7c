from datetime import timedelta

import pytest

from apps.notifications.models import Notice
from apps.payouts.models import Hold
from apps.reviews.services.lateness import lateness_watch
from apps.staff.models import Person, Role
from apps.timers.models import Failure
from tests.support.factories import NOON, Goods, held_refund, make_client, make_order, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen() -> Person:
    make_person("lin")
    return make_person("chen", role=Role.SUPERVISOR)


def test_tells_supervisors_of_late_work_once_an_hour(chen: Person) -> None:
    _refund, hold = held_refund(make_order(make_client(), Goods(100)))
    due = Hold.objects.get(pk=hold.pk).release_at
    assert lateness_watch(now=due + timedelta(seconds=60)) == 0
    assert lateness_watch(now=due + timedelta(seconds=61)) == 1
    assert lateness_watch(now=due + timedelta(minutes=3)) == 1
    notice = Notice.objects.get()
    assert (notice.person, notice.path) == (chen, "/timers/")
    assert notice.words_in("en")["title"] == "Due work is late: Holds to be released"
    assert notice.words_in("zh-hans")["title"] == "定时任务延误：到期待放款"
    lateness_watch(now=due + timedelta(hours=1, minutes=3))
    assert Notice.objects.count() == 2


def test_tells_supervisors_of_what_was_put_aside(chen: Person) -> None:
    Failure.objects.create(kind="hold", row_id="7", tries=2, first_at=NOON, last_at=NOON, next_try_at=NOON, error="E")
    assert lateness_watch(now=NOON) == 0
    Failure.objects.update(next_try_at=None)
    assert lateness_watch(now=NOON) == 1
    assert lateness_watch(now=NOON) == 1
    assert Notice.objects.get().words_in("en")["text"] == "Failed again and again: 1. Somebody has to look."
