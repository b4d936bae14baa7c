"""The page of the timers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.staff.models import Role
from apps.timers.models import Failure
from apps.timers.services import lateness_keep
from tests.console.conftest import signed_in
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> Client:
    return signed_in(make_person("chen", role=Role.SUPERVISOR))


def test_is_for_supervisors(browser: Client) -> None:
    assert browser.get("/timers/").status_code == 403
    assert browser.post("/timers/failures/1/retry/").status_code == 403


def test_shows_how_late_each_kind_fired(chief: Client) -> None:
    now = timezone.now()
    lateness_keep("hold", [timedelta(seconds=0.3)] * 98 + [timedelta(seconds=4), timedelta(minutes=3)], now=now)
    rows = {str(row.label): row for row in chief.get("/timers/").context["rows"]}
    row = rows["Holds to be released"]
    assert (row.fired, row.median, row.p99, row.slowest, row.lag) == (100, "0.5 s", "5 s", "3 min", "")
    assert rows["Mails to be sent"].fired == 0


def test_lets_a_row_be_tried_again_that_was_put_aside(chief: Client) -> None:
    now = timezone.now()
    failure = Failure.objects.create(kind="hold", row_id="17", tries=5, first_at=now, last_at=now, error="KeyError")
    page = chief.get("/timers/").content.decode()
    for told in ("1 put aside", "<code>17</code>", "KeyError"):
        assert told in page
    answer = chief.post(f"/timers/failures/{failure.pk}/retry/", follow=True)
    assert "It is tried again with the next tick." in answer.content.decode()
    failure.refresh_from_db()
    assert failure.next_try_at is not None
    gone = failure.pk
    failure.delete()
    answer = chief.post(f"/timers/failures/{gone}/retry/", follow=True)
    assert "It went well meanwhile." in answer.content.decode()
