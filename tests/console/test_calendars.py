"""Working calendars and review times, as supervisors keep them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.clients.models import ApiClient
from apps.reviews.models import Queue, ReviewCase, WorkCalendar
from apps.reviews.services.steps import steps_take_due
from apps.staff.models import Role
from tests.console.conftest import signed_in, take_in
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Office",
    "time_zone": "Asia/Shanghai",
    "country": "CN",
    **{f"shifts-{day}": "09:00-12:00, 13:30-18:00" for day in range(5)},
    "days": "2026-12-31 off Stocktaking\n2027-01-02 worked",
}


@pytest.fixture
def chief() -> Client:
    return signed_in(make_person("chen", role=Role.SUPERVISOR))


def test_are_for_supervisors(browser: Client) -> None:
    for address in ("/calendars/", "/calendars/new/"):
        assert browser.get(address).status_code == 403
    assert browser.post("/calendars/new/", FORM).status_code == 403
    assert browser.post("/queues/general/times/", {"minutes": "5"}).status_code == 403


def test_are_made_and_shown_again_as_they_were_written(chief: Client) -> None:
    answer = chief.post("/calendars/new/", FORM, follow=True)
    made = WorkCalendar.objects.get()
    assert made.shifts[0] == [[540, 720], [810, 1080]]
    assert [str(day) for day in made.days.all()] == ["2026-12-31 off", "2027-01-02 worked"]
    fields = answer.context["fields"]
    assert fields["shifts"][0] == "09:00-12:00, 13:30-18:00"
    assert fields["days"] == FORM["days"]
    assert len(answer.context["next_days"]) == 14
    assert "Office" in chief.get("/calendars/").content.decode()
    assert chief.get("/calendars/999/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"days": "tomorrow off"}, "“tomorrow off” is no day"),
        ({"days": "2026-02-30 off"}, "is no day"),
        ({"name": ""}, "a name"),
    ],
)
def test_keep_what_was_written_when_they_are_refused(chief: Client, changed: dict[str, str], says: str) -> None:
    answer = chief.post("/calendars/new/", {**FORM, **changed})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert answer.context["fields"]["days"] == changed.get("days", FORM["days"])
    assert not WorkCalendar.objects.exists()


def test_say_which_deadlines_a_queues_times_moved(chief: Client, platform: ApiClient, now: Any) -> None:
    refund = take_in(platform, now)
    case = ReviewCase.objects.get(refund=refund)
    chief.post("/calendars/new/", FORM)
    fields = {"minutes": "90", f"minutes-{case.level}": "7", "calendar": str(WorkCalendar.objects.get().pk)}
    answer = chief.post(f"/queues/{case.queue.slug}/times/", fields, follow=True)
    told = answer.content.decode()
    assert "1 deadline moved" in told
    assert refund.reference in told
    queue = Queue.objects.get(pk=case.queue_id)
    assert (queue.review_minutes, queue.level_minutes) == (90, {case.level: 7})
    again = chief.post(f"/queues/{case.queue.slug}/times/", fields, follow=True).content.decode()
    assert "No open deadline moved" in again
    wrong = chief.post(f"/queues/{case.queue.slug}/times/", {"minutes": "x"}, follow=True).content.decode()
    assert "A review may take 1 to" in wrong


def test_keep_the_steps_of_a_queue_and_show_the_next_one_with_its_case(
    chief: Client, browser: Client, platform: ApiClient, now: Any
) -> None:
    refund = take_in(platform, now)
    case = ReviewCase.objects.get(refund=refund)
    other = Queue.objects.exclude(pk=case.queue_id).order_by("pk").first()
    assert other is not None
    fields = {
        "share": ["80", "40", ""],
        "do": ["move", "return", ""],
        "to-queue": [other.slug, "", ""],
        "at_end": "hold",
        "end_hold_minutes": "90",
    }
    address = f"/queues/{case.queue.slug}/steps/"
    assert browser.post(address, fields).status_code == 403
    shown = chief.post(address, fields, follow=True).content.decode()
    assert "Steps saved" in shown
    queue = Queue.objects.get(pk=case.queue_id)
    assert queue.steps == [{"share": 40, "do": "return"}, {"share": 80, "do": "move", "queue": other.slug}]
    assert (queue.at_end, queue.end_hold_minutes) == ("hold", 90)
    assert 'name="share" value="40"' in shown
    assert f'<option value="{other.slug}" selected>' in shown
    assert "Return it to the queue, in front" in chief.get(f"/cases/{case.pk}/").content.decode()
    ReviewCase.objects.filter(pk=case.pk).update(step_due_at=now)
    Queue.objects.filter(pk=queue.pk).update(
        steps=[{"share": 1, "do": "warn_supervisors"}, {"share": 99, "do": "return"}]
    )
    steps_take_due(now=now + timedelta(minutes=10))
    page = chief.get(f"/cases/{case.pk}/").content.decode()
    assert "Supervisors warned" in page
    assert "Holder warned" not in page
    assert "Return it to the queue, in front" in page
    log = chief.get("/audit/").content.decode()
    assert "Steps before a queue’s deadlines changed" in log
    assert f"80 % Escalate it to another queue → {other.slug}" in log
    wrong = chief.post(address, {**fields, "share": ["40", "40", ""]}, follow=True).content.decode()
    assert "Each step needs a share" in wrong
    assert [step["share"] for step in Queue.objects.get(pk=case.queue_id).steps] == [1, 99]


def test_say_of_a_case_what_its_steps_did_and_what_they_could_not(chief: Client, platform: ApiClient, now: Any) -> None:
    case = ReviewCase.objects.get(refund=take_in(platform, now))
    Queue.objects.filter(pk=case.queue_id).update(
        steps=[{"share": 1, "do": "warn_holder"}, {"share": 2, "do": "move", "queue": "gone"}]
    )
    ReviewCase.objects.filter(pk=case.pk).update(step_due_at=now)
    steps_take_due(now=now + timedelta(minutes=10))
    page = chief.get(f"/cases/{case.pk}/").content.decode()
    assert "Nobody held it" in page
    assert "Not escalated: there is no such other queue" in page
    assert "Holder warned" not in page
    assert "Escalated to another queue" not in page


def test_say_which_cases_a_deadline_put_in_front(chief: Client, platform: ApiClient, now: Any) -> None:
    case = ReviewCase.objects.get(refund=take_in(platform, now))
    assert "In front" not in chief.get("/queue/").content.decode()
    ReviewCase.objects.filter(pk=case.pk).update(is_boosted=True)
    assert "In front" in chief.get("/queue/").content.decode()
