from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from apps.timers.models import Pulse
from apps.timers.tasks import pulse


def test_answers_that_it_is_up_without_a_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_takes_no_other_verb() -> None:
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_is_ready_when_the_database_is_migrated() -> None:
    answer = Client().get("/readyz")
    told = {"ready": True, "database": "ok", "migrations_pending": 0, "workers": {}}
    assert (answer.status_code, answer.json()) == (200, told)


@pytest.mark.django_db
def test_tells_how_the_workers_are_and_lets_them_count_for_who_asks() -> None:
    def asked(query: str = "") -> tuple[int, dict[str, str]]:
        answer = Client().get(f"/readyz{query}")
        return answer.status_code, answer.json()["workers"]

    assert asked("?workers")[0] == 503
    pulse("celery")
    pulse("mail")
    assert asked("?workers") == (200, {"celery": "ok", "mail": "ok"})
    silent = timezone.now() - timedelta(minutes=2)
    Pulse.objects.filter(queue="mail").update(at=silent)
    assert asked() == (200, {"celery": "ok", "mail": f"silent since {silent:%Y-%m-%dT%H:%M:%SZ}"})
    assert asked("?workers")[0] == 503


@pytest.mark.django_db
def test_is_not_ready_while_a_migration_is_missing() -> None:
    MigrationRecorder(connection).record_unapplied("payouts", "0003_unreviewed_cause")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["migrations_pending"] >= 1


@pytest.mark.django_db
def test_is_not_ready_without_a_database() -> None:
    with patch.object(MigrationRecorder, "applied_migrations", side_effect=OperationalError("gone")):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": "OperationalError"})
