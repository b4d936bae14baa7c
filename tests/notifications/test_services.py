"""Telling people once, and mails that go out however often something fails."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from apps.notifications import services
from apps.notifications.models import Notice
from apps.notifications.selectors import MOST_COUNTED, notices_of, unread_count
from apps.notifications.services import GAPS, LEASE, Receiver, mails_send_due, notices_read, people_tell
from apps.staff.models import Person
from tests.support.factories import NOON, make_person

pytestmark = pytest.mark.django_db
WORDS = {"en": {"title": "More <refunds>", "text": "340 & more"}, "zh-hans": {"title": "退款增多", "text": "340 笔"}}


@pytest.fixture
def person() -> Person:
    made = make_person()
    made.email = "li@example.com"
    made.save(update_fields=["email"])
    return made


def tell(*people: Person, about: str = "alt_1:grave", by_mail: bool = True) -> None:
    receivers = [Receiver(one.pk, by_mail) for one in people]
    people_tell(receivers, about=about, words=WORDS, path="/alerts/alt_1/", now=NOON)


def test_tells_the_same_once(person: Person) -> None:
    tell(person)
    tell(person, make_person())
    assert Notice.objects.filter(person=person).count() == 1
    assert Notice.objects.count() == 2


def test_sends_text_and_html_in_the_persons_language(person: Person, settings: Settings) -> None:
    settings.REVIEWCONSOLE_PUBLIC_URL = "https://console.example.com/"
    tell(person)
    assert mails_send_due(now=NOON) == 1
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.to, sent.subject) == (["li@example.com"], "More <refunds>")
    assert "340 & more\n\nhttps://console.example.com/alerts/alt_1/\n" in sent.body
    html = str(sent.alternatives[0][0])
    assert "<h1>More &lt;refunds&gt;</h1>" in html
    assert 'href="https://console.example.com/alerts/alt_1/"' in html
    notice = Notice.objects.get()
    assert (notice.mailed_at, notice.mail_due_at, notice.mail_tries) == (NOON, None, 1)
    assert sent.extra_headers["Message-ID"] == f"<notice-{notice.pk}@console.example.com>"
    person.language = "zh-hans"
    person.save(update_fields=["language"])
    tell(person, about="another")
    mails_send_due(now=NOON)
    assert mail.outbox[1].subject == "退款增多"
    assert "您订阅了" in mail.outbox[1].body


def test_what_was_sent_is_not_sent_again(person: Person) -> None:
    tell(person)
    assert [mails_send_due(now=NOON) for _ in range(2)] == [1, 0]
    assert len(mail.outbox) == 1


def test_a_mail_that_is_not_taken_is_tried_again_with_growing_gaps_and_given_up(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_mail: EmailMultiAlternatives) -> int:
        raise SMTPServerDisconnected("li@example.com")

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    tell(person)
    now, gaps = NOON, []
    while True:
        assert mails_send_due(now=now) == 0
        notice = Notice.objects.get()
        if notice.mail_due_at is None:
            break
        gaps.append(notice.mail_due_at - now)
        # Not before it is due.
        assert mails_send_due(now=notice.mail_due_at - timedelta(seconds=1)) == 0
        now = notice.mail_due_at
    assert tuple(gaps) == GAPS
    assert (notice.mail_tries, notice.mailed_at, notice.mail_error) == (7, None, "SMTPServerDisconnected")


def test_a_process_that_dies_while_it_sends_leaves_the_mail_to_a_later_try(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_notice: Notice) -> str:
        raise KeyboardInterrupt

    tell(person)
    with monkeypatch.context() as dying:
        dying.setattr(services, "_sent", die)
        with pytest.raises(KeyboardInterrupt):
            mails_send_due(now=NOON)
    # The lease was committed before: no other process sends meanwhile.
    assert mails_send_due(now=NOON + LEASE - timedelta(seconds=1)) == 0
    assert mails_send_due(now=NOON + LEASE) == 1
    assert Notice.objects.get().mail_tries == 2


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_nobody_without_an_address_or_who_left_gets_mail(person: Person, fields: dict[str, object]) -> None:
    Person.objects.filter(pk=person.pk).update(**fields)
    tell(person)
    assert mails_send_due(now=NOON) == 0
    assert mail.outbox == []


def test_a_run_ends_in_time_whatever_hangs(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "RUN_SECONDS", 0.0)
    for about in "abc":
        tell(person, about=about)
    assert mails_send_due(now=NOON) == 1


def test_counts_and_marks_what_was_not_read(person: Person) -> None:
    other = make_person()
    for number in range(3):
        tell(person, other, about=str(number), by_mail=False)
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
        Notice(person=person, about=str(number), words=WORDS, path="/", created_at=NOON)
        for number in range(MOST_COUNTED + 5)
    )
    assert unread_count(person) == MOST_COUNTED
