"""Machines that share one PostgreSQL and one broker: each a data folder of its own, with its programs."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from reviewconsole.launcher.installation import BASE_DIR
from reviewconsole.settings.secrets import read_or_make
from tests.launcher.installed import free_port, until

# Which programs run where: three web servers, four workers, two beats, one of each that waits for others.
MACHINES = [
    ("web", "worker", "sender", "beat"),
    ("web", "worker", "helper", "beat"),
    ("web", "worker"),
    ("worker",),
]


@dataclass
class Program:
    """One program of one machine."""

    name: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it as its image does."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reviewconsole.launcher.run", self.name],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Let it and its children be gone at once, as with the machine."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def stop(self) -> None:
        """Tell it to stop, and see that it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Fleet:
    """All machines; `url` and `broker` are what they share beside secrets and the attachments' folder."""

    folder: Path
    url: str
    broker: str
    programs: list[Program] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        read_or_make(self.folder / "secrets.json")
        for number, names in enumerate(MACHINES):
            home = self.folder / f"machine-{number}"
            home.mkdir()
            port = free_port()
            # All machines have the same secrets.
            shutil.copy(self.folder / "secrets.json", home / "secrets.json")
            environment = self._environment() | {
                "REVIEWCONSOLE_DATA_DIR": str(home),
                "REVIEWCONSOLE_PORT": str(port),
            }
            self.programs += [Program(name, environment, home / f"{name}.log") for name in names]
            if "web" in names:
                self.ports.append(port)

    def start(self) -> None:
        """Migrate once, then start every program, and wait until every queue is taken from."""
        self._run("-m", "reviewconsole.launcher.prepare", "--patience", "60")
        for program in self.programs:
            program.start()
        pulses = "SELECT count(*) FROM timers_pulse WHERE at > now() - interval '30 seconds'"
        until(lambda: self.ask_database(pulses) == 4, "every queue is worked off", patience=120)

    def stop(self) -> None:
        """Stop every program."""
        for program in self.programs:
            program.stop()

    def ask_database(self, query: str) -> object:
        """Return the first value that a query gives."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def manage(self, *arguments: str) -> str:
        """Run a management command on the first machine and return what it printed."""
        return self._run("manage.py", *arguments)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            check=True,
            cwd=BASE_DIR,
            env=self.programs[0].environment,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWCONSOLE_")}
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.local",
            "DATABASE_URL": self.url,
            "CELERY_BROKER_URL": self.broker,
            "REVIEWCONSOLE_LAUNCHED": "fleet",
            "REVIEWCONSOLE_HOST": "127.0.0.1",
            "REVIEWCONSOLE_ATTACHMENTS_DIR": str(self.folder / "attachments"),
            "REVIEWCONSOLE_WEBHOOK_ALLOW": "127.0.0.0/8",
            "REVIEWCONSOLE_WEBHOOK_TIMEOUT": "2",
            "REVIEWCONSOLE_RATE_LIMIT": "0",
            # Of four machines on one.
            "REVIEWCONSOLE_WEB_PROCESSES": "1",
            "REVIEWCONSOLE_WORKER_PROCESSES": "1",
            "REVIEWCONSOLE_SENDER_PROCESSES": "2",
            "REVIEWCONSOLE_DATABASE_POOL": "4",
        }
