import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.console.views.sessions import MOST_FAILURES
from apps.staff.models import Person
from tests.console.conftest import signed_in

PASSWORD = "a long enough password"


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def test_refuses_a_wrong_password_without_saying_which_was_wrong(reviewer: Person) -> None:
    with_password(reviewer)
    wrong = Client().post("/sign-in/", {"username": "lin", "password": "guess"})
    unknown = Client().post("/sign-in/", {"username": "nobody", "password": "guess"})
    sentence = "That username and password do not belong together."
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert "_auth_user_id" not in answer.client.session


def test_refuses_who_left(reviewer: Person) -> None:
    reviewer.is_active = False
    with_password(reviewer)
    answer = Client().post("/sign-in/", {"username": "lin", "password": PASSWORD})
    assert "_auth_user_id" not in answer.client.session


def test_sends_out_who_is_made_inactive(browser: Client, reviewer: Person) -> None:
    reviewer.is_active = False
    reviewer.save()
    assert browser.get("/queue/").status_code == 302


def test_signs_in_whatever_the_case_of_the_name(reviewer: Person) -> None:
    with_password(reviewer)
    answer = Client().post("/sign-in/", {"username": "LIN", "password": PASSWORD, "next": "/holds/"})
    assert (answer.status_code, answer["Location"]) == (302, "/holds/")


def test_goes_to_no_other_host_after_signing_in(reviewer: Person) -> None:
    with_password(reviewer)
    answer = Client().post("/sign-in/", {"username": "lin", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/queue/"


def test_sends_who_is_inside_already_to_the_queue(browser: Client) -> None:
    assert browser.get("/sign-in/")["Location"] == "/queue/"


def test_signs_out_by_post_alone(reviewer: Person) -> None:
    browser = signed_in(reviewer)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.get("/queue/").status_code == 302


def test_records_who_came_who_failed_and_who_left(reviewer: Person) -> None:
    with_password(reviewer)
    Client().post("/sign-in/", {"username": "LIN", "password": "guess"})
    browser = Client()
    browser.post("/sign-in/", {"username": "lin", "password": PASSWORD})
    browser.post("/sign-out/")

    told = list(AuditEvent.objects.order_by("pk").values_list("action", "subject", "person_id", "address"))
    assert told == [
        ("person.sign_in_failed", "lin", None, "127.0.0.1"),
        ("person.signed_in", "", reviewer.pk, "127.0.0.1"),
        ("person.signed_out", "", reviewer.pk, "127.0.0.1"),
    ]
    assert not any("guess" in str(row) for row in AuditEvent.objects.values())


@pytest.mark.parametrize("name", ["lin", "Lin"])
def test_closes_the_door_to_who_guesses_even_before_the_right_password(reviewer: Person, name: str) -> None:
    with_password(reviewer)
    for _attempt in range(MOST_FAILURES):
        assert Client().post("/sign-in/", {"username": "lin", "password": "guess"}).status_code == 200

    refused = Client().post("/sign-in/", {"username": name, "password": PASSWORD})
    assert refused.status_code == 429
    assert "Too many failed attempts" in refused.content.decode()
    assert "_auth_user_id" not in refused.client.session
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/sign-in/", {"username": name, "password": PASSWORD})
    assert elsewhere.status_code == 302
