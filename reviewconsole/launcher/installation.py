"""What is to be run, and where: one data folder, one port."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reviewconsole.launcher.errors import SettingUnusable

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATABASE_NAME = "reviewconsole"


@dataclass(frozen=True)
class Installation:
    """`database_url` is None when PostgreSQL is to run in the data folder."""

    data_dir: Path
    host: str
    port: int
    with_demo: bool
    database_url: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Installation":
        """Read the REVIEWCONSOLE_* variables; raise SettingUnusable when one makes no sense."""
        demo = environment.get("REVIEWCONSOLE_DEMO", "1")
        if demo not in {"0", "1"}:
            raise SettingUnusable("REVIEWCONSOLE_DEMO", demo, "0 (start empty) or 1")
        return cls(
            data_dir=_folder(Path(environment.get("REVIEWCONSOLE_DATA_DIR") or BASE_DIR / ".data")),
            host=environment.get("REVIEWCONSOLE_HOST") or "127.0.0.1",
            port=_port(environment.get("REVIEWCONSOLE_PORT") or "8000"),
            with_demo=demo == "1",
            database_url=environment.get("DATABASE_URL") or None,
        )

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def run_dir(self) -> Path:
        """What only means something while it runs."""
        return self.data_dir / "run"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def cluster_dir(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def url_file(self) -> Path:
        """Where settings find the embedded PostgreSQL when a command is run by hand."""
        return self.data_dir / "database.url"


def socket_url(sockets: Path, role: str, database: str = DATABASE_NAME) -> str:
    """Return the DATABASE_URL of a PostgreSQL that listens on a socket in `sockets`."""
    return f"postgresql://{role}@{quote(str(sockets), safe='')}/{database}"


def _folder(path: Path) -> Path:
    folder = path.expanduser().resolve()
    # supervisord reads some of its paths twice, and a per cent sign cannot be written so that it survives both.
    if "%" in str(folder):
        raise SettingUnusable("REVIEWCONSOLE_DATA_DIR", str(folder), "a path without a per cent sign")
    return folder


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SettingUnusable("REVIEWCONSOLE_PORT", text, "a number from 1 to 65535")
    return int(text)
