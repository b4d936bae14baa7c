from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.staff.models import Person

pytestmark = pytest.mark.django_db


def create(monkeypatch: pytest.MonkeyPatch, password: str, username: str = "lin", role: str = "reviewer") -> None:
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    call_command("create_staff", "--username", username, "--role", role, "--password-stdin", stdout=StringIO())


@pytest.mark.parametrize("password", ["", "short", "1234567890", "password123"])
def test_refuses_a_password_that_would_be_guessed(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        create(monkeypatch, password)

    assert Person.objects.count() == 0


def test_refuses_a_name_that_is_taken_whatever_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch, "quiet-river-stone")

    with pytest.raises(CommandError, match="LIN"):
        create(monkeypatch, "quiet-river-stone", username="LIN")

    assert Person.objects.count() == 1


def test_makes_a_person_who_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch, "quiet-river-stone", role="supervisor")

    person = Person.objects.get_by_natural_key("Lin")
    assert person.check_password("quiet-river-stone")
    assert person.is_supervisor
