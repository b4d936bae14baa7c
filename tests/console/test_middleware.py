from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from apps.console.middleware import PersonalSettingsMiddleware
from apps.console.wording import written_moment
from apps.staff.models import Person

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {written_moment(timezone.localtime(NOON), 'clock')}")


def shown_to(person: Person | AnonymousUser, rf: RequestFactory) -> str:
    request = rf.get("/queue/")
    request.user = person
    with translation.override("en"):
        return PersonalSettingsMiddleware(answer)(request).content.decode()


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("Asia/Shanghai", "20:00"), ("America/New_York", "07:00"), ("Mars/Base", "12:00"), ("../x", "12:00")],
)
def test_tells_the_time_where_the_person_is(rf: RequestFactory, zone: str, clock: str) -> None:
    assert shown_to(Person(time_zone=zone), rf) == f"en {clock}"


def test_speaks_the_persons_language(rf: RequestFactory) -> None:
    assert shown_to(Person(language="zh-hans", time_zone="UTC"), rf) == "zh-hans 12:00"


def test_leaves_a_stranger_with_what_the_browser_says(rf: RequestFactory) -> None:
    assert shown_to(AnonymousUser(), rf) == "en 12:00"


def test_leaves_no_zone_behind(rf: RequestFactory) -> None:
    shown_to(Person(time_zone="America/New_York"), rf)
    assert timezone.get_current_timezone_name() == "UTC"
