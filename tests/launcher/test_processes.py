"""Whose processes are whose."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from reviewconsole.launcher import processes
from tests.launcher.installed import until


@contextmanager
def sleeping(**variables: str) -> Iterator[psutil.Process]:
    # A clean environment: the test run itself may stand below a launcher.
    with subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], **variables}) as child:
        try:
            # Started is not yet to be read: the environment is first that of the test run, and for a moment,
            # when the name is already the new program's, it is empty.
            process = psutil.Process(child.pid)
            until(lambda: variables.items() <= process.environ().items(), "its environment can be read")
            yield process
        finally:
            child.kill()


def test_leaves_other_folders_and_unmarked_processes_alone(tmp_path: Path) -> None:
    mine, other = str(tmp_path / "mine"), str(tmp_path / "other")
    with (
        sleeping(REVIEWCONSOLE_DATA_DIR=other, REVIEWCONSOLE_LAUNCHED="web") as of_another,
        sleeping(REVIEWCONSOLE_DATA_DIR=mine) as by_hand,
        sleeping(REVIEWCONSOLE_DATA_DIR=mine, REVIEWCONSOLE_LAUNCHED="web") as left_over,
    ):
        ended = processes.stop_all_of(tmp_path / "mine", tmp_path / "mine" / "postgres")

        assert ended == 1
        assert processes.is_alive(of_another)
        assert processes.is_alive(by_hand)
        assert not processes.is_alive(left_over)


def test_tells_programs_of_one_folder_apart(tmp_path: Path) -> None:
    with (
        sleeping(REVIEWCONSOLE_DATA_DIR=str(tmp_path), REVIEWCONSOLE_LAUNCHED="web") as web,
        sleeping(REVIEWCONSOLE_DATA_DIR=str(tmp_path), REVIEWCONSOLE_LAUNCHED="worker") as worker,
    ):
        assert processes.of_data_dir(tmp_path, "web") == [web]
        assert set(processes.of_data_dir(tmp_path)) == {web, worker}


def test_names_those_that_outlive_a_signal() -> None:
    with subprocess.Popen(["sh", "-c", "trap '' TERM; echo deaf; read line"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"deaf\n"
        deaf = psutil.Process(child.pid)

        assert processes.end([deaf], signal.SIGTERM, patience=0.2) == [deaf]
        assert processes.end([deaf], signal.SIGKILL, patience=5) == []


def test_removes_a_lock_whose_number_another_process_bears(tmp_path: Path) -> None:
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path}\n")

    processes.stop_cluster(tmp_path)

    assert not lock.exists()
    assert processes.is_alive(psutil.Process())
