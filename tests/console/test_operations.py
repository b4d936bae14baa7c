from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_answers_that_it_is_up_without_a_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_takes_no_other_verb() -> None:
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_is_ready_when_the_database_is_migrated() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": "ok", "migrations_pending": 0})


@pytest.mark.django_db
def test_is_not_ready_while_a_migration_is_missing() -> None:
    MigrationRecorder(connection).record_unapplied("payouts", "0001_initial")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["migrations_pending"] >= 1


@pytest.mark.django_db
def test_is_not_ready_without_a_database() -> None:
    with patch.object(MigrationRecorder, "applied_migrations", side_effect=OperationalError("gone")):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": "OperationalError"})
