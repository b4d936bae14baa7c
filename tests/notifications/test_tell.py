"""Telling people once, here and wherever else they chose, and when."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from apps.common.ciphers import encrypted
from apps.notifications.models import Channel, Dispatch, Notice, NoticeKind, When
from apps.notifications.selectors import MOST_COUNTED, notices_of, unread_count
from apps.notifications.services.choose import rest_save, wishes_save
from apps.notifications.services.tell import Receiver, notices_read, people_tell
from apps.staff.models import Person
from tests.support.factories import NOON, make_person

pytestmark = pytest.mark.django_db
WORDS = {"en": {"title": "A", "text": "B"}}
HOUR = timedelta(hours=1)


def tell(
    *people: Person, about: str = "a", kind: NoticeKind = NoticeKind.CASE, by_mail: bool = False, here: bool = False
) -> None:
    receivers = [Receiver(one.pk, by_mail) for one in people]
    people_tell(receivers, kind=kind, about=about, words=WORDS, path="/", now=NOON, here_alone=here)


def a_chat(person: Person) -> Channel:
    return Channel.objects.create(
        person=person, label="Team", service="Slack", address=encrypted("slack://x"), created_at=NOON
    )


def test_tells_the_same_once(person: Person) -> None:
    tell(person)
    tell(person, make_person())
    assert Notice.objects.filter(person=person).count() == 1
    assert Notice.objects.count() == 2


def test_sends_the_same_once(person: Person) -> None:
    wishes_save(person=person, wishes={(NoticeKind.CASE, None): When.NOW})
    tell(person)
    tell(person)
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "by_mail", "goes"),
    [
        (NoticeKind.CASE, False, False),
        (NoticeKind.DEADLINE, False, False),
        (NoticeKind.SYSTEM, False, True),
        (NoticeKind.ALERT, False, False),
        (NoticeKind.ALERT, True, True),
    ],
)
def test_mails_what_is_usual_where_nothing_was_chosen(
    person: Person, kind: NoticeKind, by_mail: bool, goes: bool
) -> None:
    tell(person, kind=kind, by_mail=by_mail)
    assert Dispatch.objects.exists() is goes


def test_mails_nothing_without_a_server_or_an_address(person: Person, settings: Settings) -> None:
    tell(make_person(), kind=NoticeKind.SYSTEM)
    settings.REVIEWCONSOLE_SENDS_MAIL = False
    tell(person, kind=NoticeKind.SYSTEM)
    assert Notice.objects.count() == 2
    assert not Dispatch.objects.exists()


def test_sends_each_kind_where_the_person_chose(person: Person) -> None:
    chat, other = a_chat(person), a_chat(person)
    wishes_save(
        person=person,
        wishes={
            (NoticeKind.CASE, None): When.NOW,
            (NoticeKind.CASE, chat.pk): When.ALWAYS,
            (NoticeKind.CASE, other.pk): When.NEVER,
            (NoticeKind.SYSTEM, None): When.NEVER,
            (NoticeKind.SYSTEM, other.pk): When.NOW,
        },
    )
    tell(person, about="case")
    tell(person, about="system", kind=NoticeKind.SYSTEM)
    went = set(Dispatch.objects.values_list("notice__about", "channel"))
    assert went == {("case", None), ("case", chat.pk), ("system", other.pk)}
    tell(person, about="here", here=True)
    assert Dispatch.objects.count() == 3
    Channel.objects.filter(pk=chat.pk).update(ended_at=NOON)
    tell(person, about="later")
    assert Dispatch.objects.filter(notice__about="later").values_list("channel", flat=True).get() is None


def test_waits_for_the_end_of_quiet_hours_and_for_the_digest(person: Person) -> None:
    # Noon is eight in the evening in Shanghai.
    rest_save(person=person, quiet_from="19:30", quiet_until="08:00", digests="07:30")
    chat, third = a_chat(person), a_chat(person)
    wishes_save(
        person=person,
        wishes={
            (NoticeKind.CASE, None): When.NOW,
            (NoticeKind.CASE, chat.pk): When.ALWAYS,
            (NoticeKind.CASE, third.pk): When.DIGEST,
        },
    )
    tell(person)
    due = dict(Dispatch.objects.values_list("channel", "due_at"))
    assert due == {None: NOON + 12 * HOUR, chat.pk: NOON, third.pk: NOON + 11.5 * HOUR}


def test_asks_as_much_of_the_database_for_many_as_for_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    few, many = [make_person()], [make_person() for _ in range(5)]
    Person.objects.update(email="somebody@example.com")
    for people, about in ((few, "few"), (many, "many")):
        with django_assert_num_queries(8):
            tell(*people, about=about, kind=NoticeKind.SYSTEM)
    # Who knows it already costs one.
    with django_assert_num_queries(1):
        tell(*many, about="many", kind=NoticeKind.SYSTEM)


def test_counts_and_marks_what_was_not_read(person: Person) -> None:
    other = make_person()
    for number in range(3):
        tell(person, other, about=str(number))
    first = Notice.objects.filter(person=person).order_by("pk")[0]
    notices_read(person, now=NOON, notice_id=first.pk)
    assert (unread_count(person), unread_count(other)) == (2, 3)
    theirs = Notice.objects.filter(person=other).order_by("pk")[0]
    notices_read(person, now=NOON, notice_id=theirs.pk)
    assert unread_count(other) == 3
    notices_read(person, now=NOON)
    assert (unread_count(person), unread_count(other)) == (0, 3)
    page = notices_of(person, limit=2, cursor=None)
    assert [notice.about for notice in page.rows] == ["2", "1"]


def test_counts_no_further_than_the_bell_shows(person: Person) -> None:
    Notice.objects.bulk_create(
        Notice(person=person, kind="case", about=str(number), words=WORDS, path="/", created_at=NOON)
        for number in range(MOST_COUNTED + 5)
    )
    assert unread_count(person) == MOST_COUNTED
