"""What supervisord is told."""

from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from reviewconsole.launcher.installation import Installation
from reviewconsole.launcher.supervision import configuration


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, "127.0.0.1", 8000, with_demo=True, database_url=None)


def read(installation: Installation) -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(configuration(installation, installation.run_dir / "s.sock"))
    return parser


def test_runs_no_postgres_when_it_was_given_one(installation: Installation) -> None:
    given = replace(installation, database_url="postgresql://db.example/reviewconsole")

    assert "program:database" in read(installation)
    assert "program:database" not in read(given)


def test_stops_postgres_last_and_by_its_fast_shutdown(installation: Installation) -> None:
    parser = read(installation)
    ranks = {name: parser.getint(name, "priority") for name in parser.sections() if name.startswith("program:")}

    stopped_last_first = ["database", "web", "worker", "sender", "helper", "beat"]
    assert sorted(ranks, key=ranks.__getitem__) == [f"program:{name}" for name in stopped_last_first]
    assert parser["program:database"]["stopsignal"] == "INT"


def test_never_gives_up_a_program(installation: Installation) -> None:
    parser = read(installation)

    for name in ("database", "web", "worker", "sender", "helper", "beat"):
        assert parser[f"program:{name}"]["autorestart"] == "true"
        # One more second of pause for each try: eleven thousand years.
        assert parser.getint(f"program:{name}", "startretries") == 1_000_000


def test_takes_a_per_cent_sign_in_the_path_of_python_as_it_is(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/opt/100% console/.venv/bin/python")

    command = read(installation)["program:web"]["command"]

    assert command == '"/opt/100%% console/.venv/bin/python" -m reviewconsole.launcher.run web'
