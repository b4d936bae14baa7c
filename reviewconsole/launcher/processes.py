"""Which processes belong to a data folder, and how they are ended.

Whatever the launcher starts carries two variables in its environment: the data
folder and the name it was started under. That survives a fork, needs no file
and cannot be mistaken when a process number is used again. PostgreSQL's own
children overwrite their environment; they are known by the folder they work in.
"""

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

MARK = "REVIEWCONSOLE_LAUNCHED"
SUPERVISOR = "supervisor"


def of_data_dir(data_dir: Path, name: str | None = None) -> list[psutil.Process]:
    """Return the processes started for `data_dir` (under `name`, when given), this one excepted."""
    return [process for process in _others() if _is_started_for(process, data_dir, name)]


def of_cluster(cluster_dir: Path) -> list[psutil.Process]:
    """Return the PostgreSQL processes that work in `cluster_dir`."""
    return [process for process in _others() if _works_in(process, cluster_dir)]


def end(processes: Iterable[psutil.Process], number: signal.Signals, patience: float) -> list[psutil.Process]:
    """Send a signal to each, wait up to `patience` seconds, and return those that are still there."""
    signalled = []
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
        signalled.append(process)
    deadline = time.monotonic() + patience
    while (left := [process for process in signalled if is_alive(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def is_alive(process: psutil.Process) -> bool:
    """Return whether it still does anything: one that only waits to be counted by its parent does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stop_all_of(data_dir: Path, cluster_dir: Path) -> int:
    """End every process of a data folder in the right order; return how many there were."""
    supervisors = of_data_dir(data_dir, SUPERVISOR)
    found = len({*of_data_dir(data_dir), *of_cluster(cluster_dir)})
    # A living supervisor stops its programs one after the other, PostgreSQL last.
    end(end(supervisors, signal.SIGTERM, 120), signal.SIGKILL, 5)
    database = set(of_cluster(cluster_dir))
    end(end(set(of_data_dir(data_dir)) - database, signal.SIGTERM, 10), signal.SIGKILL, 5)
    stop_cluster(cluster_dir)
    return found


def stop_cluster(cluster_dir: Path) -> None:
    """End PostgreSQL, and remove its lock when nobody holds it.

    The lock names a process number. After a crash the system may have given it
    to a process of the same user, and PostgreSQL would then wait for ever.
    """
    lock = cluster_dir / "postmaster.pid"
    for process in of_cluster(cluster_dir):
        if lock.exists() and str(process.pid) == lock.read_text().partition("\n")[0]:
            end([process], signal.SIGINT, 30)
    end(end(of_cluster(cluster_dir), signal.SIGQUIT, 5), signal.SIGKILL, 5)
    lock.unlink(missing_ok=True)


def _others() -> Iterable[psutil.Process]:
    return (process for process in psutil.process_iter() if process.pid != os.getpid())


def _is_started_for(process: psutil.Process, data_dir: Path, name: str | None) -> bool:
    try:
        environment = process.environ()
    except (psutil.Error, OSError):
        return False
    mark = environment.get(MARK)
    return environment.get("REVIEWCONSOLE_DATA_DIR") == str(data_dir) and mark is not None and name in {None, mark}


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == str(folder)
    except (psutil.Error, OSError):
        return False
