"""What is measured: a durable PostgreSQL and granian, both started for this run and stopped after it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewconsole.launcher.account import postgres_account
from reviewconsole.launcher.cluster import Cluster, socket_dir_for
from tests.support.web_server import granian


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Run PostgreSQL with its ordinary durability in a fresh folder; gives the URL."""
    account = postgres_account()
    cluster = Cluster(folder / "postgres", socket_dir_for(folder / "sockets", folder), account, {})
    cluster.prepare()
    with (folder / "postgres.log").open("wb") as log:
        server = subprocess.Popen(
            cluster.server_command(),
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=sorted(account.groups) if account else None,
        )
    try:
        cluster.wait_until_ready()
        cluster.ensure_database()
        yield cluster.url
    finally:
        # INT asks for a fast shutdown: open connections do not hold it up.
        server.send_signal(signal.SIGINT)
        server.wait(30)


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """Run granian with the floor's settings; gives the base address."""
    with granian(folder / "web.log", os.environ) as (address, _process):
        yield address
