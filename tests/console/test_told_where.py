"""The page on which a person chooses what they are told, where and when."""

from django.test import Client
from pytest_django.fixtures import Settings

from apps.notifications.models import Channel, Dispatch, DispatchState, NoticeKind, Rest, When, Wish
from apps.staff.models import Person

ADDRESS = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
PAGE = "/me/notices/"


def with_mail(person: Person, settings: Settings) -> None:
    settings.REVIEWCONSOLE_SENDS_MAIL = True
    Person.objects.filter(pk=person.pk).update(email="lin@example.com")


def test_shows_a_choice_for_each_kind_and_place(browser: Client, reviewer: Person, settings: Settings) -> None:
    assert 'name="case-mail"' not in browser.get(PAGE).content.decode()
    with_mail(reviewer, settings)
    shown = browser.get(PAGE).content.decode()
    assert 'name="case-mail"' in shown
    # Alerts and late work are told to supervisors alone.
    assert "system-mail" not in shown
    browser.post("/me/notices/chats/", {"label": "Night shift", "address": ADDRESS})
    chat = Channel.objects.get()
    assert f'name="case-{chat.pk}"' in browser.get(PAGE).content.decode()


def test_keeps_what_was_chosen(browser: Client, reviewer: Person, settings: Settings) -> None:
    with_mail(reviewer, settings)
    sent = {"case-mail": "digest", "mention-mail": "now", "deadline-mail": "nonsense", "escalation-77": "now"}
    assert browser.post(PAGE, sent).status_code == 302
    kept = {(wish.kind, wish.channel_id): wish.when for wish in Wish.objects.all()}
    assert kept == {(NoticeKind.CASE, None): When.DIGEST, (NoticeKind.MENTION, None): When.NOW}
    assert '<option value="digest" selected>' in browser.get(PAGE).content.decode()


def test_adds_a_chat_and_tries_it_at_once(browser: Client, reviewer: Person) -> None:
    told = browser.post("/me/notices/chats/", {"label": "Team", "address": ADDRESS}, follow=True).content.decode()
    assert "a first message is on its way" in told
    assert "hooks.slack.com" not in told
    chat = Channel.objects.get()
    assert Dispatch.objects.get().channel == chat
    browser.post(f"/me/notices/chats/{chat.pk}/try/")
    assert Dispatch.objects.count() == 2
    wrong = browser.post("/me/notices/chats/", {"label": "X", "address": "https://example.com/"}, follow=True)
    assert "Give the chat a name" in wrong.content.decode()
    browser.post(f"/me/notices/chats/{chat.pk}/end/")
    assert f"chats/{chat.pk}/end" not in browser.get(PAGE).content.decode()
    assert browser.post(f"/me/notices/chats/{chat.pk}/try/").status_code == 404


def test_touches_nobody_elses_chats(browser: Client, supervisor: Person, reviewer: Person) -> None:
    overseer = Client()
    overseer.force_login(supervisor)
    overseer.post("/me/notices/chats/", {"label": "Team", "address": ADDRESS})
    chat = Channel.objects.get()
    assert browser.post(f"/me/notices/chats/{chat.pk}/end/").status_code == 404
    assert browser.post(PAGE, {f"case-{chat.pk}": "now"}).status_code == 302
    assert not Wish.objects.exists()
    assert Channel.objects.get().ended_at is None


def test_keeps_hours_and_says_what_is_wrong_about_them(browser: Client, reviewer: Person) -> None:
    browser.post("/me/notices/hours/", {"quiet_from": "22:00", "quiet_until": "07:00", "digests": "08:00, 18:00"})
    rest = Rest.objects.get()
    assert (rest.quiet_from, rest.quiet_until, rest.digests_at) == (1320, 420, [480, 1080])
    assert 'value="08:00, 18:00"' in browser.get(PAGE).content.decode()
    wrong = browser.post("/me/notices/hours/", {"quiet_from": "22:00"}, follow=True).content.decode()
    assert "Quiet hours need" in wrong


def test_shows_what_became_of_a_message(browser: Client, reviewer: Person) -> None:
    browser.post("/me/notices/chats/", {"label": "Night shift", "address": ADDRESS})
    assert "Night shift: waits to be sent" in browser.get("/notices/").content.decode()
    now = Dispatch.objects.get().due_at
    Dispatch.objects.update(state=DispatchState.FAILED, due_at=None, ended_at=now, error="NotTaken")
    Channel.objects.update(failing_since=now)
    assert "Night shift: could not be sent" in browser.get("/notices/").content.decode()
    assert "not taken since" in browser.get(PAGE).content.decode()


def test_offers_no_chats_where_the_operator_allows_none(browser: Client, reviewer: Person, settings: Settings) -> None:
    settings.REVIEWCONSOLE_CHATS = []
    assert 'name="address"' not in browser.get(PAGE).content.decode()
    browser.post("/me/notices/chats/", {"label": "Team", "address": ADDRESS})
    assert not Channel.objects.exists()
