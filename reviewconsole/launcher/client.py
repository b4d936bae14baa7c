"""Run a client program of PostgreSQL from the wheel against the database of the installation.

python -m reviewconsole.launcher.client psql
python -m reviewconsole.launcher.client pg_dump --format custom --file backup.dump
"""

import os
import sys

from reviewconsole.launcher.cluster import PROGRAMS
from reviewconsole.launcher.embedded import embedded_cluster
from reviewconsole.launcher.installation import Installation

CLIENTS = ("psql", "pg_dump", "pg_restore", "pg_isready")


def main(arguments: list[str]) -> None:
    """Replace this process by the program; never returns."""
    if not arguments or arguments[0] not in CLIENTS:
        sys.exit(f"{__doc__}\nOne of: {', '.join(CLIENTS)}")
    installation = Installation.from_environment()
    url = installation.database_url or embedded_cluster(installation).url
    os.execv(PROGRAMS / arguments[0], [arguments[0], f"--dbname={url}", *arguments[1:]])  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
