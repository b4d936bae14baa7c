"""The product's own web server, over the database of the tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

from reviewconsole.launcher.installation import BASE_DIR


@contextmanager
def web_server(log: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run granian with the settings of the tests; gives its address and its process."""
    database = connection.settings_dict
    url = f"postgresql://{quote(database['USER'])}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.testing"}
    with granian(log, {**os.environ, **settings}) as running:
        yield running


@contextmanager
def granian(log: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """Run granian with one worker, as an installation does; gives its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "granian"),
                *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "4", "--no-access-log"),
                "reviewconsole.wsgi:application",
            ],
            stdout=out,
            stderr=out,
            cwd=BASE_DIR,
            env=environment,
        )
    try:
        _wait_for(f"{address}/healthz")
        yield address, psutil.Process(server.pid)
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
