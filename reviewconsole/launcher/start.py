"""The order in which things start: PostgreSQL, what prepares it, then those who use it."""

import os
import subprocess
import sys

from reviewconsole.launcher.embedded import embedded_cluster
from reviewconsole.launcher.errors import StepFailed
from reviewconsole.launcher.installation import BASE_DIR, Installation
from reviewconsole.launcher.processes import MARK
from reviewconsole.launcher.programs import ProgramName
from reviewconsole.launcher.readiness import wait_until_it_answers
from reviewconsole.launcher.supervision import Supervisor


def start(installation: Installation, *, prepare: bool) -> Supervisor:
    """Return when the page answers; raise LauncherError when something cannot be started."""
    environment = _environment(installation)
    preparation = _begin_to_prepare(installation, environment) if prepare else None
    supervisor = Supervisor.begin(installation, environment)
    if installation.database_url is None:
        _start_database(installation, supervisor)
    if preparation and preparation.wait() != 0:
        raise StepFailed("Preparing the database", "What went wrong stands above.")
    # Side by side the three would need twice as long to the first page.
    supervisor.start(ProgramName.WEB)
    wait_until_it_answers(installation)
    supervisor.start(ProgramName.WORKER)
    supervisor.start(ProgramName.SENDER)
    supervisor.start(ProgramName.HELPER)
    supervisor.start(ProgramName.BEAT)
    return supervisor


def _environment(installation: Installation) -> dict[str, str]:
    """Return what every process is given; a supervisor around the launcher is hidden from them."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SUPERVISOR_")}
    return inherited | {
        "REVIEWCONSOLE_DATA_DIR": str(installation.data_dir),
        "DATABASE_URL": installation.database_url or embedded_cluster(installation).url,
        "PYTHONUNBUFFERED": "1",
    }


def _start_database(installation: Installation, supervisor: Supervisor) -> None:
    cluster = embedded_cluster(installation)
    if not cluster.folder.exists():
        print("  Making a PostgreSQL database …", flush=True)
    for parent in cluster.prepare():
        # What was made here for this purpose is not news; somebody's home folder is.
        if not parent.is_relative_to(BASE_DIR) and not parent.is_relative_to(installation.data_dir):
            print(f"  Opened {parent} for PostgreSQL to pass through (chmod o+x).", flush=True)
    supervisor.start(ProgramName.DATABASE)
    cluster.wait_until_ready()
    cluster.ensure_database()


def _begin_to_prepare(installation: Installation, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start what loads Django while PostgreSQL starts, and then waits for it."""
    # Commands run by hand find the embedded PostgreSQL here; another one they are told of by DATABASE_URL.
    if installation.database_url is None:
        installation.url_file.write_text(environment["DATABASE_URL"])
    else:
        installation.url_file.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-m", "reviewconsole.launcher.prepare"),
        *(["--demo"] if installation.with_demo else []),
        # The embedded one is being made or started meanwhile.
        *(["--patience", "60"] if installation.database_url is None else []),
    ]
    return subprocess.Popen(command, cwd=BASE_DIR, env=environment | {MARK: "prepare"})
