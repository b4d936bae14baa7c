"""Measure, and print one table. Every figure is of this run; ratios are against a floor of this run.

`python -m tests.bench intake webhooks` measures these parts alone.
"""

import os
import shutil
import sys
from pathlib import Path

from reviewconsole.launcher.installation import BASE_DIR
from tests.bench.machine import database

FOLDER = BASE_DIR / ".cache" / "bench"


def main() -> int:
    """Start a database, measure one thing after the other, print."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "REVIEWCONSOLE_DATA_DIR": str(FOLDER / "data")}
    try:
        with database(FOLDER) as url:
            os.environ["DATABASE_URL"] = url
            # Settings are read when Django is first imported, which is why this waits until the database is there.
            from tests.bench.measure import PARTS, measure  # noqa: PLC0415

            measure(Path(FOLDER), tuple(sys.argv[1:]) or PARTS)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
