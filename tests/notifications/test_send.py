"""Mails and messages that go out however often something fails, together where they are due together."""

from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from apps.common.ciphers import encrypted
from apps.notifications.models import Channel, Dispatch, Notice, NoticeKind, When
from apps.notifications.services import send
from apps.notifications.services.choose import wishes_save
from apps.notifications.services.send import GAPS, LEASE, MOST_TOGETHER, chats_send_due, mails_send_due
from apps.notifications.services.tell import Receiver, notices_read, people_tell
from apps.staff.models import Person
from tests.support.factories import NOON, make_person

pytestmark = pytest.mark.django_db
WORDS = {"en": {"title": "More <refunds>", "text": "340 & more"}, "zh-hans": {"title": "退款增多", "text": "340 笔"}}


@pytest.fixture
def chat(person: Person) -> Channel:
    made = Channel.objects.create(
        person=person, label="Team", service="DingTalk", address=encrypted("dingtalk://token"), created_at=NOON
    )
    wishes_save(person=person, wishes={(NoticeKind.ALERT, made.pk): When.NOW})
    return made


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What chats were sent; they take it."""
    sent: list[dict[str, Any]] = []

    def take(address: str, **message: Any) -> bool:
        sent.append({"address": address, **message})
        return True

    monkeypatch.setattr(send, "chat_send", take)
    return sent


def tell(*people: Person, about: str = "alt_1:grave", by_mail: bool = True) -> None:
    receivers = [Receiver(one.pk, by_mail) for one in people]
    people_tell(receivers, kind=NoticeKind.ALERT, about=about, words=WORDS, path="/alerts/alt_1/", now=NOON)


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
    row = Dispatch.objects.get()
    assert (row.state, row.ended_at, row.due_at, row.tries) == ("sent", NOON, None, 1)
    assert sent.extra_headers["Message-ID"] == f"<notices-{row.pk}@console.example.com>"
    person.language = "zh-hans"
    person.save(update_fields=["language"])
    tell(person, about="another")
    mails_send_due(now=NOON)
    assert mail.outbox[1].subject == "退款增多"
    assert "您收到此邮件" in mail.outbox[1].body


def test_what_was_sent_is_not_sent_again(person: Person) -> None:
    tell(person)
    assert [mails_send_due(now=NOON) for _ in range(2)] == [1, 0]
    assert len(mail.outbox) == 1


def test_what_is_due_together_comes_as_one_mail(person: Person) -> None:
    other = make_person()
    Person.objects.filter(pk=other.pk).update(email="wang@example.com")
    for about in "abc":
        tell(person, other, about=about)
    assert mails_send_due(now=NOON) == 2
    mine, theirs = mail.outbox
    assert mine.subject == theirs.subject == "3 things you were told"
    assert mine.body.count("340 & more") == 3
    assert str(mine.alternatives[0][0]).count("<h2>") == 3  # type: ignore[attr-defined]
    assert mails_send_due(now=NOON) == 0


def test_no_mail_grows_beyond_bounds(person: Person) -> None:
    for number in range(MOST_TOGETHER + 1):
        tell(person, about=str(number))
    assert mails_send_due(now=NOON) == 2


def test_what_was_read_in_the_console_is_not_sent(person: Person) -> None:
    tell(person, about="a")
    tell(person, about="b")
    notices_read(person, now=NOON, notice_id=Notice.objects.get(about="a").pk)
    assert mails_send_due(now=NOON) == 1
    assert mail.outbox[0].subject == "More <refunds>"
    assert dict(Dispatch.objects.values_list("notice__about", "state")) == {"a": "read", "b": "sent"}
    tell(person, about="c")
    notices_read(person, now=NOON)
    assert mails_send_due(now=NOON) == 0
    assert not Dispatch.objects.filter(state="waiting").exists()


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
        row = Dispatch.objects.get()
        if row.due_at is None:
            break
        gaps.append(row.due_at - now)
        # Not before it is due.
        assert mails_send_due(now=row.due_at - timedelta(seconds=1)) == 0
        now = row.due_at
    assert tuple(gaps) == GAPS
    assert (row.tries, row.state, row.error) == (7, "failed", "SMTPServerDisconnected")
    # That is told in the console, and only there.
    failure = Notice.objects.exclude(about="alt_1:grave").get()
    assert (failure.words_in("en")["title"], failure.dispatches.count()) == ("Mails to you could not be sent", 0)


def test_a_later_try_sends_the_same_message_and_what_came_since_another(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", raise_os_error)
        tell(person, about="a")
        tell(person, about="b")
        mails_send_due(now=NOON)
    (batch,) = set(Dispatch.objects.values_list("batch", flat=True))
    tell(person, about="c")
    assert mails_send_due(now=NOON + GAPS[0]) == 2
    assert sorted(message.subject for message in mail.outbox) == ["2 things you were told", "More <refunds>"]
    identifiers = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert f"<notices-{batch}@reviewconsole.invalid>" in identifiers
    assert len(identifiers) == 2


def raise_os_error(_mail: EmailMultiAlternatives) -> int:
    raise OSError


def test_a_process_that_dies_while_it_sends_leaves_the_mail_to_a_later_try(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_rows: Sequence[Dispatch]) -> str:
        raise KeyboardInterrupt

    tell(person)
    with monkeypatch.context() as dying:
        dying.setattr(send, "_mail", die)
        with pytest.raises(KeyboardInterrupt):
            mails_send_due(now=NOON)
    # The lease was committed before: no other process sends meanwhile.
    assert mails_send_due(now=NOON + LEASE - timedelta(seconds=1)) == 0
    assert mails_send_due(now=NOON + LEASE) == 1
    assert Dispatch.objects.get().tries == 2


def test_who_left_gets_no_mail(person: Person) -> None:
    tell(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert mails_send_due(now=NOON) == 0
    assert mail.outbox == []
    assert Dispatch.objects.get(notice__about="alt_1:grave").error == "NoAddress"


def test_a_run_ends_in_time_whatever_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "RUN_SECONDS", 0.0)
    people = [make_person() for _ in range(3)]
    Person.objects.update(email="somebody@example.com")
    tell(*people)
    assert mails_send_due(now=NOON) == 1


def test_a_chat_is_told_beside_the_mail(
    person: Person, chat: Channel, messages: list[dict[str, Any]], settings: Settings
) -> None:
    settings.REVIEWCONSOLE_PUBLIC_URL = "https://console.example.com"
    tell(person)
    assert (mails_send_due(now=NOON), chats_send_due(now=NOON)) == (1, 1)
    assert messages == [
        {
            "address": "dingtalk://token",
            "title": "More <refunds>",
            "body": "340 & more\nhttps://console.example.com/alerts/alt_1/",
        }
    ]
    assert chats_send_due(now=NOON) == 0
    tell(person, about="b")
    tell(person, about="c")
    assert chats_send_due(now=NOON) == 1
    assert messages[1]["title"] == "2 things you were told"
    assert messages[1]["body"].count("More <refunds>\n340 & more") == 2


def test_a_chat_that_takes_nothing_is_tried_again_and_shown(
    person: Person, chat: Channel, monkeypatch: pytest.MonkeyPatch, messages: list[dict[str, Any]]
) -> None:
    tell(person)
    with monkeypatch.context() as broken:
        broken.setattr(send, "chat_send", lambda *_a, **_n: False)
        assert chats_send_due(now=NOON) == 0
        chat.refresh_from_db()
        assert chat.failing_since == NOON
        row = Dispatch.objects.get(channel=chat)
        assert (row.error, row.due_at, row.state) == ("NotTaken", NOON + GAPS[0], "waiting")
        # What the mail does is its own affair.
        assert mails_send_due(now=NOON) == 1
    assert chats_send_due(now=NOON + GAPS[0]) == 1
    assert Channel.objects.filter(pk=chat.pk, failing_since=None).exists()
    assert len(messages) == 1


def test_what_waits_for_a_chat_that_was_ended_goes_nowhere(
    person: Person, chat: Channel, messages: list[dict[str, Any]]
) -> None:
    tell(person)
    Channel.objects.filter(pk=chat.pk).update(ended_at=NOON)
    assert chats_send_due(now=NOON) == 0
    assert messages == []
    assert Dispatch.objects.get(channel=chat).error == "ChannelEnded"
    assert Notice.objects.count() == 1


def test_an_address_that_no_key_opens_is_given_up_and_told(person: Person, chat: Channel) -> None:
    Channel.objects.filter(pk=chat.pk).update(address=b"other")
    tell(person)
    assert chats_send_due(now=NOON) == 0
    assert Dispatch.objects.get(channel=chat).error == "ValueUnreadable"
    assert Notice.objects.filter(about__startswith=f"channel {chat.pk} failed").count() == 1
