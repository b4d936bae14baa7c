"""A pytest plugin: a PostgreSQL of its own for each run, unless DATABASE_URL names one.

Each run has its own folder, so that several runs in one checkout never meet.
Loaded with `-p`, because the settings are read before any conftest is.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from psycopg import sql

from reviewconsole.launcher import processes
from reviewconsole.launcher.account import postgres_account
from reviewconsole.launcher.cluster import ROLE, Cluster, socket_dir_for
from reviewconsole.launcher.installation import BASE_DIR

RUNS = BASE_DIR / ".cache" / "postgres-tests"
# Speed for durability: these rows are thrown away.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start it before Django reads DATABASE_URL; the workers of xdist inherit the variable."""
    if not os.environ.get("DATABASE_URL"):
        remove_abandoned_runs()
        run = ServerRun.begin()
        early_config.add_cleanup(run.end)
        os.environ["DATABASE_URL"] = run.cluster.url
    return (yield)


@dataclass(frozen=True)
class ServerRun:
    """A server and its folder, locked as long as the process that began it lives."""

    folder: Path
    lock: TextIO
    cluster: Cluster
    server: subprocess.Popen[bytes]

    @classmethod
    def begin(cls) -> "ServerRun":
        folder = RUNS / secrets.token_hex(4)
        folder.mkdir(parents=True)
        lock = (folder / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        account = postgres_account()
        cluster = Cluster(folder / "postgres", socket_dir_for(folder / "sockets", folder), account, SETTINGS)
        cluster.prepare()
        with (folder / "postgres.log").open("wb") as log:
            server = subprocess.Popen(
                cluster.server_command(),
                stdout=log,
                stderr=log,
                # Ctrl-C is for pytest, which ends its tests first.
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=sorted(account.groups) if account else None,
            )
        cluster.wait_until_ready()
        cluster.ensure_database()
        _allow_what_tests_need(cluster)
        return cls(folder, lock, cluster, server)

    def end(self) -> None:
        # QUIT stops at once without a checkpoint: nothing here is needed again.
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait()
        _remove(self.folder)
        self.lock.close()


def remove_abandoned_runs() -> None:
    """End and remove what a killed run left behind: its lock is free."""
    for path in RUNS.glob("*/lock"):
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            processes.stop_cluster(path.parent / "postgres")
            _remove(path.parent)


def _allow_what_tests_need(cluster: Cluster) -> None:
    """Test databases, and emptying tables whose triggers refuse it (see conftest.py)."""
    role = sql.Identifier(ROLE)
    with cluster.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(role))
        connection.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(role))


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    sockets = socket_dir_for(folder / "sockets", folder)
    shutil.rmtree(sockets, ignore_errors=True)
