"""What is measured: a durable PostgreSQL and granian, both started for this run and stopped after it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewconsole.launcher.account import postgres_account
from reviewconsole.launcher.cluster import Cluster, socket_dir_for
from reviewconsole.launcher.installation import BASE_DIR


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
    """Run granian as `make run` does, with the floor's settings; gives the base address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (folder / "web.log").open("wb") as log:
        server = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "granian"),
                *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "4", "--no-access-log"),
                "reviewconsole.wsgi:application",
            ],
            stdout=log,
            stderr=log,
            cwd=BASE_DIR,
            env=os.environ,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 (our own server)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
