"""Reads that may lag go to the replica; nothing else does."""

from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client

from apps.common.replicas import REPLICA, Router, lagging_reads
from apps.staff.models import Person, Role
from tests.support.factories import make_person


@pytest.fixture
def _has_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings["default"])


@pytest.mark.usefixtures("_has_replica")
def test_only_what_was_said_to_be_allowed_to_lag_is_read_there() -> None:
    router = Router()
    assert router.db_for_read(Person) == "default"
    with lagging_reads():
        assert router.db_for_read(Person) == REPLICA
        assert router.db_for_write(Person) == "default"
    assert router.db_for_read(Person) == "default"
    assert not router.allow_migrate(REPLICA, "staff")
    assert router.allow_relation(None, None)


def test_without_a_replica_everything_is_read_from_the_primary() -> None:
    with lagging_reads():
        assert Router().db_for_read(Person) == "default"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "path", "lags"),
    [("audit", "/audit/", True), ("monitors", "/monitors/", True), ("queue", "/queue/", False)],
)
def test_pages_on_which_nothing_is_decided_are_read_there(
    monkeypatch: pytest.MonkeyPatch, view: str, path: str, lags: bool
) -> None:
    browser, seen = Client(), list[bool]()
    browser.force_login(make_person("chen", role=Role.SUPERVISOR))

    def note(*arguments: Any, **named: Any) -> HttpResponse:
        with monkeypatch.context() as replicated:
            replicated.setitem(connections.settings, REPLICA, connections.settings["default"])
            seen.append(Router().db_for_read(Person) == REPLICA)
        return render(*arguments, **named)

    monkeypatch.setattr(f"apps.console.views.{view}.render", note)
    assert browser.get(path).status_code == 200
    assert seen == [lags]
