"""Loading, tried with an empty world: what is tested is all or nothing, once, and how to get in."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.demo import loading
from apps.demo.loading import CLIENT, Found, load
from apps.demo.world import World
from apps.staff.models import Person
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "build", World)


def test_leaves_an_installation_alone_in_which_people_work(tmp_path: Path) -> None:
    make_person("somebody")

    found = load(now=NOW, sign_ins=tmp_path / "demo.json")

    assert found is Found.OTHER_PEOPLE
    assert list(Person.objects.values_list("username", flat=True)) == ["somebody"]
    assert ApiClient.objects.count() == 0
    assert list(tmp_path.iterdir()) == []


def test_leaves_nothing_behind_when_it_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "sign_ins_write", cut_off)

    with pytest.raises(KeyboardInterrupt):
        load(now=NOW, sign_ins=tmp_path / "demo.json")

    assert (Person.objects.count(), ApiClient.objects.count(), ApiKey.objects.count()) == (0, 0, 0)
    monkeypatch.undo()
    monkeypatch.setattr(loading, "build", World)
    assert load(now=NOW, sign_ins=tmp_path / "demo.json") is Found.NOTHING
    assert Person.objects.count() == 5


def test_writes_how_to_get_in_for_its_owner_alone(tmp_path: Path) -> None:
    sign_ins = tmp_path / "data" / "demo.json"

    load(now=NOW, sign_ins=sign_ins)

    written = json.loads(sign_ins.read_text())
    assert stat.S_IMODE(sign_ins.stat().st_mode) == 0o600
    assert [(one["username"], one["role"]) for one in written["people"]] == [
        ("lin", "reviewer"),
        ("wang", "reviewer"),
        ("emma", "reviewer"),
        ("chen", "supervisor"),
        ("admin", "administrator"),
    ]
    for one in written["people"]:
        assert Person.objects.get(username=one["username"]).check_password(one["password"])
    key = api_key_presented(written["api_key"], now=NOW)
    assert key is not None
    assert (key.client.name, key.client.language) == (CLIENT, "zh-hans")
    assert [path.name for path in sign_ins.parent.iterdir()] == ["demo.json"]


def test_does_nothing_the_second_time(tmp_path: Path) -> None:
    sign_ins = tmp_path / "demo.json"
    load(now=NOW, sign_ins=sign_ins)
    before = sign_ins.read_bytes()

    with connection.execute_wrapper(_refuse_to_write):
        found = load(now=NOW, sign_ins=sign_ins)

    assert found is Found.DEMO_WORLD
    assert sign_ins.read_bytes() == before


def test_makes_a_fresh_key_when_the_file_was_lost(tmp_path: Path) -> None:
    sign_ins = tmp_path / "demo.json"
    load(now=NOW, sign_ins=sign_ins)
    sign_ins.unlink()

    assert load(now=NOW, sign_ins=sign_ins) is Found.DEMO_WORLD

    assert api_key_presented(json.loads(sign_ins.read_text())["api_key"], now=NOW) is not None
    assert (Person.objects.count(), ApiKey.objects.count()) == (5, 2)


def _refuse_to_write(execute: object, sql: str, params: object, many: bool, context: object) -> object:
    assert not sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "COPY")), sql
    return execute(sql, params, many, context)  # type: ignore[operator]  # Django gives a callable
