"""The one command, on the real thing: every process, killed and stopped in every way."""

import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewconsole.launcher import processes
from tests.launcher.installed import Installed, free_port, until

pytestmark = [pytest.mark.installation, pytest.mark.loopback, pytest.mark.xdist_group("installation")]


def installed_in(folder: Path) -> Installed:
    return Installed(folder / "data", free_port(), folder / "output")


@pytest.fixture(scope="module")
def own_folder() -> Iterator[Path]:
    """Return a folder outside of pytest's, whose parent every other run closes again."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def running(own_folder: Path) -> Iterator[Installed]:
    """Return an installation that runs; a test that stops it starts it again."""
    installed = installed_in(own_folder)
    try:
        installed.start()
        yield installed
    finally:
        if not installed.launcher_is_gone():
            installed.stop()
        processes.stop_all_of(installed.data_dir, installed.data_dir / "postgres")


def test_refuses_a_folder_that_is_in_use(running: Installed) -> None:
    second = Installed(running.data_dir, free_port(), running.output)

    code, said = second.try_to_start()

    assert code == 1
    assert f"Already running with the data folder {running.data_dir}." in said
    assert running.answers()


def test_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        installed = Installed(tmp_path / "data", other.getsockname()[1], tmp_path / "output")

        code, said = installed.try_to_start()

    assert code == 1
    assert f"127.0.0.1:{installed.port} is in use by another program." in said
    assert not (installed.data_dir / "postgres").exists()
    assert installed.processes() == set()


def test_says_where_it_answers_and_how_to_begin(running: Installed) -> None:
    assert running.answers()
    assert f"Ready: http://127.0.0.1:{running.port}/" in running.said()
    assert "create_staff --username admin --role administrator" in running.said()
    assert f"Data and logs: {running.data_dir}" in running.said()


def test_lets_nobody_else_reach_the_database(running: Installed) -> None:
    sockets = running.data_dir / "sockets"

    assert sockets.stat().st_mode & 0o077 == 0
    assert (sockets / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
    assert running.ask_database("SHOW listen_addresses") == ""
    assert running.ask_database("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.parametrize("name", ["web", "database", "worker", "sender", "helper", "beat"])
def test_starts_a_killed_program_again(running: Installed, name: str) -> None:
    until(lambda: running.leader(name) is not None, f"{name} is there")
    left_behind = running.processes(name)
    signs_before = signs_of_work(running, name)
    killed = running.leader(name)
    assert killed is not None

    killed.kill()

    until(lambda: not any(map(processes.is_alive, left_behind)), f"nothing is left of the old {name}")
    until(lambda: signs_of_work(running, name) > signs_before, f"{name} is at work again")
    until(running.answers, "the page answers")


def signs_of_work(installed: Installed, name: str) -> int:
    """Count how often the program has written that it is ready for what it is for."""
    sign = {
        "web": "Started worker-2",
        "database": "is ready to accept connections",
        "worker": " ready.",
        "sender": " ready.",
        "helper": " ready.",
        "beat": "is starting.",
    }[name]
    return installed.log(name).count(sign)


def test_starts_everything_again_when_the_supervisor_is_killed(running: Installed) -> None:
    before = running.processes()
    supervisor = running.leader("supervisor")
    assert supervisor is not None

    supervisor.kill()

    until(lambda: not any(map(processes.is_alive, before)), "nothing of before is left")
    until(lambda: running.leader("beat") is not None, "the last program is there again")
    until(running.answers, "the page answers")


def test_runs_beside_another_installation(running: Installed, own_folder: Path) -> None:
    # A path too long for a socket, while we are at it.
    folder = own_folder / ("long-" * 24)
    folder.mkdir()
    other = installed_in(folder)

    try:
        other.start()

        assert other.answers()
        assert running.answers()
        assert other.stop(signal.SIGINT) == 0
        assert other.processes() == set()
        assert running.answers()
    finally:
        if not other.launcher_is_gone():
            other.stop()
        processes.stop_all_of(other.data_dir, other.data_dir / "postgres")


def test_ends_what_a_killed_launcher_left_and_finds_its_rows(running: Installed) -> None:
    running.manage("create_staff", "--username", "anna", "--role", "reviewer", "--password-stdin", stdin="kept-by-anna")
    left_behind = running.processes()
    running.stop(signal.SIGKILL)
    assert running.answers()

    said = running.start()

    assert "Ended what was left of an earlier run." in said
    assert not any(processes.is_alive(process) for process in left_behind)
    assert running.answers()
    assert running.ask_database("SELECT username FROM staff_person") == "anna"


def test_leaves_no_process_behind_and_starts_again_in_order(running: Installed) -> None:
    rows = running.ask_database("SELECT count(*) FROM staff_person")

    code = running.stop()

    assert code == 0
    assert running.processes() == set()
    assert "database system is shut down" in running.log("database").splitlines()[-1]
    said = running.start()
    assert "Ended what was left" not in said
    assert "was not properly shut down" not in running.log("database").rpartition("database system is shut down")[2]
    assert running.ask_database("SELECT count(*) FROM staff_person") == rows
