"""What a person chooses: chats, kinds and places, quiet hours and digests."""

import pytest

from apps.audit.models import AuditEvent
from apps.common.ciphers import decrypted
from apps.notifications.errors import ChannelUnfit, ChannelUnknown, HoursUnfit, TooManyChannels
from apps.notifications.models import Channel, Dispatch, NoticeKind, Rest, When, Wish
from apps.notifications.services.choose import (
    MOST_CHANNELS,
    channel_add,
    channel_end,
    channel_try,
    rest_save,
    wishes_save,
)
from apps.staff.models import Person
from tests.support.factories import NOON, make_person, person_actor

pytestmark = pytest.mark.django_db
ADDRESS = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def lin() -> Person:
    return make_person("lin")


def add(person: Person, label: str = "Team", address: str = ADDRESS) -> Channel:
    return channel_add(person=person, label=label, address=address, secret="", actor=person_actor(person), now=NOON)


def test_keeps_the_address_encrypted_and_tells_the_log_only_of_the_service(lin: Person) -> None:
    chat = add(lin, "  Night   shift ")
    assert (chat.label, chat.service) == ("Night shift", "Slack")
    assert b"hooks.slack.com" not in bytes(chat.address)
    assert decrypted(bytes(chat.address)) == ADDRESS
    event = AuditEvent.objects.get(action="person.channel_added")
    assert (event.subject, event.changes) == ("Night shift", {"service": "Slack"})


@pytest.mark.parametrize(("label", "address"), [(" ", ADDRESS), ("Team", "https://example.com/"), ("Team", "")])
def test_refuses_what_is_no_chat(lin: Person, label: str, address: str) -> None:
    with pytest.raises(ChannelUnfit):
        add(lin, label, address)
    assert not Channel.objects.exists()


def test_has_no_more_chats_than_enough(lin: Person) -> None:
    chats = [add(lin, str(number)) for number in range(MOST_CHANNELS)]
    with pytest.raises(TooManyChannels):
        add(lin)
    channel_end(chats[0].pk, person=lin, actor=person_actor(lin), now=NOON)
    add(lin)


def test_ends_a_chat_and_forgets_where_it_was(lin: Person) -> None:
    chat = add(lin)
    wishes_save(person=lin, wishes={(NoticeKind.CASE, chat.pk): When.NOW})
    with pytest.raises(ChannelUnknown):
        channel_end(chat.pk, person=make_person("wang"), actor=person_actor(lin), now=NOON)
    channel_end(chat.pk, person=lin, actor=person_actor(lin), now=NOON)
    chat.refresh_from_db()
    assert (bytes(chat.address), chat.ended_at) == (b"", NOON)
    assert not Wish.objects.exists()
    with pytest.raises(ChannelUnknown):
        channel_try(chat.pk, person=lin, now=NOON)


def test_tries_a_chat_at_once(lin: Person) -> None:
    chat = add(lin)
    channel_try(chat.pk, person=lin, now=NOON)
    row = Dispatch.objects.get()
    assert (row.channel, row.due_at, row.notice.person) == (chat, NOON, lin)
    assert row.notice.words_in("en")["text"] == "What you chose for Team will come here."


def test_keeps_wishes_for_ones_own_chats_alone(lin: Person) -> None:
    theirs = add(make_person("wang"))
    with pytest.raises(ChannelUnknown):
        wishes_save(person=lin, wishes={(NoticeKind.CASE, theirs.pk): When.NOW})
    wishes_save(person=lin, wishes={(NoticeKind.CASE, None): When.NOW})
    wishes_save(person=lin, wishes={(NoticeKind.CASE, None): When.DIGEST})
    assert Wish.objects.get().when == When.DIGEST


def test_keeps_quiet_hours_and_digests(lin: Person) -> None:
    rest_save(person=lin, quiet_from="22:00", quiet_until="7:30", digests="17:00，09:00, 9:00")
    rest = Rest.objects.get()
    assert (rest.quiet_from, rest.quiet_until, rest.digests_at) == (1320, 450, [540, 1020])
    rest_save(person=lin, quiet_from="", quiet_until="", digests="")
    rest.refresh_from_db()
    assert (rest.quiet_from, rest.digests_at) == (None, [])


@pytest.mark.parametrize(
    ("begin", "end", "digests"),
    [
        ("22:00", "", ""),
        ("", "07:00", ""),
        ("22:00", "22:00", ""),
        ("25:00", "07:00", ""),
        ("", "", "noon"),
        ("", "", "1:00,2:00,3:00,4:00,5:00,6:00,7:00"),
    ],
)
def test_refuses_hours_that_are_none(lin: Person, begin: str, end: str, digests: str) -> None:
    with pytest.raises(HoursUnfit):
        rest_save(person=lin, quiet_from=begin, quiet_until=end, digests=digests)
    assert not Rest.objects.exists()
