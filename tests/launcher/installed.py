"""The whole product in a folder of its own, started as a person starts it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from reviewconsole.launcher import processes
from reviewconsole.launcher.cluster import ROLE
from reviewconsole.launcher.installation import BASE_DIR, DATABASE_NAME

PATIENCE = 90
# What the test run itself was told must not reach the installation.
HIDDEN = ("DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE")


@dataclass
class Installed:
    """`output` is where everything that the launcher prints goes."""

    data_dir: Path
    port: int
    output: Path
    launcher: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in HIDDEN and not name.startswith(("REVIEWCONSOLE_", "PYTEST_"))
        }
        given = {"REVIEWCONSOLE_DATA_DIR": str(self.data_dir), "REVIEWCONSOLE_PORT": str(self.port)}
        return inherited | given | {"REVIEWCONSOLE_DEMO": "0"} | self.more

    def start(self) -> str:
        """Start it, wait until it says that it is ready, and return what it printed."""
        with self.output.open("wb") as output:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "reviewconsole.launcher"],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until(lambda: "Ctrl-C" in self.said() or self.launcher_is_gone(), f"{self.port} is ready")
        assert not self.launcher_is_gone(), self.said()
        return self.said()

    def try_to_start(self) -> tuple[int, str]:
        """Start it where it must refuse; return the exit code and what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "reviewconsole.launcher"],
            check=False,
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            text=True,
        )
        return done.returncode, done.stdout

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the launcher a signal and return its exit code."""
        assert self.launcher is not None
        self.launcher.send_signal(number)
        return self.launcher.wait(PATIENCE)

    def launcher_is_gone(self) -> bool:
        return self.launcher is None or self.launcher.poll() is not None

    def said(self) -> str:
        return self.output.read_text()

    def manage(self, *arguments: str, stdin: str = "") -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, check=True, cwd=BASE_DIR, env=self.environment, input=stdin, capture_output=True, text=True
        )
        return done.stdout

    def processes(self, name: str | None = None) -> set[psutil.Process]:
        """Return its processes (those started as `name`), PostgreSQL's own children included."""
        marked = set(processes.of_data_dir(self.data_dir, name))
        return marked if name else marked | set(processes.of_cluster(self.data_dir / "postgres"))

    def leader(self, name: str) -> psutil.Process | None:
        """Return the process that the supervisor started as `name`."""
        found = self.processes(name)
        return next((one for one in found if one.ppid() not in {other.pid for other in found}), None)

    def answers(self) -> bool:
        # Patient: on a machine that is busy with other tests an answer takes its time.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def ask_database(self, query: str) -> object:
        with psycopg.connect(host=str(self.data_dir / "sockets"), user=ROLE, dbname=DATABASE_NAME) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def change_database(self, statements: str) -> None:
        """Run statements behind the product's back."""
        with psycopg.connect(host=str(self.data_dir / "sockets"), user=ROLE, dbname=DATABASE_NAME) as connection:
            connection.execute(statements.encode())

    def log(self, name: str) -> str:
        path = self.data_dir / "logs" / f"{name}.log"
        return path.read_text() if path.exists() else ""


@contextmanager
def installation(folder: Path, **more: str) -> Iterator[Installed]:
    """Run the whole product in a folder of its own, with more in its environment, and leave nothing of it."""
    running = Installed(folder / "data", free_port(), folder / "output", more=more)
    try:
        running.start()
        yield running
    finally:
        if not running.launcher_is_gone():
            running.stop()
        processes.stop_all_of(running.data_dir, running.data_dir / "postgres")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(is_so: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, f"waited {patience} s in vain until {what}"
        time.sleep(0.1)
