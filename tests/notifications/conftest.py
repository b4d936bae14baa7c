import pytest
from pytest_django.fixtures import Settings

from apps.staff.models import Person
from tests.support.factories import make_person


@pytest.fixture(autouse=True)
def _mail_server(settings: Settings) -> None:
    settings.REVIEWCONSOLE_SENDS_MAIL = True


@pytest.fixture
def person(db: None) -> Person:
    """Somebody with a mail address."""
    made = make_person()
    made.email = "li@example.com"
    made.save(update_fields=["email"])
    return made
