"""What every test can rely on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.color import Style
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from pytest_django import DjangoDbBlocker

from apps.risk.selectors.policies import policy_in_force

LOOPBACK = ["127.0.0.1", "::1"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open this machine, and no other, to the tests that say they need it."""
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """Leave no language behind: a page that a test asked for was written in somebody's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # goes first
    """Let the process read the policy in force, as a server has after its first refund: counts of queries agree."""
    with django_db_blocker.unblock():
        policy_in_force()


@pytest.fixture(autouse=True, scope="session")
def _emptying_ignores_triggers() -> Iterator[None]:
    """Let the flush after a transactional test empty the audit log, whose trigger refuses exactly that.

    The trigger is left out for that one transaction, by a right that only the
    role of the tests has: the product has no such way. The queues that every
    installation starts with come from a migration, and stay, but for calendars.
    """
    original = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, style: Style, tables: list[str], **options: Any) -> list[str]:
        kept = {"reviews_queue", "reviews_workcalendar", "reviews_calendarday"}
        statements = original(self, style, [table for table in tables if table not in kept], **options)
        calendars = [
            "UPDATE reviews_queue SET calendar_id = NULL WHERE calendar_id IS NOT NULL;",
            "DELETE FROM reviews_calendarday;",
            "DELETE FROM reviews_workcalendar;",
        ]
        return ["SET LOCAL session_replication_role = replica;", *statements, *calendars] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
